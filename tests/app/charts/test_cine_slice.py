"""What the player is given of a measured cine."""

from dataclasses import replace

import numpy as np
import pytest

from app.charts.cine_slice import curves, heart_window, phase_marks, show_slice, whole_window
from ptacl.segmentation.contours import filled
from ptacl.segmentation.inspection import inspect_labels
from tests.app.made_cines import inspected
from tests.segmentation.made_hearts import EXPERT, Bullet, stack_of


@pytest.fixture(scope="module")
def heart():
    return inspected()


def test_the_window_is_smaller_than_the_field_and_holds_every_labelled_pixel_of_all_slices():
    cines, labels = stack_of(Bullet())
    wide = ((0, 0), (30, 60), (80, 10))
    cines = [replace(cine, frames=np.pad(cine.frames, wide)) for cine in cines]
    heart = inspect_labels(cines, [np.pad(own, wide) for own in labels], EXPERT, name="heart")
    row, column, rows, columns = heart_window(heart, 2)
    assert rows == columns < 130
    for own in heart.labels:
        inside = own[:, row : row + rows, column : column + columns]
        assert (inside > 0).sum() == (own > 0).sum()
    assert {heart_window(heart, index) for index in range(len(heart.slices))} == {
        (row, column, rows, columns)
    }


def test_without_a_heart_the_window_is_the_whole_field(heart):
    empty = replace(heart, labels=tuple(np.zeros_like(own) for own in heart.labels))
    assert heart_window(empty, 0) == whole_window(heart.slices[0])


def test_contours_lie_in_pixels_of_the_whole_slice(heart):
    window = heart_window(heart, 4)
    shown = show_slice(heart.slices[4], heart.labels[4], window)
    assert shown.offset == window[:2] and shown.frames.shape[1:] == window[2:]
    shape = heart.labels[4].shape[1:]
    cavity = filled(shown.rings["endocardium"][0], shape)
    assert cavity.sum() == pytest.approx((heart.labels[4][0] == 3).sum(), rel=0.02)


def test_curves_are_the_volumes_at_the_frames_that_are_shown(heart):
    found = curves(heart, 3)
    assert found is not None and found.are_volumes
    assert np.array_equal(found.left, heart.measurement.lv.ml)
    assert (found.ed_frame, found.es_frame) == phase_marks(heart, 3)
    assert found.left[found.es_frame] == found.left.min()


def test_without_a_volume_the_curves_are_areas_of_the_slice():
    part = inspected(chosen=slice(7, 9))
    assert part.measurement.lv is None
    found = curves(part, 0)
    assert found is not None and not found.are_volumes
    assert np.allclose(found.left, part.slice_measurements[0].lv_area_mm2 / 100)


def test_a_slice_with_fewer_frames_has_the_same_curve_at_its_own_phases():
    heart = inspected(Bullet(frames=30))
    cines = list(heart.slices)
    cines[4] = replace(
        cines[4], frames=cines[4].frames[::2], frame_times_ms=cines[4].frame_times_ms[::2]
    )
    found = curves(replace(heart, slices=tuple(cines)), 4)
    assert found is not None and len(found.left) == 15
    assert np.allclose(found.left, heart.measurement.lv.ml[::2])


def test_two_phases_have_no_curve_but_marks():
    cines, labels = stack_of(Bullet())
    pairs = [
        replace(
            cine, frames=cine.frames[[0, 9]], frame_times_ms=np.full(2, np.nan), rr_ms=np.nan,
            two_phases=True,
        )
        for cine in cines
    ]  # fmt: skip
    heart = inspect_labels(pairs, [own[[0, 9]] for own in labels], EXPERT, name="heart")
    assert curves(heart, 0) is None
    assert phase_marks(heart, 0) == (0, 1)
