"""Training, validation and test splits of a store, by a hash of the subject id."""

import hashlib
from typing import Literal

import numpy as np
from jaxtyping import Bool, Int

from ptacl.errors import PtaclError
from ptacl.store import Store

Split = Literal["train", "val", "test"]


TRAIN_SHARE = 0.85
VAL_SHARE = 0.075


def split_of(subject_id: str) -> Split:
    """Return the split of a subject, by a hash of the id: the same in every store and run.

    Example:
        >>> split_of("S1-00000") in ("train", "val", "test")
        True
    """
    digest = hashlib.sha256(f"ptacl split:{subject_id}".encode()).digest()
    position = int.from_bytes(digest[:8], "big") / 2**64
    if position < TRAIN_SHARE:
        return "train"
    return "val" if position < TRAIN_SHARE + VAL_SHARE else "test"


def split_rows(store: Store, split: Split, limit: int | None = None) -> Int[np.ndarray, " rows"]:
    """Return the rows of a split, of subjects with beats in the ECG, in the order of the store.

    Args:
        store: the cohort.
        split: which split.
        limit: maximum number of rows; all by default.

    Raises:
        PtaclError: the split is empty.
    """
    rows = rows_by_split(store, split)
    if not len(rows):
        raise PtaclError(
            f"{store.path} has no usable subject in the {split} split; "
            f"it has {len(store)} subjects in total, and a few hundred are needed.",
            code="store.no_usable_subject",
        )
    return rows[:limit]


def rows_by_split(store: Store, split: Split) -> Int[np.ndarray, " rows"]:
    """Return the rows of a split as `split_rows` does, maybe none: small cohorts lack one."""
    splits = store.table["subject_id"].map(split_of).to_numpy()
    return np.flatnonzero((splits == split) & has_beats(store))


def has_beats(store: Store) -> Bool[np.ndarray, " subjects"]:
    """Return which subjects have an ECG with two or more R peaks, so that segments have a phase."""
    return store.table["r_peaks"].map(len).to_numpy() >= 2
