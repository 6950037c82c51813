"""MMCL is compared by its whole recipe: a twin of the store for its ECGs, three frames a cine."""

import dataclasses
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from ptacl.benchmark.held_out import HeldOut, held_out
from ptacl.benchmark.methods import METHODS, chosen_methods
from ptacl.benchmark.runs import is_finished, plan_runs, train_runs
from ptacl.benchmark.twins import Cohorts, check_twin, with_beats_in_twin
from ptacl.cli import main
from ptacl.data.augment import MMCL_AUGMENT
from ptacl.data.splits import split_rows
from ptacl.errors import PtaclError
from ptacl.signal.recipe import MMCL_ECG
from ptacl.store import Store, open_store
from tests.made.cohorts import simulated_store

SUBJECTS = 24
MMCL = METHODS["mmcl"]


@pytest.fixture(scope="module")
def stores(tmp_path_factory: pytest.TempPathFactory) -> tuple[Store, Store]:
    """A cohort and its twin."""
    folder = tmp_path_factory.mktemp("twins")
    for name, options in (("cohort", []), ("twin", ["--recipe", "mmcl"])):
        shared = ["--subjects", str(SUBJECTS), "--seed", "3", "--workers", "1"]
        assert main(["simulate", str(folder / name), *shared, *options]) == 0
    return open_store(folder / "cohort"), open_store(folder / "twin")


def test_a_twin_has_the_same_subjects_and_cines_and_other_ecgs(stores) -> None:
    store, twin = stores
    assert twin.recipe.ecg == MMCL_ECG and twin.recipe.cine == store.recipe.cine
    check_twin([METHODS["ptacl"], MMCL], store, twin, None)
    np.testing.assert_array_equal(split_rows(twin, "train"), split_rows(store, "train"))
    np.testing.assert_array_equal(twin.cine_rows([0, 5]), store.cine_rows([0, 5]))
    np.testing.assert_array_equal(twin.table["lvedv_ml"], store.table["lvedv_ml"])
    assert np.abs(twin.ecg_rows([0]) - store.ecg_rows([0])).max() > 0.1


def test_only_methods_with_their_own_recipe_see_the_twin(stores) -> None:
    store, twin = stores
    cohorts, subjects = Cohorts(store, twin), held_out(store)
    assert cohorts.of(METHODS["ptacl"]) is store and cohorts.of(MMCL) is twin
    assert cohorts.held_out(METHODS["ptacl"], subjects) is subjects
    own = cohorts.held_out(MMCL, subjects)
    assert own.store is twin and own.rows is subjects.rows


def test_subjects_without_beats_in_the_twin_are_left_out(stores, monkeypatch) -> None:
    store, twin = stores
    rows = np.arange(4)
    peaks = [np.array([7]) if row == 2 else twin.r_peaks(row) for row in range(SUBJECTS)]
    table = twin.table.assign(r_peaks=pd.Series(peaks, dtype=object))
    other = Store(twin.path, twin.manifest)
    monkeypatch.setitem(other.__dict__, "table", table)
    assert with_beats_in_twin(other, HeldOut(store, rows)).rows.tolist() == [0, 1, 3]


def test_a_missing_or_wrong_twin_is_refused(
    stores, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    store, twin = stores
    chosen = chosen_methods(["mmcl", "ptacl"], "ptacl")
    fewer = simulated_store(tmp_path / "fewer", 2)
    small = Store(fewer.path, dataclasses.replace(fewer.manifest, recipe=twin.recipe))
    for other, test_store, code in (
        (None, None, "option.conflict"),
        (twin, store, "option.conflict"),
        (store, None, "store.other_preprocessing"),
        (small, None, "store.other_subjects"),
    ):
        with pytest.raises(PtaclError) as raised:
            check_twin(chosen, store, other, test_store)
        assert raised.value.code == code
    check_twin([METHODS["ptacl"]], store, None, store)
    assert main(["simulate", str(tmp_path / "raw"), "--raw", "pairs", "--recipe", "mmcl"]) == 2
    assert "raw files are not preprocessed" in capsys.readouterr().err


def test_the_method_is_the_whole_recipe_and_trains(stores, tmp_path: Path) -> None:
    twin = stores[1]
    assert "mmcl" not in {method.name for method in chosen_methods([], "ptacl")}
    (run,) = plan_runs(twin, tmp_path, [MMCL], (0,), "demo", 1)
    assert run.config.augment == MMCL_AUGMENT and run.config.temporal_weight == 0.0
    assert run.checkpoint.model.cmr.kind == "three_frames"
    assert run.checkpoint.model.ecg.grid == (12, 25)
    assert run.checkpoint.recipe.ecg == MMCL_ECG
    short = {"batch_size": 4, "steps_per_epoch": 2, "validate_subjects": 4}
    run = dataclasses.replace(
        run,
        config=dataclasses.replace(run.config, **short),
        checkpoint=dataclasses.replace(run.checkpoint, training=run.checkpoint.training | short),
    )
    train_runs(twin, [run], say=lambda what: None)
    assert is_finished(run)
