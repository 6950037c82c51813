"""Rings and segments: where the anterior insertion is found."""

import numpy as np
import pytest

from ptacl.errors import PtaclError
from ptacl.motion.ring import Wall, wall_of
from ptacl.motion.slice_data import Frame
from ptacl.signal.heart_labels import LV, MYOCARDIUM, RV
from ptacl.synthetic.middle_slice import slice_geometry
from ptacl.synthetic.wall.strain import anterior_insertion
from ptacl.types import Cine
from tests.motion.made_motion import heart

FRAME = Frame((48.0, 48.0), (1.5, 1.5))


def drawn(septum_deg: float = 180.0, *, rv: bool = True) -> np.ndarray:
    """Labels of circles with the right ventricle in a direction, y down."""
    y, x = (np.mgrid[:96, :96] - 48) * 1.5
    labels = np.zeros((96, 96), np.uint8)
    direction = np.radians(septum_deg)
    if rv:
        away = np.hypot(x - 30 * np.cos(direction), y - 30 * np.sin(direction))
        labels[away < 28] = RV
    labels[np.hypot(x, y) < 34] = MYOCARDIUM
    labels[np.hypot(x, y) < 25] = LV
    return labels


def cine(affine: np.ndarray | None = None) -> Cine:
    frames = np.zeros((10, 96, 96), np.uint8)
    return Cine(frames, (1.5, 1.5), np.arange(10) * 90.0, 900.0, "made", affine_lps=affine)


def segment_centre(wall: Wall, segment: int) -> np.ndarray:
    points = wall.points_mm[2][wall.segment_of_angle == segment]
    return points.mean(axis=0)


def test_segments_run_from_the_anterior_wall_through_the_septum() -> None:
    wall = wall_of(drawn(), cine(), FRAME)
    assert wall.rv_found
    anterior, anteroseptal, inferoseptal, inferior, inferolateral, anterolateral = (
        segment_centre(wall, segment) for segment in range(6)
    )
    assert anterior[1] < -20 and inferior[1] > 20  # up and down, y points down
    assert anteroseptal[0] < 0 and inferoseptal[0] < 0
    assert anteroseptal[1] < inferoseptal[1]
    assert inferolateral[0] > 0 and anterolateral[0] > 0
    assert inferolateral[1] > anterolateral[1]


@pytest.mark.parametrize("septum", [150.0, 180.0, 215.0])
def test_segments_turn_with_the_right_ventricle(septum: float) -> None:
    wall, usual = wall_of(drawn(septum), cine(), FRAME), wall_of(drawn(), cine(), FRAME)
    for segment in range(6):
        a, b = segment_centre(wall, segment), segment_centre(usual, segment)
        turn = np.degrees(np.angle(complex(*a) * np.conj(complex(*b))))
        assert turn == pytest.approx(septum - 180, abs=5)


def test_the_orientation_in_the_patient_names_the_anterior_insertion() -> None:
    """An image upside down: the anterior wall is at its lower edge."""
    affine = np.diag([-1.5, 0.0, 1.0, 1.0])
    affine[2, 1], affine[1, 2] = 1.5, -1.0  # rows run upwards, columns to the patient's right
    affine[2, 2] = 0.0
    usual = np.diag([1.5, 0.0, 1.0, 1.0])
    usual[2, 1], usual[1, 2], usual[2, 2] = -1.5, -1.0, 0.0
    assert np.linalg.det(affine[:3, :3]) < 0 and np.linalg.det(usual[:3, :3]) < 0
    turned = wall_of(drawn(0.0), cine(affine), FRAME)
    same = wall_of(drawn(180.0), cine(usual), FRAME)
    for segment in range(6):
        opposite = -segment_centre(same, segment)
        np.testing.assert_allclose(segment_centre(turned, segment), opposite, atol=2.5)


def test_a_mirrored_image_is_recognised() -> None:
    mirrored = np.diag([-1.5, 0.0, 1.0, 1.0])
    mirrored[2, 1], mirrored[1, 2], mirrored[2, 2] = -1.5, -1.0, 0.0
    assert wall_of(drawn(0.0), cine(mirrored), FRAME).counter_clockwise == -1
    assert wall_of(drawn(), cine(), FRAME).counter_clockwise == 1


def test_without_a_right_ventricle_the_image_counts() -> None:
    wall = wall_of(drawn(rv=False), cine(), FRAME)
    assert not wall.rv_found
    with_rv = wall_of(drawn(), cine(), FRAME)
    for segment in range(6):
        a, b = segment_centre(wall, segment), segment_centre(with_rv, segment)
        assert abs(np.degrees(np.angle(complex(*a) * np.conj(complex(*b))))) < 30


def test_an_open_wall_is_refused() -> None:
    labels = drawn()
    labels[:48][labels[:48] == MYOCARDIUM] = 0
    with pytest.raises(PtaclError) as error:
        wall_of(labels, cine(), FRAME)
    assert error.value.code == "motion.no_wall"


def test_the_insertion_of_a_simulated_heart_is_found() -> None:
    one = heart()
    frame = Frame((0.0, 0.0), one.cine.spacing_mm)
    wall = wall_of(one.labels[0], one.cine, frame)
    centre = wall.points_mm[2].mean(axis=0)
    start = wall.points_mm[2, 12] - centre  # between the first two segments
    found = np.arctan2(start[1], start[0])
    expected = anterior_insertion(slice_geometry(11, 0))
    assert abs(np.degrees(np.angle(np.exp(1j * (found - expected))))) < 15


def test_rings_lie_in_the_wall() -> None:
    wall = wall_of(drawn(), cine(), FRAME)
    radius = np.hypot(*np.moveaxis(wall.points_mm, -1, 0))
    np.testing.assert_allclose(radius.mean(axis=1), [25, 29.5, 34], atol=0.4)
    assert np.bincount(wall.segment_of_angle).tolist() == [12] * 6
