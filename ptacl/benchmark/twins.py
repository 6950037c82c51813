"""Twin stores: the same subjects by another ECG recipe, for methods that have their own.

Each method keeps the preprocessing that belongs to it, and all are measured on the same subjects in
the same order, so that the differences stay paired.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ptacl.benchmark.held_out import HeldOut
from ptacl.benchmark.methods import Method
from ptacl.data.splits import has_beats
from ptacl.errors import PtaclError
from ptacl.store import Store


@dataclass(frozen=True)
class Cohorts:
    """The store of a benchmark and its twin."""

    store: Store
    twin: Store | None = None

    def of(self, method: Method) -> Store:
        """Return the store that a method is trained on."""
        return self.twin if method.recipe is not None and self.twin is not None else self.store

    def held_out(self, method: Method, subjects: HeldOut) -> HeldOut:
        """Return the same held-out subjects as the recordings that a method is measured on."""
        store = self.of(method)
        return subjects if store is self.store else HeldOut(store, subjects.rows)


def with_beats_in_twin(twin: Store, subjects: HeldOut) -> HeldOut:
    """Leave out subjects without beats in the ECG of the twin, so that all methods have the same.

    Args:
        twin: its rows are those of the store of the subjects.
        subjects: held out.
    """
    return HeldOut(subjects.store, subjects.rows[has_beats(twin)[subjects.rows]])


def check_twin(
    methods: Sequence[Method], store: Store, twin: Store | None, test_store: Store | None
) -> None:
    """Check that the methods with their own recipe have a twin of the store, made by it.

    Raises:
        PtaclError: there is none, it is of other subjects or another recipe, or the methods are to
            be measured on another cohort, which has no twin.
    """
    own = next((method for method in methods if method.recipe is not None), None)
    if own is None:
        return
    if twin is None or test_store is not None:
        raise PtaclError(
            f"{own.name} has its own ECG recipe: give a twin of {store.path} by --twin, without "
            f"--test-store. It is made by `ptacl simulate TWIN --recipe {own.name}`, with the same "
            "seed and subjects.",
            code="option.conflict",
        )
    if twin.recipe.ecg != own.recipe or twin.recipe.cine != store.recipe.cine:
        raise PtaclError(
            f"{twin.path} is not preprocessed by the recipe of {own.name}. Make it by "
            f"`ptacl simulate TWIN --recipe {own.name}`.",
            code="store.other_preprocessing",
        )
    if not np.array_equal(twin.table["subject_id"], store.table["subject_id"]):
        raise PtaclError(
            f"{twin.path} holds other subjects than {store.path}. Simulate it with the same seed "
            "and number of subjects.",
            code="store.other_subjects",
        )
