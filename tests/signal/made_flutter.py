"""Atrial flutter of many shapes: waves of the atria at any phase of the beats that they drive."""

import numpy as np
from scipy.ndimage import uniform_filter1d

from ptacl.types import FROM_INDEPENDENT
from tests.signal.made_rhythms import R, S, T, Wave, made

RATE_HZ = 500.0
WAVE = np.array((0.05, -1.0, 0.6, 0.15, 0.0, -0.2, -0.25, -0.25))
"""I, II, V1–V6 of a typical flutter, II down."""


def made_flutter(conducted, seed):
    """One beat for every ``conducted``-th wave of the atria, 240 to 340 a minute."""
    rng = np.random.default_rng(seed)
    period_s = 60 / rng.uniform(240, 340)
    rr_s = conducted * period_s
    at = np.arange(0.35, 10.3, rr_s) + rng.normal(0, 0.002, np.arange(0.35, 10.3, rr_s).size)
    short = np.cbrt(rr_s)
    waves = (
        _varied(rng, R),
        _varied(rng, S),
        _varied(rng, T).scaled(1, short, -0.28 * (1 - short)),
    )
    ecg = made([(time_s, waves) for time_s in at], noise_mv=rng.uniform(0.003, 0.012), seed=seed)
    beats = np.arange(at.size)
    phase = conducted * np.interp(np.arange(5000) / RATE_HZ, at, beats) + rng.uniform()
    shape = _saw(phase % 1, rng.uniform(0.2, 0.8)) if rng.random() < 0.7 else _bump(phase % 1)
    heights = rng.choice((1, 1, -1)) * WAVE * rng.uniform(0.6, 1.4, 8) + rng.normal(0, 0.08, 8)
    added = FROM_INDEPENDENT @ (heights[:, None] * rng.uniform(0.08, 0.25) * shape)
    ecg.signal_mv[:] += added.astype(np.float32)
    return ecg


def _varied(rng, wave):
    return Wave(
        wave.centre_s, wave.width_s, tuple(np.array(wave.heights) * rng.uniform(0.6, 1.3, 8))
    )


def _saw(phase, top):
    shape = np.where(phase < top, phase / top, (1 - phase) / (1 - top)) - 0.5
    return 2 * uniform_filter1d(shape, 15)


def _bump(phase):
    shape = np.exp(-0.5 * ((phase - 0.5) / 0.14) ** 2)
    return 2 * (shape - shape.mean())
