"""Motion of a heart's slices: which are measured, and what is written."""

import csv
import io
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from ptacl.errors import PtaclError
from ptacl.motion.config import MotionConfig
from ptacl.motion.curve_files import strain_csv
from ptacl.motion.files import write_motion
from ptacl.motion.inspection import inspect_motion
from ptacl.motion.motion_json import to_dict
from ptacl.reporting.motion import motion_table
from ptacl.segmentation.records import UnreadableSlice
from ptacl.signal.heart_labels import MYOCARDIUM
from tests.motion.made_motion import EXACT, heart, inspection

QUICK = MotionConfig(steps=3, spacing_mm=4.0)


def test_slices_without_a_closed_wall_are_left_out_and_named() -> None:
    cine, labels = heart().cine, heart().labels
    open_wall = labels.copy()
    open_wall[:, :32][open_wall[:, :32] == MYOCARDIUM] = 0
    slices = [replace(cine, slice_position=n, slice_count=2) for n in range(2)]
    shares: list[float] = []
    found = inspect_motion(
        slices,
        [open_wall, labels],
        EXACT,
        name="made",
        unreadable=[UnreadableSlice("its frames are blank", "cine.blank", 2)],
        config=QUICK,
        progress=shares.append,
    )
    assert [motion.position for motion in found.motions] == [1]
    assert found.middle is found.motions[0]
    codes = {(flag.code, flag.slice) for flag in found.flags}
    assert {("slice_without_wall", 0), ("slice_unreadable", 2)} <= codes
    assert shares == [0.5, 1.0]


def test_a_heart_without_any_wall_is_refused() -> None:
    labels = np.zeros_like(heart().labels)
    with pytest.raises(PtaclError) as error:
        inspect_motion([heart().cine], [labels], EXACT, name="made", config=QUICK)
    assert error.value.code == "motion.no_wall"


def test_twist_is_the_difference_of_apex_and_base() -> None:
    three = inspection(3)
    assert three.twist_deg is not None
    assert three.twist_deg.max() == pytest.approx(8, abs=0.01)
    assert inspection(2).twist_deg is None


def test_json_holds_finite_numbers_of_all_slices() -> None:
    made = inspection(3)
    found = json.loads(json.dumps(to_dict(made), allow_nan=False))
    assert [entry["position"] for entry in found["slices"]] == [0, 1, 2]
    middle = found["slices"][1]
    np.testing.assert_allclose(
        middle["circumferential_percent"],
        made.motions[1].strain.circumferential_percent,
        atol=1e-4,
    )
    assert middle["rv_free_wall_percent"] is None
    assert middle["peaks"]["gcs"]["percent"] == pytest.approx(-20, abs=0.01)


def test_the_table_has_a_row_for_each_slice_and_frame() -> None:
    made = inspection(2)
    rows = list(csv.DictReader(io.StringIO(strain_csv(made))))
    assert len(rows) == 20
    assert float(rows[5]["gcs_mid_percent"]) == pytest.approx(
        made.motions[0].strain.gcs_percent[5], abs=0.01
    )
    assert rows[5]["rv_free_wall_percent"] == ""
    assert float(rows[15]["endo_inferior_percent"]) == pytest.approx(-20, abs=0.01)


def test_a_folder_is_written_again_and_no_other_file_is_touched(tmp_path: Path) -> None:
    made = inspection()
    for _ in range(2):
        paths = write_motion(made, tmp_path / "out")
    assert {path.name for path in paths} == {"strain.csv", "motion.json"}
    (tmp_path / "out" / "mine.txt").write_text("kept")
    with pytest.raises(PtaclError) as error:
        write_motion(made, tmp_path / "out")
    assert error.value.code == "output.exists"


def test_the_terminal_shows_peaks_segments_and_twist() -> None:
    text = motion_table(inspection(3))
    assert "-20.0 %" in text and "anteroseptal" in text
    assert "twist from base to apex +8.0°" in text
    assert "Research use only" in text
