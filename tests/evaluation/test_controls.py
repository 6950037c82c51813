"""Controls of a cohort's alignment must do their work."""

import numpy as np
import pytest

from ptacl.evaluation import controls
from ptacl.evaluation.controls import derangement, measure_alignment, offset_errors
from ptacl.metrics.alignment import errors_in_frames, rolled, similarity
from tests.made.embeddings import FRAMES, WIDTH, ring


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(11)


def test_the_offset_error_goes_the_shorter_way_around(rng):
    segments, frames = ring(rng, 3), ring(rng, 3, lag=24)
    np.testing.assert_allclose(offset_errors(segments, frames, shift=-24), 2.0, atol=0.1)


@pytest.mark.parametrize("subjects", [2, 3, 50])
def test_a_derangement_gives_everybody_somebody_else_once(subjects, rng):
    other = derangement(subjects, rng)
    assert (other != np.arange(subjects)).all()
    assert sorted(other) == list(range(subjects))


def test_the_report_of_a_good_model_is_near_zero_and_its_shuffled_control_near_chance(
    rng, monkeypatch
):
    monkeypatch.setattr(controls, "CHUNK_SUBJECTS", 7)
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
