"""Held-out subjects of a benchmark: the test split, or another cohort."""

from dataclasses import dataclass

import numpy as np

from ptacl.data.splits import has_beats, split_of, split_rows
from ptacl.errors import PtaclError
from ptacl.regression.features import Rows
from ptacl.store import Store


@dataclass(frozen=True)
class HeldOut:
    """Subjects that no method was trained on."""

    store: Store
    rows: Rows


def held_out(store: Store, other: Store | None = None) -> HeldOut:
    """Return the test split of a cohort, or the subjects of another one that are not trained on.

    Args:
        store: the cohort that the methods are trained on.
        other: a cohort of the same preprocessing, of another hospital for instance.

    Raises:
        PtaclError: no subject is left, or the two cohorts were preprocessed differently.
    """
    if other is None:
        return HeldOut(store, split_rows(store, "test"))
    if other.recipe != store.recipe:
        raise PtaclError(
            f"{other.path} was preprocessed differently from {store.path}. Import it again with "
            f"--checkpoint and a model trained on {store.name}, to use its preprocessing.",
            code="store.other_preprocessing",
        )
    ids = store.table["subject_id"]
    trained_on = {subject_id for subject_id in ids if split_of(subject_id) != "test"}
    rows = np.flatnonzero(~other.table["subject_id"].isin(trained_on).to_numpy() & has_beats(other))
    if not len(rows):
        raise PtaclError(
            f"{other.path} has no usable subject beyond those that {store.path} is trained on.",
            code="store.no_usable_subject",
        )
    return HeldOut(other, rows)
