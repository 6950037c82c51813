"""Zero-phase filters along the last axis: Butterworth sections run forwards and backwards.

Filtering in both directions shifts no wave in time and squares the attenuation, so the amplitude at
a corner frequency is one half. Signals must have no NaN (`gaps.fill_gaps`).
"""

from functools import lru_cache
from typing import Literal

import numpy as np
from jaxtyping import Float
from scipy import signal as dsp

Kind = Literal["highpass", "lowpass", "bandpass"]
DISPLAY_BAND_HZ = (0.5, 40.0)
"""The common monitoring band: easy to read, but ST segments and fine QRS detail are altered."""


def highpass(
    signal: Float[np.ndarray, "*leads samples"], sample_rate_hz: float, corner_hz: float = 0.5
) -> Float[np.ndarray, "*leads samples"]:
    """Remove baseline wander with a second-order Butterworth filter in both directions."""
    return _run(signal, sample_rate_hz, "highpass", (corner_hz,))


def lowpass(
    signal: Float[np.ndarray, "*leads samples"], sample_rate_hz: float, corner_hz: float
) -> Float[np.ndarray, "*leads samples"]:
    """Remove muscle noise and mains hum; no effect if the corner is above the Nyquist frequency."""
    if corner_hz >= sample_rate_hz / 2:
        return signal
    return _run(signal, sample_rate_hz, "lowpass", (corner_hz,))


def bandpass(
    signal: Float[np.ndarray, "*leads samples"],
    sample_rate_hz: float,
    band_hz: tuple[float, float] = DISPLAY_BAND_HZ,
) -> Float[np.ndarray, "*leads samples"]:
    """Apply a band-pass, or a high-pass if the upper corner is above the Nyquist frequency."""
    if band_hz[1] >= sample_rate_hz / 2:
        return highpass(signal, sample_rate_hz, band_hz[0])
    return _run(signal, sample_rate_hz, "bandpass", band_hz)


def notch(
    signal: Float[np.ndarray, "*leads samples"], sample_rate_hz: float, mains_hz: float
) -> Float[np.ndarray, "*leads samples"]:
    """Remove mains hum at 50 or 60 Hz (quality factor 30); no effect above Nyquist."""
    if mains_hz >= sample_rate_hz / 2:
        return signal
    b, a = dsp.iirnotch(mains_hz, Q=30.0, fs=sample_rate_hz)
    filtered = dsp.filtfilt(b, a, signal, axis=-1, padlen=_padding(signal, sample_rate_hz))
    return filtered.astype(signal.dtype, copy=False)


def _run(
    signal: Float[np.ndarray, "*leads samples"],
    sample_rate_hz: float,
    kind: Kind,
    corners_hz: tuple[float, ...],
) -> Float[np.ndarray, "*leads samples"]:
    sections = _sections(kind, corners_hz, float(sample_rate_hz))
    padding = _padding(signal, sample_rate_hz)
    # float64 inside: a 0.5 Hz corner at 500 Hz puts poles within 0.005 of the unit circle
    exact = np.asarray(signal, dtype=np.float64)
    filtered = dsp.sosfiltfilt(sections, exact, axis=-1, padlen=padding)
    return filtered.astype(signal.dtype, copy=False)


def _padding(signal: Float[np.ndarray, "*leads samples"], sample_rate_hz: float) -> int:
    """Return the samples of odd reflection: one second, less for a shorter signal."""
    return max(0, min(round(sample_rate_hz), signal.shape[-1] - 1))


@lru_cache(maxsize=64)
def _sections(
    kind: Kind, corners_hz: tuple[float, ...], sample_rate_hz: float
) -> Float[np.ndarray, "sections 6"]:
    corners = corners_hz if len(corners_hz) > 1 else corners_hz[0]
    return dsp.butter(2, corners, kind, fs=sample_rate_hz, output="sos")
