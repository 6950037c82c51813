"""Alignment: paths and errors against slow, obvious formulas; controls that must do their work."""

from itertools import product

import numpy as np
import pytest

from ptacl.metrics.alignment import (
    ROLLED_FRAMES,
    best_path,
    chance_error_in_frames,
    errors_in_frames,
    frame_order,
    offset_recovery,
    rolled,
    shuffled,
    similarity,
    spread_by_phase,
)
from tests.made.embeddings import FRAMES, WIDTH, ring


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(11)


def test_similarity_is_the_cosine_after_subtracting_each_mean(rng):
    segments, frames = rng.normal(size=(4, 5)), rng.normal(size=(6, 5))
    for centred in (True, False):
        a = segments - segments.mean(0) * centred
        b = frames - frames.mean(0) * centred
        slow = [[x @ y / np.sqrt((x @ x) * (y @ y)) for y in b] for x in a]
        np.testing.assert_allclose(similarity(segments, frames, centred=centred), slow)


def test_what_stays_the_same_through_the_beat_does_not_matter(rng):
    segments, frames = ring(rng, 3), ring(rng, 3)
    elsewhere = similarity(segments + 3, frames - 7)
    np.testing.assert_allclose(elsewhere, similarity(segments, frames), atol=1e-4)


def test_a_feature_that_never_changes_says_nothing(rng):
    constant = np.repeat(rng.normal(size=(1, WIDTH)), FRAMES, axis=0).astype(np.float32)
    matrix = similarity(constant, ring(rng, 1)[0])
    assert (matrix == 0).all()
    assert errors_in_frames(matrix).mean() == chance_error_in_frames(FRAMES)


def test_errors_go_the_shorter_way_around_the_circle(rng):
    matrix = rng.normal(size=(3, 10, 10))
    slow = [
        [min(abs(int(row.argmax()) - b - turn) for turn in (-10, 0, 10)) for b, row in enumerate(m)]
        for m in matrix
    ]
    assert errors_in_frames(matrix).tolist() == slow


def test_chance_is_what_random_similarities_reach(rng):
    guesses = errors_in_frames(rng.normal(size=(400, FRAMES, FRAMES)))
    assert guesses.mean() == pytest.approx(chance_error_in_frames(FRAMES), rel=0.03)
    assert chance_error_in_frames(5) == 1.2


def slow_best_sum(matrix: np.ndarray) -> float:
    bins, frames = matrix.shape
    sums = [
        sum(matrix[b, f] for b, f in enumerate(np.cumsum([start, *steps[:-1]]) % frames))
        for start in range(frames)
        for steps in product((0, 1, 2), repeat=bins)
        if sum(steps) == frames
    ]
    return max(sums)


@pytest.mark.parametrize("shape", [(5, 5), (6, 5), (4, 7)])
def test_the_best_path_is_the_best_of_all_single_turns(rng, shape):
    bins, frames = shape
    for matrix in rng.normal(size=(8, *shape)):
        path = best_path(matrix)
        steps = np.diff(path, append=path[0]) % frames
        assert set(steps) <= {0, 1, 2}
        assert steps.sum() == frames
        assert matrix[np.arange(bins), path].sum() == pytest.approx(slow_best_sum(matrix))


def test_the_best_path_of_a_rolled_cine_is_rolled(rng):
    segments, frames = ring(rng, 2), ring(rng, 2)
    path = best_path(similarity(segments, frames))
    assert (path == np.arange(FRAMES)).all()
    assert (best_path(similarity(segments, rolled(frames, 13))) == (path + 13) % FRAMES).all()


def test_without_any_evidence_the_path_keeps_an_even_pace():
    steps = np.diff(best_path(np.zeros((8, 8))))
    assert (steps % 8 == 1).all()


@pytest.mark.parametrize("lag", [0.0, 0.3, 4.0, -7.4, 20.6])
def test_an_unknown_roll_is_recovered_to_a_tenth_of_a_frame(rng, lag):
    matrix = similarity(ring(rng, 4), ring(rng, 4, lag=lag))
    np.testing.assert_allclose(offset_recovery(matrix), lag, atol=0.1)
    assert offset_recovery(matrix[0]) == pytest.approx(lag, abs=0.1)


def test_shuffling_keeps_every_frame_once_and_differs_between_subjects(rng):
    frames = np.broadcast_to(np.arange(20.0)[:, None], (5, 20, 2))
    mixed = shuffled(frames, np.random.default_rng(3))
    assert (np.sort(mixed, axis=1) == frames).all()
    assert (mixed[..., 0] == mixed[..., 1]).all()
    assert len({tuple(order) for order in mixed[..., 0]}) == 5
    assert (shuffled(frames, np.random.default_rng(3)) == mixed).all()


def test_the_order_of_a_control_is_what_the_control_does_to_the_frames():
    frames = np.random.default_rng(0).normal(size=(50, 8))
    assert (frames[frame_order(50, "rolled")] == rolled(frames, ROLLED_FRAMES)).all()
    shuffled_frames = shuffled(frames, np.random.default_rng(0))
    assert (frames[frame_order(50, "shuffled")] == shuffled_frames).all()
    assert (frame_order(50, "none") == np.arange(50)).all()


def test_the_band_holds_four_fifths_of_the_cohort_at_each_phase():
    errors = np.random.default_rng(0).integers(0, 25, (1000, 5))
    spread = spread_by_phase(errors)
    inside = (spread.low <= errors) & (errors <= spread.high)
    assert (inside.mean(axis=0) >= 0.8).all() and (inside.mean(axis=0) < 0.9).all()
    assert (spread.median == np.median(errors, axis=0)).all()
