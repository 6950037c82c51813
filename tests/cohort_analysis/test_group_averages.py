"""Median beats and mean cines of groups."""

import numpy as np
import pytest

from ptacl.cohort_analysis.group_averages import group_beat, mean_cine, most_typical, sample
from ptacl.types import EcgQuality, PreparedCine, PreparedEcg

RATE_HZ = 500.0


def ecg(height_mv: float, peaks: np.ndarray, offset_mv: float = 0.0) -> PreparedEcg:
    time_s = np.arange(2500) / RATE_HZ
    beats = np.exp(-(((time_s[:, None] - peaks / RATE_HZ) / 0.01) ** 2)).sum(axis=1)
    signal = np.tile(height_mv * beats + offset_mv, (12, 1)).astype(np.float32)
    return PreparedEcg(signal, 2500, peaks, EcgQuality((), True, ""))


def test_the_median_beat_and_its_band_are_quantiles_over_subjects_not_over_beats():
    slow, fast = np.arange(400, 2300, 500), np.arange(400, 2300, 250)
    ecgs = [ecg(1.0, fast), ecg(2.0, slow), ecg(4.0, slow, offset_mv=3.0), ecg(0.0, slow[:0])]
    beat = group_beat(ecgs, RATE_HZ)
    assert beat.subjects == 3
    heights = np.array([1.0, 2.0, 4.0])
    for found, share in ((beat.low, 0.1), (beat.median, 0.5), (beat.high, 0.9)):
        assert found.max(axis=1) == pytest.approx(
            np.full(12, np.quantile(heights, share)), abs=0.02
        )
    assert beat.median.argmax(axis=1).tolist() == [125] * 12  # 0.25 s
    assert group_beat(ecgs[3:], RATE_HZ) is None


def test_the_mean_cine_is_the_mean_at_equal_phases():
    rng = np.random.default_rng(0)
    even = (np.arange(8) / 8).astype(np.float32)
    frames = rng.integers(0, 256, (2, 8, 4, 4)).astype(np.uint8)
    # The second is stored from phase 0.5 on: frame 4 of it lies at phase 0.
    cines = [
        PreparedCine(frames[0], even, 900.0),
        PreparedCine(frames[1], np.roll(even, 4), 1100.0),
    ]
    slow = (frames[0].astype(float) + np.roll(frames[1], 4, axis=0)) / 2
    mean = mean_cine(cines)
    assert np.abs(mean.frames.astype(float) - slow).max() <= 0.5
    assert mean.phases == pytest.approx(even) and mean.rr_ms == 1000


def test_the_most_typical_lie_nearest_to_the_centre():
    turn = np.array([0.0, 0.5, 0.1, 0.9, 0.2])
    vectors = np.stack([np.cos(turn), np.sin(turn)], axis=1).astype(np.float32)
    centre = np.array([1.0, 0.0], dtype=np.float32)
    assert most_typical(vectors, np.array([1, 2, 3, 4]), centre, 2).tolist() == [2, 4]


def test_a_sample_is_of_the_group_and_as_large_as_allowed():
    rows = np.arange(0, 100, 2)
    assert sample(rows, 50) is rows
    drawn = sample(rows, 10)
    assert len(np.unique(drawn)) == 10 and set(drawn) <= set(rows) and (np.diff(drawn) > 0).all()
