"""Whoever was learned from is not measured on, whichever cohort that person turns up in."""

import copy
import dataclasses
import json
from pathlib import Path

import numpy as np
import pytest

from ptacl.benchmark.held_out import held_out
from ptacl.cli import main
from ptacl.data.splits import split_of, split_rows
from ptacl.errors import PtaclError
from ptacl.regression.baselines import mean_beat_features, measured_features
from ptacl.store import Store, open_store
from tests.made.cohorts import simulated_store


@pytest.fixture(scope="module")
def others(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """Some of the tiny cohort's own people, and two dozen whom it does not know."""
    return simulated_store(
        tmp_path_factory.mktemp("cohort") / "others", 40, first=344, name="others"
    )


def test_without_another_cohort_it_is_the_test_split(tiny_store: Store) -> None:
    np.testing.assert_array_equal(held_out(tiny_store).rows, split_rows(tiny_store, "test"))
    again = held_out(tiny_store, open_store(tiny_store.path))
    np.testing.assert_array_equal(again.rows, split_rows(tiny_store, "test"))


def test_of_another_cohort_it_is_everybody_who_was_not_learned_from(
    tiny_store: Store, others: Store
) -> None:
    held = held_out(tiny_store, others)
    ids = set(others.table["subject_id"].iloc[held.rows])
    known = set(tiny_store.table["subject_id"])
    assert set(others.table["subject_id"]) - known <= ids
    assert {split_of(one) for one in ids & known} <= {"test"}
    assert len(ids) < len(others)


def test_another_preprocessing_and_nobody_left_are_said(tiny_store: Store, others: Store) -> None:
    ecg = dataclasses.replace(others.recipe.ecg, highpass_hz=1.0)
    recipe = dataclasses.replace(others.recipe, ecg=ecg)
    filtered = copy.copy(others)
    filtered.manifest = dataclasses.replace(others.manifest, recipe=recipe)
    with pytest.raises(PtaclError, match="preprocessed differently"):
        held_out(tiny_store, filtered)
    trained = copy.copy(others)
    trained.table = others.table[others.table["subject_id"].map(split_of) == "train"]
    with pytest.raises(PtaclError, match="no usable subject beyond"):
        held_out(others, trained)


def test_plain_figures_of_others_are_read_as_those_of_the_cohort(
    tiny_store: Store, others: Store
) -> None:
    """The same person gives the same figures, read in either cohort."""
    there = np.flatnonzero(others.table["subject_id"].isin(tiny_store.table["subject_id"]))
    own = tiny_store.table["subject_id"]
    here = np.flatnonzero(own.isin(others.table["subject_id"].iloc[there]))
    assert len(here) == len(there) == 16
    for features in (mean_beat_features, measured_features):
        of = features(tiny_store)
        np.testing.assert_allclose(of(others)(there), of(tiny_store)(here), rtol=0, atol=1e-6)


def test_the_command_measures_on_another_cohort_and_tells_how_to_make_it(
    tiny_store: Store, others: Store, tiny_checkpoint: Path, tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    arguments = ["compare", str(tiny_store.path), str(tmp_path), "--test-store", str(others.path),
                 "--methods", "demographics", "measurements", "mean-beat", "random",
                 "--reference", "random", "--seeds", "0", "--json"]  # fmt: skip
    assert main([*arguments, "--record", str(tiny_checkpoint)]) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["subjects"] == len(held_out(tiny_store, others).rows)
    for method in report["methods"].values():
        assert method["figures"]["r2_lvef_pct"]["n"] == report["subjects"]
    assert "of others, with methods trained on tiny" in (tmp_path / "comparison.md").read_text()
    card = (tiny_checkpoint / "README.md").read_text()
    assert "ptacl compare" in card and f"--test-store {others.path.name}" in card
