"""Heads on the splits of a store, whatever its subjects have measured."""

from pathlib import Path

import numpy as np
import pytest

from ptacl.data.splits import split_rows
from ptacl.errors import PtaclError
from ptacl.evaluation.phenotypes import phenotype_report
from ptacl.phenotypes import PHENOTYPE_KEYS
from ptacl.regression.baselines import demographics
from ptacl.regression.features import fit_store_heads, targets
from ptacl.store import Store, open_store


@pytest.fixture
def store(tiny_store: Store) -> Store:
    """The tiny cohort once more, its table to be changed in memory."""
    return open_store(Path(tiny_store.path))


def test_a_phenotype_that_nobody_has_gets_no_head(store: Store) -> None:
    store.table[["lvesv_ml", "rvef_pct"]] = np.nan
    store.table.loc[:, "rvsv_ml"] = store.table["rvsv_ml"].where(store.table.index < 10)
    heads = fit_store_heads(store, lambda rows: demographics(store.table, rows))
    absent = {"lvesv_ml", "rvef_pct", "rvsv_ml"}
    assert heads.keys == tuple(key for key in PHENOTYPE_KEYS if key not in absent)
    rows = split_rows(store, "test")
    predicted = heads.predict(demographics(store.table, rows))
    report = phenotype_report(predicted, heads.keys, targets(store, rows), {}, 0)
    assert set(report) == set(heads.keys)
    # Each head still answers for its own phenotype: size alone tells the left ventricle's volume.
    assert report["lvedv_ml"].r2.value > 0.2


def test_a_cohort_without_phenotypes_is_told_so(store: Store) -> None:
    store.table[list(PHENOTYPE_KEYS)] = np.nan
    with pytest.raises(PtaclError, match="Add phenotypes"):
        fit_store_heads(store, lambda rows: demographics(store.table, rows))
