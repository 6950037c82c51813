"""Who a comparison is measured on: the test split, or the people of another cohort."""

from dataclasses import dataclass

import numpy as np

from ptacl.data.splits import has_beats, split_of, split_rows
from ptacl.errors import PtaclError
from ptacl.regression.features import Rows
from ptacl.store import Store


@dataclass(frozen=True)
class HeldOut:
    """Subjects that nothing was learned from."""

    store: Store
    rows: Rows


def held_out(store: Store, other: Store | None = None) -> HeldOut:
    """The test split of a cohort, or all of another one whom the first did not learn from.

    Args:
        store: whose training split is learned from and whose validation split calibrates.
        other: a cohort of the same preprocessing, of another hospital for instance.

    Raises:
        PtaclError: nobody is left, or the two cohorts were preprocessed differently.
    """
    if other is None:
        return HeldOut(store, split_rows(store, "test"))
    if other.recipe != store.recipe:
        raise PtaclError(
            f"{other.path} was preprocessed differently from {store.path}. Import it again with "
            f"--checkpoint and a model trained on {store.name}, whose preprocessing it then takes.",
            code="store.other_preprocessing",
        )
    seen = {one for one in store.table["subject_id"] if split_of(one) != "test"}
    rows = np.flatnonzero(~other.table["subject_id"].isin(seen).to_numpy() & has_beats(other))
    if not len(rows):
        raise PtaclError(
            f"{other.path} has no usable subject beyond those that {store.path} is trained on.",
            code="store.no_usable_subject",
        )
    return HeldOut(other, rows)
