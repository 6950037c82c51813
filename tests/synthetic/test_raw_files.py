"""Synthetic → raw files in UK Biobank's layout → import: the same hearts come out."""

import io
import json
import shutil
import zipfile
from pathlib import Path

import numpy as np
import pandas as pd
import pydicom
import pytest

from ptacl.cli import main
from ptacl.errors import PtaclError
from ptacl.io.cine.read import read_cine
from ptacl.io.cohort.read import read_cohort
from ptacl.io.cohort.sources import load_pair
from ptacl.signal.delineation.beats import find_r_peaks
from ptacl.store import open_store
from ptacl.synthetic import simulate_masks, simulate_subject
from ptacl.synthetic.raw_files import FIRST_EID, Simulation, write_raw
from ptacl.types import Cine
from tests.made.deadly import KILLER, killing_write_subject

SEED, SUBJECTS = 9, 5
ONE_STEP_MV = 0.005


@pytest.fixture(scope="module")
def raw(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("raw")
    arguments = ["simulate", str(folder), "--raw", "ukb", "--seed", str(SEED)]
    assert main([*arguments, "--subjects", str(SUBJECTS), "--slices", "4"]) == 0
    return folder


def test_signals_beats_spacing_and_phases_survive_the_round_trip(raw: Path) -> None:
    cohort = read_cohort(raw)
    assert cohort.problems == [] and len(cohort.sources) == SUBJECTS
    for index, source in enumerate(cohort.sources):
        simulated, back = simulate_subject(SEED, index), load_pair(source)
        assert np.abs(back.ecg.signal_mv - simulated.ecg.signal_mv).max() <= ONE_STEP_MV
        peaks = find_r_peaks(back.ecg.signal_mv, back.ecg.sample_rate_hz)
        true = find_r_peaks(simulated.ecg.signal_mv, simulated.ecg.sample_rate_hz)
        assert len(peaks) == len(true) and np.abs(peaks - true).max() <= 2
        check_cine(back.cine, simulated.cine)
        assert back.ecg.measurements["heart_rate_bpm"] == pytest.approx(
            simulated.truth["hr_ecg_bpm"], rel=0.2
        )
        assert back.ecg.median_mv is not None and back.ecg.median_mv.shape == (12, 600)


def check_cine(back: Cine, simulated: Cine) -> None:
    assert back.spacing_mm == simulated.spacing_mm
    np.testing.assert_allclose(back.phases, simulated.phases, rtol=0, atol=1e-12)
    np.testing.assert_array_equal(back.frames, simulated.frames)
    assert (back.slice_position, back.slice_count) == (2, 4)


@pytest.fixture(scope="module")
def imported(raw: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("store") / "store"
    assert main(["import", str(raw), str(out), "--workers", "1", "--shard-subjects", "2"]) == 0
    return out


def test_the_imported_store_knows_that_it_is_synthetic(imported: Path) -> None:
    store = open_store(imported)
    assert store.manifest.synthetic
    origin = store.manifest.provenance["import"]
    assert (origin["layout"], origin["instance"]) == ("ukb", 2)
    assert origin["simulated_files"]["seed"] == SEED


def test_phenotypes_and_covariates_are_the_subject_s(imported: Path) -> None:
    table = open_store(imported).table
    assert list(table["subject_id"]) == [str(FIRST_EID + index) for index in range(SUBJECTS)]
    for index, row in table.iterrows():
        subject = simulate_subject(SEED, int(str(index))).subject
        assert row["sex"] == subject.sex
        assert row["age_years"] == int(subject.age_years or 0)
        assert row["height_cm"] == pytest.approx(subject.height_cm, abs=0.05)
        assert row["weight_kg"] == pytest.approx(subject.weight_kg, abs=0.05)
        for key, value in subject.phenotypes.items():
            assert row[key] == pytest.approx(value, abs=0.005)


def test_beats_of_the_store_are_those_of_the_simulated_ecg(imported: Path) -> None:
    store = open_store(imported)
    for index in range(SUBJECTS):
        ecg = simulate_subject(SEED, index).ecg
        assert np.abs(store.r_peaks(index) - find_r_peaks(ecg.signal_mv, 500.0)).max() <= 2


def test_a_withdrawn_participant_of_the_folder_is_left_out(
    raw: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    gone = raw / f"w12345_{20300101}.csv"
    gone.write_text(f"{FIRST_EID + 1}\n")
    more = tmp_path / "more.csv"
    more.write_text(f"eid\n{FIRST_EID + 3}\n9999999\n")
    capsys.readouterr()
    arguments = ["import", str(raw), str(tmp_path / "s"), "--withdrawn", str(more), "--json"]
    try:
        assert main([*arguments, "--workers", "1"]) == 0
    finally:
        gone.unlink()
    result = json.loads(capsys.readouterr().out)
    assert (result["imported"], result["withdrawn"], result["problems"]) == (SUBJECTS - 2, 2, [])
    assert set(result) == {"imported", "problems", "withdrawn", "tables", "seconds"}


def test_both_layouts_hold_the_same_hearts(tmp_path: Path) -> None:
    table = write_raw(tmp_path / "p", "pairs", Simulation(SEED, 2), workers=0).table
    cohort = read_cohort(table)
    assert cohort.layout == "pairs" and cohort.simulation is not None
    for index, source in enumerate(cohort.sources):
        simulated, back = simulate_subject(SEED, index), load_pair(source)
        assert np.abs(back.ecg.signal_mv - simulated.ecg.signal_mv).max() <= 0.001
        np.testing.assert_array_equal(back.cine.frames, simulated.cine.frames)


def test_more_workers_write_the_same_files(raw: Path, tmp_path: Path) -> None:
    write_raw(tmp_path, "ukb", Simulation(SEED, 11, slices=2), workers=2)
    again = tmp_path / "20205" / f"{FIRST_EID}_20205_2_0.xml"
    assert again.read_bytes() == (raw / "20205" / again.name).read_bytes()
    table = pd.read_csv(tmp_path / "phenotypes.csv")
    assert list(table["eid"]) == [FIRST_EID + index for index in range(11)]


@pytest.mark.parametrize("layout", ["ukb", "pairs"])
def test_a_subject_that_ends_its_process_is_named_and_the_others_are_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, layout: str
) -> None:
    monkeypatch.setattr("ptacl.synthetic.raw_files._write_subject", killing_write_subject)
    arguments = ["simulate", str(tmp_path), "--raw", layout, "--seed", str(SEED)]
    assert main([*arguments, "--subjects", "6", "--slices", "2"]) == 3
    problems = pd.read_csv(tmp_path / "problems.csv", dtype=str, keep_default_na=False)
    name = str(FIRST_EID + KILLER) if layout == "ukb" else f"S{SEED}-{KILLER:05d}"
    reason = "Simulating it ended its process (signal 11, SIGSEGV)."
    assert problems.to_numpy().tolist() == [[name, "", reason, "worker.ended"]]
    cohort = read_cohort(tmp_path)
    assert len(cohort.sources) == 5 and cohort.problems == []
    monkeypatch.undo()
    assert main([*arguments, "--subjects", "6", "--slices", "2"]) == 0
    assert not (tmp_path / "problems.csv").exists()


def contents(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def test_a_folder_of_other_files_is_left_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "phenotypes.csv").write_text("eid,31-0.0\n1000001,1\n")
    before = contents(tmp_path)
    with pytest.raises(PtaclError, match=r"contains other files\. Choose an empty folder"):
        write_raw(tmp_path, "ukb", Simulation(SEED, 1), workers=0)
    assert contents(tmp_path) == before


def test_another_version_s_files_are_not_written_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_raw(tmp_path, "pairs", Simulation(SEED, 1), workers=0)
    monkeypatch.setattr("ptacl.synthetic.raw_files.SIMULATION_VERSION", 0)
    with pytest.raises(PtaclError, match="contains other files"):
        write_raw(tmp_path, "pairs", Simulation(SEED, 1), workers=0)


def test_a_simulation_is_written_again_but_none_beside_another(tmp_path: Path) -> None:
    write_raw(tmp_path, "pairs", Simulation(SEED, 2), workers=0)
    before = contents(tmp_path)
    write_raw(tmp_path, "pairs", Simulation(SEED, 2), workers=0)
    assert contents(tmp_path) == before
    for layout, simulation in (("pairs", Simulation(SEED, 1)), ("ukb", Simulation(SEED, 2))):
        with pytest.raises(PtaclError, match="contains other files"):
            write_raw(tmp_path, layout, simulation, workers=0)
    assert contents(tmp_path) == before


def test_a_frame_that_is_missing_is_told(
    raw: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cohort = Path(shutil.copytree(raw, tmp_path / "raw"))
    place = next(iter(sorted((cohort / "20209").iterdir())))
    with zipfile.ZipFile(place) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    middle = f"CINE_segmented_SAX_b{4 // 2 + 1}"
    with zipfile.ZipFile(place, "w") as archive:
        for name, content in files.items():
            if not name.endswith(".dcm") or not _is_frame(content, middle, 21):
                archive.writestr(name, content)
    out = tmp_path / "store"
    capsys.readouterr()
    assert main(["import", str(cohort), str(out)]) == 0
    assert "The cines of 1 subjects lack a frame" in capsys.readouterr().err
    assert open_store(out).table["repeated_frames"].tolist() == [1, *[0] * (SUBJECTS - 1)]


def _is_frame(content: bytes, series: str, number: int) -> bool:
    header = pydicom.dcmread(io.BytesIO(content), stop_before_pixels=True)
    return header.SeriesDescription == series and int(header.InstanceNumber) == number


def test_masks_are_the_exact_labels_beside_the_pairs(tmp_path: Path) -> None:
    write_raw(tmp_path, "pairs", Simulation(SEED, 1, masks=True), workers=0)
    (labels,) = simulate_masks(SEED, 0)
    back = read_cine(tmp_path / "masks" / f"S{SEED}-00000.nii.gz")
    np.testing.assert_array_equal(back.frames, labels)
    assert len(read_cohort(tmp_path).sources) == 1
    with pytest.raises(PtaclError, match="--masks belongs to --raw pairs"):
        write_raw(tmp_path / "ukb", "ukb", Simulation(SEED, 1, masks=True), workers=0)
