"""Phenotypes measured during an import: absent ones are filled, given ones stay, all is marked."""

import json
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from ptacl.cli import main
from ptacl.errors import PtaclError
from ptacl.gallery import open_gallery
from ptacl.io.cohort.pairs import read_pairs
from ptacl.phenotypes import PHENOTYPE_KEYS
from ptacl.segmentation import cohort, segmenter
from ptacl.segmentation.cohort import load_measured_pair, measuring
from ptacl.signal.recipe import Recipe
from ptacl.store import Store, open_store
from ptacl.store.importing import import_cohort
from ptacl.synthetic.raw_files import Layout, Simulation, write_raw
from tests.segmentation.bright_blood import BrightBlood

FROM_ONE_SLICE = {"lvedv_ml", "lvesv_ml", "lvsv_ml", "lvef_pct", "lvm_g"}


@pytest.fixture
def bright_blood(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a segmenter without a network take the place of the trained one."""
    cohort._segmenter.cache_clear()
    monkeypatch.setattr(segmenter, "load_segmenter", lambda folder=None: BrightBlood())


def _raw(
    out: Path, subjects: int, layout: Layout = "pairs", seed: int = 4, **columns: object
) -> Path:
    """Write a simulated cohort as files, without phenotypes but with the given columns."""
    workers = 2 if subjects > 100 else 0
    write_raw(out, layout, Simulation(seed, subjects, slices=6), workers=workers)
    name = "pairs.csv" if layout == "pairs" else "phenotypes.csv"
    table = pd.read_csv(out / name)
    volumes = [c for c in table.columns if c in PHENOTYPE_KEYS or c.startswith("241")]
    table.drop(columns=volumes).assign(**columns).to_csv(out / name, index=False)
    return out


def _import(source: Path, out: Path) -> Store:
    load, info = measuring()
    return import_cohort(
        source, out, Recipe(), name="measured", workers=0, load=load, measured_by=info
    ).store


def test_absent_phenotypes_are_filled_and_marked(bright_blood: None, tmp_path: Path) -> None:
    store = _import(_raw(tmp_path / "raw", 4), tmp_path / "store")
    for _, row in store.table.iterrows():
        marks = json.loads(row["measured"])
        assert set(marks) == FROM_ONE_SLICE
        assert set(marks.values()) == {"area-length, bright blood 1"}
        assert 20 < row["lvedv_ml"] < 500
        codes = {caveat["code"] for caveat in json.loads(row["cine_caveats"])}
        assert "phenotypes_measured" in codes
    origin = store.manifest.provenance["import"]
    assert origin["measured_by"] == {"name": "bright blood", "version": "1"}
    assert "LVEDV" in (tmp_path / "store" / "notes.csv").read_text()


def test_given_phenotypes_stay_as_they_are(bright_blood: None, tmp_path: Path) -> None:
    source = _raw(tmp_path / "raw", 3, lvedv_ml=[101.0, np.nan, 103.0])
    table = _import(source, tmp_path / "store").table
    assert list(table["lvedv_ml"][[0, 2]]) == [101.0, 103.0]
    assert table["lvedv_ml"][1] > 20
    assert ["lvedv_ml" in json.loads(marks) for marks in table["measured"]] == [False, True, False]


def test_a_complete_table_needs_no_segmenter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_raw(tmp_path, "pairs", Simulation(4, 1), workers=0)
    source = read_pairs(tmp_path)[0][0]

    def fail(folder: Path | None) -> None:
        raise AssertionError("the segmenter was used")

    monkeypatch.setattr(cohort, "_segmenter", fail)
    pair = load_measured_pair(source)
    assert pair.subject == source.subject


def test_a_stack_is_measured_whole_and_its_middle_slice_is_stored(
    bright_blood: None, tmp_path: Path
) -> None:
    source = _raw(tmp_path / "raw", 2, layout="ukb")
    measured = _import(source, tmp_path / "measured")
    plain = import_cohort(source, tmp_path / "plain", Recipe(), name="plain", workers=0).store
    np.testing.assert_array_equal(measured.cine_rows([0, 1]), plain.cine_rows([0, 1]))
    methods = {m for text in measured.table["measured"] for m in json.loads(text).values()}
    assert methods == {"summation of slices, bright blood 1"}
    assert "measured" not in plain.table


def test_a_subject_that_cannot_be_measured_is_imported_without_volumes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Fails(BrightBlood):
        def label(self, slices, progress=None):  # type: ignore[no-untyped-def]
            raise PtaclError("The image is too small.", code="cine.too_small")

    monkeypatch.setattr(cohort, "_segmenter", lambda folder: Fails())
    write_raw(tmp_path, "pairs", Simulation(4, 1), workers=0)
    source = read_pairs(tmp_path)[0][0]
    unmeasured = replace(source, subject=replace(source.subject, phenotypes={}))
    pair = load_measured_pair(unmeasured)
    assert not pair.subject.phenotypes and not pair.subject.measured
    assert [c.code for c in pair.cine.caveats] == ["phenotypes_not_measured"]
    assert "too small" in pair.cine.caveats[0].text


def test_an_import_is_not_resumed_with_another_segmenter(
    bright_blood: None, tmp_path: Path
) -> None:
    source = _raw(tmp_path / "raw", 2)
    _import(source, tmp_path / "store")
    with pytest.raises(PtaclError) as error:
        import_cohort(
            source,
            tmp_path / "store",
            Recipe(),
            name="measured",
            workers=0,
            load=partial(load_measured_pair, segmenter=None),
            measured_by=BrightBlood("2").info,
        )
    assert error.value.code == "output.exists"


@pytest.mark.long
def test_a_cohort_without_volumes_is_measured_trained_on_and_embedded(
    bright_blood: None, tmp_path: Path
) -> None:
    """The whole path; 240 subjects of this seed are the fewest that heads are fitted on."""
    store, model = tmp_path / "store", tmp_path / "model"
    _import(_raw(tmp_path / "raw", 240, seed=12), store)
    assert main(["train", str(store), str(model), "--epochs", "1", "--json"]) == 0
    gallery = ["--checkpoint", str(model), "--out", str(model / "gallery"), "--split", "test"]
    assert main(["embed", str(store), *gallery]) == 0
    table = open_gallery(model / "gallery").table
    predicted = {key for key in PHENOTYPE_KEYS if table[f"predicted_{key}"].notna().all()}
    assert predicted == FROM_ONE_SLICE  # one slice gives no right ventricle
    assert len(open_store(store)) == 240
