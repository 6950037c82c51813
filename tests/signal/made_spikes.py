"""Stimuli of a pacemaker as a recorder writes them."""

import numpy as np
from scipy import signal as dsp

from ptacl.types import FROM_INDEPENDENT

FINE_HZ = 8000
"""Spikes are made at this rate, then sampled through the recorder's low-pass."""


def spikes(
    times_s,
    rate_hz,
    samples,
    *,
    heights,
    width_ms=0.5,
    biphasic=False,
    tail=0.0,
    band_hz=150.0,
    seed=0,
):
    """(12, samples) of stimuli alone: boxes at 8 kHz through a low-pass, sampled at the rate.

    Args:
        heights: of I, II, V1–V6 in mV.
        tail: share of the spike that decays afterwards with 8 ms, against its sign.
        band_hz: of the recorder; never above 0.45 of the rate.
    """
    factor = round(FINE_HZ / rate_hz)
    fine = np.zeros(samples * factor)
    width = max(1, round(width_ms * FINE_HZ / 1000))
    rng = np.random.default_rng(seed)
    for at_s in times_s:
        first = round((at_s + rng.uniform(0, 1 / rate_hz)) * FINE_HZ)
        fine[first : first + width] += 1.0
        if biphasic:
            fine[first + width : first + 2 * width] -= 0.8
        if tail:
            decay = np.exp(-np.arange(round(0.04 * FINE_HZ)) / (0.008 * FINE_HZ))
            stop = min(first + width + decay.size, fine.size)
            fine[first + width : stop] -= tail * decay[: stop - first - width]
    corner = min(band_hz, 0.45 * rate_hz)
    sections = dsp.butter(3, corner, fs=FINE_HZ, output="sos")
    shape = dsp.sosfilt(sections, fine)[::factor]
    eight = np.array(heights)[:, None] * shape
    return (FROM_INDEPENDENT @ eight).astype(np.float32)
