"""Plain ECGs and cines of known timing, and a second R-peak detector, for the signal tests."""

import numpy as np
from scipy import signal as dsp

from ptacl.signal.delineation.beats import refine
from ptacl.signal.delineation.qrs_band import qrs_magnitude

WAVES = {"p": (-0.16, 0.020, 0.10), "qrs": (0.0, 0.010, 1.0), "t": (0.28, 0.040, 0.25)}
"""Centre (s after R), width (s), height (mV in lead II)."""
GAIN = np.array([0.6, 1.0, 0.4, -0.8, 0.1, 0.7, -0.6, -0.8, 0.5, 1.1, 1.0, 0.8])
"""Of the 12 leads; the limb leads obey Einthoven's law."""


def make_ecg(r_times_s, duration_s=10.0, rate_hz=500.0, noise_mv=0.005, seed=0):
    """(12, samples) float32 with Gaussian waves about the given R times."""
    times = np.arange(round(duration_s * rate_hz)) / rate_hz
    lead = np.zeros_like(times)
    for r in r_times_s:
        for centre, width, height in WAVES.values():
            lead += height * np.exp(-0.5 * ((times - r - centre) / width) ** 2)
    noise = np.random.default_rng(seed).normal(0, noise_mv, (12, times.size))
    return (GAIN[:, None] * lead + noise).astype(np.float32)


def make_ring(frames=20, size=96, centre=(40.0, 52.0), spacing_mm=1.8, smallest=0.6):
    """(frames, size, size): a bright disc in a dark ring, beating once, in a still body."""
    rows, columns = np.mgrid[:size, :size]
    distance_mm = spacing_mm * np.hypot(rows - centre[0], columns - centre[1])
    phases = np.arange(frames) / frames
    radius = 25.0 * (1 - (1 - smallest) * np.sin(np.pi * phases) ** 2)
    blood = 1 / (1 + np.exp(distance_mm - radius[:, None, None]))
    wall = 1 / (1 + np.exp(distance_mm - radius[:, None, None] - 10.0))
    body = 200.0 * (np.hypot(rows - size / 2, columns - size / 2) < 0.45 * size)
    return (body + 400.0 * blood - 150.0 * wall).astype(np.float32)


def peer_r_peaks(signal_mv, rate_hz):
    """Prominent peaks of the best-standing single lead, refined like ours: no code shared with it.

    Derivative, square, 120 ms mean (Pan and Tompkins, 1985), then `scipy.signal.find_peaks` with a
    threshold from the strongest peak of each two seconds.
    """
    sections = dsp.butter(3, (8, 20), "bandpass", fs=rate_hz, output="sos")
    slope = np.diff(dsp.sosfiltfilt(sections, signal_mv.astype(float), axis=1), axis=1) ** 2
    width = round(0.12 * rate_hz)
    energy = np.apply_along_axis(np.convolve, 1, slope, np.ones(width) / width, "same")
    energy = energy[np.argmax(np.percentile(energy, 98, axis=1) / np.median(energy, axis=1))]
    window = round(2 * rate_hz)
    tops = [energy[s : s + window].max() for s in range(0, energy.size - window + 1, window)]
    found, _ = dsp.find_peaks(energy, height=0.25 * np.median(tops), distance=round(0.25 * rate_hz))
    return refine(found, qrs_magnitude(signal_mv, rate_hz), rate_hz)


def f1_score(ours, theirs, tolerance):
    """F1 of matching each peak with at most one of the other list within the tolerance."""
    matched = sum(bool((np.abs(theirs - peak) <= tolerance).any()) for peak in ours)
    return 2 * matched / max(ours.size + theirs.size, 1)
