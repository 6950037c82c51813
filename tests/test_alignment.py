"""Alignment: paths and errors against slow, obvious formulas; controls that must do their work."""

from itertools import product

import numpy as np
import pytest

from ptacl import alignment
from ptacl.alignment import (
    ROLLED_FRAMES,
    best_path,
    chance_error_in_frames,
    derangement,
    errors_in_frames,
    frame_order,
    measure_alignment,
    offset_errors,
    offset_recovery,
    rolled,
    shuffled,
    similarity,
    spread_by_phase,
)

FRAMES, WIDTH = 50, 24


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(11)


def ring(
    rng: np.random.Generator, subjects: int, frames: int = FRAMES, lag: float = 0.0
) -> np.ndarray:
    """Smooth closed curves with a mean of their own per subject: beating hearts."""
    angle = 2 * np.pi * (np.arange(frames) - lag) / frames
    waves = np.stack([f(h * angle) for h in (1, 2, 3, 4) for f in (np.sin, np.cos)], axis=1)
    directions = np.random.default_rng(0).normal(size=(waves.shape[1], WIDTH))
    patient = 5 * rng.normal(size=(subjects, 1, WIDTH))
    return (waves @ directions + patient).astype(np.float32)


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


def test_the_offset_error_goes_the_shorter_way_around(rng):
    segments, frames = ring(rng, 3), ring(rng, 3, lag=24)
    np.testing.assert_allclose(offset_errors(segments, frames, shift=-24), 2.0, atol=0.1)


def test_shuffling_keeps_every_frame_once_and_differs_between_subjects(rng):
    frames = np.broadcast_to(np.arange(20.0)[:, None], (5, 20, 2))
    mixed = shuffled(frames, np.random.default_rng(3))
    assert (np.sort(mixed, axis=1) == frames).all()
    assert (mixed[..., 0] == mixed[..., 1]).all()
    assert len({tuple(order) for order in mixed[..., 0]}) == 5
    assert (shuffled(frames, np.random.default_rng(3)) == mixed).all()


@pytest.mark.parametrize("subjects", [2, 3, 50])
def test_a_derangement_gives_everybody_somebody_else_once(subjects, rng):
    other = derangement(subjects, rng)
    assert (other != np.arange(subjects)).all()
    assert sorted(other) == list(range(subjects))


def test_the_report_of_a_good_model_is_near_zero_and_its_shuffled_control_near_chance(
    rng, monkeypatch
):
    monkeypatch.setattr(alignment, "CHUNK_SUBJECTS", 7)
    segments = ring(rng, 30) + 0.05 * rng.normal(size=(30, FRAMES, WIDTH)).astype(np.float32)
    frames = ring(rng, 30)
    report = measure_alignment(segments, frames, rng, rolled_frames=rolled(frames, 17), roll=17)
    slow = [errors_in_frames(similarity(s, f)) for s, f in zip(segments, frames, strict=True)]
    assert report.subjects == 30
    assert report.error_frames == np.mean(slow) < 0.5
    np.testing.assert_allclose(report.error_by_phase, np.mean(slow, axis=0))
    assert report.rolled_error_frames == report.error_frames
    assert report.offset_error_frames < 0.1
    assert report.shuffled_error_frames == pytest.approx(12.5, rel=0.1)
    assert report.chance_error_frames == 12.5


def test_an_encoder_that_reads_the_frame_number_fails_the_rolled_control(rng):
    segments = frames = ring(rng, 10)
    # Such an encoder gives the rolled cine the features of the unrolled one.
    report = measure_alignment(segments, frames, rng, rolled_frames=frames, roll=9)
    assert report.error_frames == 0
    assert report.rolled_error_frames == 9
    assert report.offset_error_frames == pytest.approx(9, abs=0.1)


def test_another_patients_cine_shows_what_is_individual(rng):
    lags = rng.uniform(-5, 5, 40)
    hearts = np.concatenate([ring(rng, 1, lag=lag) for lag in lags])
    report = measure_alignment(hearts, hearts, rng)
    assert report.error_frames == 0
    assert report.other_patient_error_frames > 2
    assert report.rolled_error_frames is None
    alone = measure_alignment(hearts[:1], hearts[:1], rng)
    assert np.isnan(alone.other_patient_error_frames)


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
