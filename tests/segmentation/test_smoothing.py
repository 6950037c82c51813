"""Smoothing over the beat."""

import numpy as np
import pytest

from ptacl.segmentation.smoothing import (
    WIDTH,
    contraction_share,
    largest_and_smallest,
    smooth_over_beat,
)


def _slow(curve: np.ndarray) -> list[float]:
    count, result = len(curve), []
    for frame in range(count):
        total = weight = 0.0
        for other in range(count):
            distance = abs(frame - other) / count
            distance = min(distance, 1 - distance)
            share = np.exp(-0.5 * (distance / WIDTH) ** 2)
            total, weight = total + share * curve[other], weight + share
        result.append(total / weight)
    return result


@pytest.mark.parametrize("count", [25, 50])
def test_the_fast_smoothing_is_the_weighted_mean_over_the_cyclic_beat(count: int) -> None:
    curve = np.random.default_rng(count).uniform(50, 150, count)
    np.testing.assert_allclose(smooth_over_beat(curve), _slow(curve))


def test_few_frames_and_parts_of_a_beat_are_not_smoothed() -> None:
    curve = np.random.default_rng(0).uniform(50, 150, 25)
    np.testing.assert_array_equal(smooth_over_beat(curve, cyclic=False), curve)
    np.testing.assert_array_equal(smooth_over_beat(curve[:5]), curve[:5])


def test_smoothing_takes_less_than_one_percent_off_end_systole() -> None:
    time = np.arange(50) / 50
    volume = 100 + 50 * np.cos(2 * np.pi * time)
    assert smooth_over_beat(volume).min() - volume.min() < 1.0


def test_of_equal_frames_the_first_is_end_diastole() -> None:
    assert largest_and_smallest(np.array([100.0, 60.0, 100.0, 60.0])) == (0, 1)
    assert largest_and_smallest(np.zeros(3)) == (0, 0)


def test_a_curve_that_does_not_move_does_not_contract() -> None:
    np.testing.assert_array_equal(contraction_share(np.full(4, 7.0)), np.zeros(4))
    np.testing.assert_allclose(contraction_share(np.array([10.0, 5.0, 7.5])), [0, 1, 0.5])
