import numpy as np
import pytest

from app.components.contour_layer import ContourLayer, ContourStyle, read_correction

RING = np.arange(8, dtype=np.float32).reshape(4, 2)
STYLES = (ContourStyle("inner", "Inner", "#000000"), ContourStyle("outer", "Outer", "#FFFFFF"))


def test_points_of_all_rings_follow_each_other_and_are_found_again() -> None:
    rings = {"inner": [[RING], []], "outer": [[RING + 10, RING + 20], [RING + 30]]}
    arrays = ContourLayer(STYLES, rings, "slice").arrays()
    found = [
        (int(frame), int(style), float(arrays["contourPoints"][start : start + count].min()))
        for frame, style, start, count in arrays["contourRings"]
    ]
    assert found == [(0, 0, 0.0), (0, 1, 10.0), (0, 1, 20.0), (1, 1, 30.0)]


def test_frames_without_a_contour_have_no_ring() -> None:
    arrays = ContourLayer(STYLES, {}, "slice").arrays()
    assert arrays["contourPoints"].shape == (0, 2) and arrays["contourRings"].shape == (0, 4)


SENT = {"target": "slice", "frame": 3, "key": "inner", "ring": 0, "points": RING.tolist()}


def test_a_correction_is_read_as_it_was_sent() -> None:
    correction = read_correction(SENT)
    assert correction is not None
    assert (correction.target, correction.frame, correction.key) == ("slice", 3, "inner")
    assert np.array_equal(correction.points, RING)


@pytest.mark.parametrize(
    "wrong",
    [
        {"frame": -1},
        {"frame": "3"},
        {"ring": None},
        {"key": 5},
        {"target": None},
        {"points": "dogs"},
        {"points": [[1, 2], [3]]},
        {"points": [1, 2, 3]},
        {"points": [[1, float("nan")]]},
    ],
)
def test_what_no_player_sends_is_no_correction(wrong: dict[str, object]) -> None:
    assert read_correction({**SENT, **wrong}) is None
    assert read_correction(None) is None and read_correction([]) is None
