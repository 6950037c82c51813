"""The walk between two groups of points on a sphere."""

from itertools import pairwise, permutations

import numpy as np
import pytest

from ptacl.cohort_analysis.interpolation import (
    angle,
    centre,
    interpolate,
    mean_of_nearest,
    nearest,
    point_on_arc,
    shifted,
)
from ptacl.errors import PtaclError


def on_sphere(count: int, width: int, seed: int = 0) -> np.ndarray:
    vectors = np.random.default_rng(seed).normal(size=(count, width))
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)


def test_steps_between_are_even_and_stay_on_the_sphere():
    first, other = on_sphere(2, 16)
    points = [point_on_arc(first, other, share) for share in np.linspace(0, 1, 6)]
    assert np.allclose(points[0], first) and np.allclose(points[-1], other, atol=1e-6)
    steps = [angle(a, b) for a, b in pairwise(points)]
    assert steps == pytest.approx([angle(first, other) / 5] * 5, abs=1e-3)
    assert np.linalg.norm(points, axis=1) == pytest.approx(np.ones(6))


def test_between_is_shoemakes_formula():
    first, other = on_sphere(2, 8, seed=1).astype(np.float64)
    whole = np.arccos(first @ other)
    for share in (0.2, 0.5, 1.3):
        slow = np.sin((1 - share) * whole) * first + np.sin(share * whole) * other
        found = point_on_arc(first.astype(np.float32), other.astype(np.float32), share)
        assert np.allclose(found, slow / np.sin(whole), atol=1e-5)


def test_a_moved_heart_turns_by_its_share_and_comes_nearer_to_the_other_group():
    heart, first, other = on_sphere(3, 8, seed=2)
    further = shifted(heart, first, other, 0.4)
    assert angle(heart, further) == pytest.approx(0.4 * angle(first, other), abs=1e-3)
    assert further @ (other - first) > heart @ (other - first)
    assert np.allclose(shifted(heart, first, other, 0), heart, atol=1e-6)
    assert np.allclose(shifted(first, first, other, 1), other, atol=1e-5)
    assert shifted(heart, first, first, 0.7) is heart


def test_opposite_ends_have_no_way_and_a_group_around_the_sphere_no_middle():
    pole = np.eye(3, dtype=np.float32)[0]
    with pytest.raises(PtaclError, match="no one direction"):
        point_on_arc(pole, -pole, 0.5)
    with pytest.raises(PtaclError, match="no centre"):
        centre(np.stack([pole, -pole]), np.arange(2))
    with pytest.raises(PtaclError, match="no centre"):
        centre(np.stack([pole, -pole]), np.arange(0))


def test_no_heart_is_met_twice_and_together_they_are_as_near_as_can_be():
    vectors = on_sphere(9, 3, seed=4)
    found = interpolate(vectors, np.arange(2), np.arange(2, 4), steps=4)
    assert len(set(found.hearts.tolist())) == 4
    similarity = found.points @ vectors.T
    best = max(sum(similarity[range(4), p]) for p in permutations(range(9), 4))
    assert found.similarity.sum() == pytest.approx(best, abs=1e-5)
    assert len(interpolate(vectors[:3], np.arange(1), np.arange(1, 3), steps=8).hearts) == 3


def test_the_hearts_around_a_place_are_averaged_where_they_are_known():
    similarity = np.array([[0.1, 0.9, 0.5, 0.7], [0.9, 0.1, 0.2, 0.3]])
    near = nearest(similarity, 3)
    assert near.tolist() == [[1, 3, 2], [0, 3, 2]]
    mean, error = mean_of_nearest(np.array([1.0, 2.0, np.nan, 4.0]), near)
    assert mean == pytest.approx([3.0, 2.5])
    assert error == pytest.approx(
        [np.std([2, 4], ddof=1) / 2**0.5, np.std([1, 4], ddof=1) / 2**0.5]
    )
