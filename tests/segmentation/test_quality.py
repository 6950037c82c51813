"""Flags of labels that cannot be right; each is raised by its fault and by nothing else."""

from collections.abc import Callable

import numpy as np
import pytest

from ptacl.segmentation.inspection import inspect_labels
from ptacl.segmentation.records import CineInspection
from ptacl.signal.heart_labels import LV, MYOCARDIUM
from tests.segmentation.made_hearts import EXPERT, Bullet, stack_of

Fault = Callable[[np.ndarray], None]


def _inspect(fault: Fault | None = None, position: int = 5) -> CineInspection:
    cines, labels = stack_of(Bullet())
    if fault:
        fault(labels[position])
    return inspect_labels(cines, labels, EXPERT, name="made")


def _second_part(labels: np.ndarray) -> None:
    labels[3, 80:90, 10:20] = LV


def _hole(labels: np.ndarray) -> None:
    labels[3, 44:50, 44:50] = 0


def _open_wall(labels: np.ndarray) -> None:
    frame = labels[3]
    frame[:, 48:][frame[:, 48:] == MYOCARDIUM] = 0


def _jump(labels: np.ndarray) -> None:
    frame = labels[3]
    frame[frame == LV] = MYOCARDIUM
    frame[42:54, 42:54] = LV


def _empty(labels: np.ndarray) -> None:
    labels[3] = 0


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        (_second_part, "lv_in_parts"),
        (_hole, "holes"),
        (_open_wall, "lv_not_enclosed"),
        (_jump, "area_jump"),
        (_empty, "frames_empty"),
    ],
)
def test_a_fault_is_flagged_with_its_slice_and_frame(fault: Fault, code: str) -> None:
    flags = [flag for flag in _inspect(fault).flags if flag.code == code]
    assert [(flag.slice, flag.frame) for flag in flags] == [(5, 3)]
    assert "one frame" in flags[0].text or "frames" in flags[0].text
    own = _inspect(fault).slice_measurements[5].flags
    assert code in {flag.code for flag in own}


def test_a_sound_heart_has_no_flag_in_its_middle() -> None:
    inspection = _inspect()
    middle = [flag for flag in inspection.flags if flag.slice in range(3, 8)]
    assert middle == []
    assert all(flag.severity != "withhold" for flag in inspection.flags)


def test_a_slice_without_a_cavity_between_others_is_flagged() -> None:
    def emptied(labels: np.ndarray) -> None:
        labels[:] = 0

    flags = [flag for flag in _inspect(emptied).flags if flag.code == "slice_empty"]
    assert [flag.slice for flag in flags] == [5]


def test_a_basal_slice_that_leaves_the_ventricle_in_systole_is_no_fault() -> None:
    cines, labels = stack_of(Bullet(), start_mm=4.0)
    basal = next(i for i, own in enumerate(labels) if (own == LV).any())
    shows = (labels[basal] == LV).any(axis=(1, 2))
    assert shows.any() and not shows.all()
    codes = {f.code for f in inspect_labels(cines, labels, EXPERT, name="made").flags}
    assert "frames_empty" not in codes
