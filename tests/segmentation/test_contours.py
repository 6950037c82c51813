"""Contours of labels and labels of moved contours."""

import numpy as np
import pytest
from matplotlib.path import Path as Polygon

from ptacl.segmentation.contours import OUTLINES, contours, enclosed, filled, moved
from ptacl.signal.heart_labels import LV, MYOCARDIUM, RV

SHAPE = (96, 80)
ROWS, COLUMNS = np.mgrid[: SHAPE[0], : SHAPE[1]]


def heart(radius: float = 14.0) -> np.ndarray:
    """A cavity in a ring of muscle, with a crescent beside it."""
    distance = np.hypot(ROWS - 48.3, COLUMNS - 44.6)
    frame = np.zeros(SHAPE, np.uint8)
    frame[np.hypot((ROWS - 48) / 1.3, COLUMNS - 24) < 16] = RV
    frame[distance < radius + 7] = MYOCARDIUM
    frame[distance < radius] = LV
    return frame


def dice(one: np.ndarray, other: np.ndarray) -> float:
    return 2 * (one & other).sum() / (one.sum() + other.sum())


@pytest.mark.parametrize("outline", OUTLINES)
@pytest.mark.parametrize("radius", [4.0, 9.0, 14.0])
def test_filling_the_contours_of_labels_gives_the_labels(outline, radius):
    frame = heart(radius)
    again = filled(contours(frame, outline), SHAPE)
    assert dice(again, enclosed(frame, outline)) > 0.98
    assert again.sum() == pytest.approx(enclosed(frame, outline).sum(), rel=0.02)


def test_filling_agrees_with_a_point_in_polygon_test_of_every_pixel():
    rng = np.random.default_rng(3)
    centres = np.stack([COLUMNS.ravel(), ROWS.ravel()], 1)
    for _ in range(20):  # stars: concave, never crossing themselves; partly beyond the image
        angle = np.sort(rng.uniform(0, 2 * np.pi, 40))
        reach = rng.uniform(4, 50, 40)
        ring = np.stack([40 + reach * np.cos(angle), 48 + reach * np.sin(angle)], 1)
        inside = Polygon(ring).contains_points(centres).reshape(SHAPE)
        assert (filled([ring.astype(np.float32)], SHAPE) != inside).sum() <= 1


def test_a_hole_and_a_second_part_are_rings_of_their_own():
    frame = heart()
    frame[46:51, 42:47] = MYOCARDIUM
    frame[5:12, 60:67] = LV
    assert len(contours(frame, "endocardium")) == 3
    assert dice(filled(contours(frame, "endocardium"), SHAPE), frame == LV) > 0.98


def test_speckle_is_not_drawn_but_a_lone_small_structure_is():
    frame = heart()
    frame[3, 3] = LV
    assert len(contours(frame, "endocardium")) == 1
    assert len(contours(np.where(COLUMNS + ROWS == 0, LV, 0).astype(np.uint8), "endocardium")) == 1
    assert contours(np.zeros(SHAPE, np.uint8), "rv") == ()


@pytest.mark.parametrize("outline", OUTLINES)
def test_a_contour_that_was_not_moved_changes_no_pixel(outline):
    frame = heart()
    frame[3, 3] = LV
    (ring, *_) = contours(frame, outline)
    assert np.array_equal(moved(frame, outline, 0, ring), frame)


def grown(frame, outline, factor):
    (ring, *_) = contours(frame, outline)
    return moved(frame, outline, 0, ring.mean(0) + factor * (ring - ring.mean(0)))


def test_a_larger_endocardium_takes_from_the_muscle_and_a_smaller_one_gives_to_it():
    frame = heart()
    outer = enclosed(frame, "epicardium")
    for factor in (0.8, 1.2):
        result = grown(frame, "endocardium", factor)
        grew = (result == LV).sum() / (frame == LV).sum()
        assert grew == pytest.approx(factor**2, rel=0.05)
        assert np.array_equal(enclosed(result, "epicardium"), outer)
        assert np.array_equal(result == RV, frame == RV)


def test_the_epicardium_makes_muscle_outside_and_cuts_what_leaves_it():
    frame = heart()
    wide, narrow = grown(frame, "epicardium", 1.2), grown(frame, "epicardium", 0.5)
    assert np.array_equal(wide == LV, frame == LV)
    assert (wide == RV).sum() < (frame == RV).sum()
    assert (narrow == LV).sum() < (frame == LV).sum() and not (narrow == MYOCARDIUM).any()


def test_the_right_ventricle_never_takes_from_the_left_one():
    frame = heart()
    result = grown(frame, "rv", 1.5)
    assert (result == RV).sum() > 1.5 * (frame == RV).sum()
    assert np.array_equal(enclosed(result, "epicardium"), enclosed(frame, "epicardium"))


@pytest.mark.parametrize(
    ("index", "ring"),
    [
        (3, np.zeros((5, 2))),
        (-1, np.zeros((5, 2))),
        (0, np.zeros((2, 2))),
        (0, np.full((5, 2), np.nan)),
        (0, np.full((5, 2), 1e9)),
    ],
)
def test_what_is_no_ring_is_refused(index, ring):
    with pytest.raises(ValueError, match="ring"):
        moved(heart(), "endocardium", index, ring.astype(np.float32))
