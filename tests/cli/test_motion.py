"""`ptacl motion`: a study to a folder, a store to a table and curves, and what is refused."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from ptacl.cli import main
from ptacl.io.writers.dicom import write_dicom_zip
from ptacl.motion import inspection
from ptacl.motion.config import MotionConfig
from ptacl.motion.estimate import measure_slice_motion
from ptacl.motion.many import read_cohort_motion
from ptacl.motion.records import SliceMotion
from ptacl.segmentation import segmenter
from ptacl.signal.heart_labels import Labels
from ptacl.store import Store
from ptacl.types import Cine
from tests.made.cohorts import simulated_store
from tests.segmentation.bright_blood import BrightBlood
from tests.segmentation.made_hearts import Bullet, IntensityLabeller, stack_of

QUICK = MotionConfig(steps=4, spacing_mm=4.0)


def quickly(cine: Cine, labels: Labels, *, config: MotionConfig) -> SliceMotion:
    """Measure with few steps."""
    return measure_slice_motion(cine, labels, config=QUICK)


@pytest.fixture
def study(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A study whose pixels are its labels, and a segmenter that reads them."""
    monkeypatch.setattr(segmenter, "load_segmenter", lambda folder=None: IntensityLabeller())
    monkeypatch.setattr(inspection, "measure_slice_motion", quickly)
    write_dicom_zip(stack_of(Bullet())[0], tmp_path / "study.zip")
    return tmp_path / "study.zip"


def test_a_study_is_measured_into_a_folder(
    study: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    assert main(["motion", str(study), str(out)]) == 0
    printed = capsys.readouterr()
    assert "GCS" in printed.out and "segments of slice" in printed.out
    assert "Research use only" in printed.out
    assert {path.name for path in out.iterdir()} == {"strain.csv", "motion.json"}
    assert main(["motion", str(study), "--json", "--slice", "4"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert [entry["position"] for entry in found["slices"]] == [4]


def test_a_store_becomes_a_table_and_a_file_of_curves(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(segmenter, "load_segmenter", lambda folder=None: BrightBlood())
    monkeypatch.setattr(inspection, "measure_slice_motion", quickly)
    store: Store = simulated_store(tmp_path / "store", 3)
    out = tmp_path / "motion.csv"
    status = main(["motion", str(store.path), str(out)])
    table = pd.read_csv(out)
    assert len(table) == 3
    read = table[table["status"] == "read"]
    assert status == (0 if len(read) == 3 else 3)
    assert len(read) >= 2
    curves = read_cohort_motion(tmp_path / "motion.npz")
    assert list(curves.subject_ids) == read["subject_id"].tolist()
    lowest = curves.global_circumferential_percent[:, 1].min(axis=1)
    np.testing.assert_allclose(read["gcs_percent"], lowest, atol=0.3)
    assert not (tmp_path / "motion.csv.partial").exists()


def test_a_store_needs_a_name_for_its_table(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    store = simulated_store(tmp_path / "store", 1)
    assert main(["motion", str(store.path)]) == 2
    assert "motion.csv" in capsys.readouterr().err
    assert main(["motion", str(store.path), str(tmp_path / "motion.txt")]) == 2
    assert ".csv" in capsys.readouterr().err
