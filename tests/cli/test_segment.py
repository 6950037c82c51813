"""`ptacl segment`: a study to a folder, a store to a table, and what is refused."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from ptacl.cli import main
from ptacl.errors import ERROR_CODES
from ptacl.io.writers.dicom import write_dicom_zip
from ptacl.segmentation import segmenter
from ptacl.store import Store
from tests.made.cohorts import simulated_store
from tests.segmentation.bright_blood import BrightBlood
from tests.segmentation.made_hearts import Bullet, IntensityLabeller, stack_of


@pytest.fixture
def study(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A study whose pixels are its labels, and a segmenter that reads them."""
    monkeypatch.setattr(segmenter, "load_segmenter", lambda folder=None: IntensityLabeller())
    write_dicom_zip(stack_of(Bullet())[0], tmp_path / "study.zip")
    return tmp_path / "study.zip"


def test_a_study_is_measured_into_a_folder(
    study: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    assert main(["segment", str(study), str(out)]) == 0
    printed = capsys.readouterr()
    assert "summation of slices" in printed.out and "LVEDV" in printed.out
    assert "Research use only" in printed.out
    assert {path.name for path in out.iterdir()} == {
        "masks.nii.gz", "areas.csv", "volumes.csv", "measurement.json",
    }  # fmt: skip
    assert main(["segment", str(study), str(out), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found == json.loads((out / "measurement.json").read_text())
    values = {entry["key"]: entry["value"] for entry in found["phenotypes"]}
    assert values["lvedv_ml"] == pytest.approx(150, rel=0.08)
    assert values["lvef_pct"] == pytest.approx(60, abs=5)


def test_one_slice_of_a_study_has_an_interval(
    study: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["segment", str(study), str(tmp_path / "out"), "--slice", "5"]) == 0
    assert "area-length" in capsys.readouterr().out
    assert main(["segment", str(study), str(tmp_path / "out"), "--slice", "0"]) == 0
    assert "no volumes" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("source", "code"),
    [
        ("dicom_siemens_stack/four_chamber", "cine.not_short_axis"),
        ("rejects", "cine.not_short_axis"),
        ("nifti_acdc_patient005/patient005_frame01.nii.gz", "cine.still_image"),
    ],
)
def test_what_is_no_short_axis_cine_is_refused_by_name(
    source: str,
    code: str,
    study: Path,
    shared_data: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    path = shared_data / "cmr" / source
    if source.endswith("four_chamber"):
        import zipfile

        with zipfile.ZipFile(path.parent / "study.zip") as archive:
            archive.extractall(tmp_path / "all")
        path = tmp_path / "all" / "Se6"
    assert main(["segment", str(path), str(tmp_path / "out"), "--json"]) == 2
    assert json.loads(capsys.readouterr().out)["code"] == code
    assert not (tmp_path / "out").exists()


def test_a_folder_with_other_files_is_refused_before_the_work(
    study: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "notes.txt").write_text("")
    assert main(["segment", str(study), str(tmp_path / "mine")]) == 2
    assert "holds other files" in capsys.readouterr().err


@pytest.fixture(scope="module")
def small_store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """Six simulated subjects."""
    return simulated_store(tmp_path_factory.mktemp("small") / "store", 6)


class _Counting(BrightBlood):
    """Counts the cines that it labels, and can stop after some."""

    def __init__(self, stop_after: int = 1000) -> None:
        super().__init__()
        self.count, self.stop_after = 0, stop_after

    def label(self, slices, progress=None):  # type: ignore[no-untyped-def]
        """Label a cine, or stop like Ctrl-C."""
        if self.count == self.stop_after:
            raise KeyboardInterrupt
        self.count += 1
        return super().label(slices, progress)


def test_a_store_becomes_a_table_and_a_stopped_run_is_resumed(
    small_store: Store,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    out = tmp_path / "volumes.csv"
    stopping, rest = _Counting(stop_after=4), _Counting()
    monkeypatch.setattr(segmenter, "load_segmenter", lambda folder=None: stopping)
    assert main(["segment", str(small_store.path), str(out)]) == 130
    assert "resumes from here" in capsys.readouterr().err
    monkeypatch.setattr(segmenter, "load_segmenter", lambda folder=None: rest)
    assert main(["segment", str(small_store.path), str(out), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["read"] == 6
    assert (stopping.count, rest.count) == (4, 2)
    table = pd.read_csv(out)
    assert list(table["subject_id"]) == list(small_store.table["subject_id"])
    assert set(table["method"]) == {"area-length"}
    assert (table["lvedv_ml_low"] < table["lvedv_ml"]).all()
    assert np.isnan(table["rvedv_ml"]).all()


def test_a_store_needs_the_name_of_a_table(
    small_store: Store,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(segmenter, "load_segmenter", lambda folder=None: BrightBlood())
    for out in (tmp_path, tmp_path / "volumes.txt"):
        assert main(["segment", str(small_store.path), str(out), "--json"]) == 2
        assert json.loads(capsys.readouterr().out)["code"] in ERROR_CODES


def test_segmenter_without_measure_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["import", str(tmp_path), str(tmp_path / "s"), "--segmenter", str(tmp_path)]
    assert main([*arguments, "--json"]) == 2
    assert json.loads(capsys.readouterr().out)["code"] == "option.conflict"
