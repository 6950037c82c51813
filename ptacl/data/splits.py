"""Training, validation and test split of a store, by a hash of the subject id."""

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
    """The split of a subject, from a hash of the id: the same in every store and every run.

    Example:
        >>> split_of("S1-00000") in ("train", "val", "test")
        True
    """
    digest = hashlib.sha256(f"ptacl split:{subject_id}".encode()).digest()
    place = int.from_bytes(digest[:8], "big") / 2**64
    if place < TRAIN_SHARE:
        return "train"
    return "val" if place < TRAIN_SHARE + VAL_SHARE else "test"


def split_rows(store: Store, split: Split, limit: int | None = None) -> Int[np.ndarray, " rows"]:
    """Rows of a split whose ECG has beats, in the store's order; at most `limit` of them.

    Raises:
        PtaclError: the split is empty.
    """
    splits = store.table["subject_id"].map(split_of).to_numpy()
    rows = np.flatnonzero((splits == split) & has_beats(store))
    if not len(rows):
        raise PtaclError(
            f"{store.path} has no usable subject in the {split} split; "
            f"it holds {len(store)} subjects in all, and a few hundred are needed.",
            code="store.no_usable_subject",
        )
    return rows[:limit]


def has_beats(store: Store) -> Bool[np.ndarray, " subjects"]:
    """Whose ECG has two R peaks at least, so that its segments have a phase."""
    return store.table["r_peaks"].map(len).to_numpy() >= 2
