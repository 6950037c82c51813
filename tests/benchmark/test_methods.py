"""The table of methods: baselines, PTACL and its variants."""

from functools import partial

import numpy as np
import pytest

from ptacl.benchmark.held_out import held_out
from ptacl.benchmark.measure import measure_untrained
from ptacl.benchmark.methods import METHODS, Method, chosen_methods
from ptacl.cli.benchmark import compare
from ptacl.errors import PtaclError
from ptacl.phenotypes import PHENOTYPE_KEYS
from ptacl.regression.baselines import BASELINES
from ptacl.regression.features import CohortFeatures, Features, Rows
from ptacl.store import Store


def test_the_help_of_the_command_names_every_method() -> None:
    text = (compare.__doc__ or "").replace("\n", " ")
    words = {word.strip(",.:;") for word in text.split()}
    assert not METHODS.keys() - words


def test_every_baseline_is_a_method_that_no_seed_changes() -> None:
    for baseline in BASELINES:
        method = METHODS[baseline.key]
        assert method.features is baseline.fit
        assert (method.title, method.training, method.seeded) == (baseline.title, "none", False)
    assert METHODS["random"].seeded and METHODS["random"].features is None


def test_methods_are_chosen_in_the_order_of_the_table() -> None:
    names = [method.name for method in chosen_methods(["ptacl", "demographics"], "ptacl")]
    assert names == ["demographics", "ptacl"]
    assert not any(method.variant for method in chosen_methods([], "ptacl"))
    with pytest.raises(PtaclError, match="No method 'nothing'"):
        chosen_methods(["nothing"], "ptacl")


def left_ventricle(store: Store) -> CohortFeatures:
    """Return the measured LV volume itself, which no real baseline has."""

    def features(cohort: Store, rows: Rows) -> Features:
        return cohort.table[["lvedv_ml"]].to_numpy(dtype=np.float64)[rows]

    return lambda cohort: partial(features, cohort)


def test_a_new_baseline_needs_a_row_alone(tiny_store: Store) -> None:
    method = Method("volume", "Measured volume", left_ventricle)
    test_set = held_out(tiny_store)
    measured = measure_untrained(method, tiny_store, test_set, "demo", seed=0)
    column = PHENOTYPE_KEYS.index("lvedv_ml")
    truth = tiny_store.table["lvedv_ml"].to_numpy(dtype=np.float64)[test_set.rows]
    assert np.corrcoef(measured.predicted[:, column], truth)[0, 1] > 0.99
