"""Beats of an ECG cut between T and P and laid again at other times.

The heart, its electrodes and its noise stay the same, only the rhythm is another: an exact
counterfactual. Each laid beat is one that was recorded, with its own noise; between the beats is
noise of the same spectrum, the recording minus its mean beat with random phases.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Float64, Int

from ptacl.signal.delineation.beats import typical_peaks
from ptacl.signal.delineation.waves import find_waves
from ptacl.signal.gaps import fill_gaps
from ptacl.types import FROM_INDEPENDENT, EcgSignal

T_END_S = 0.42
"""End of T after R at 60/min where it is unclear, by the cube root of RR at other rates."""
P_START_S, QRS_START_S = 0.22, 0.06
"""Start of P and of the QRS before R where they are unclear."""
EDGE_S = 0.03
"""Length over which a beat is faded in and out."""
FEWEST = 3


@dataclass(frozen=True, slots=True)
class CutBeats:
    """The beats of an ECG, each relative to the line between its ends, and the noise between."""

    beats: Float64[np.ndarray, "beats leads=12 window"]
    """Faded in and out; the R peak is ``before`` samples after the start."""
    before: int
    qrs_start: int
    """Sample of the window at the end of P."""
    noise: Float64[np.ndarray, "leads=12 samples"]
    """Recording minus its mean beat, of the same length as the recording."""
    sample_rate_hz: float
    rr_s: float
    """Median R–R interval of the recording."""


def cut_between_beats(
    signal_mv: Float[np.ndarray, "leads=12 samples"],
    r_peaks: Int[np.ndarray, " beats"],
    sample_rate_hz: float,
) -> CutBeats | None:
    """Cut an ECG between T and P; None with fewer than three whole beats of its own kind.

    Args:
        signal_mv: canonical leads; NaN allowed.
        r_peaks: from `beats.find_r_peaks`.
        sample_rate_hz: of the signal.
    """
    if r_peaks.size < FEWEST:
        return None
    signal = fill_gaps(signal_mv).astype(np.float64)
    rr_s = float(np.median(np.diff(r_peaks))) / sample_rate_hz
    waves = find_waves(signal, r_peaks, sample_rate_hz)
    t_end_s = _known(waves.t_end_ms / 1e3, T_END_S * float(np.cbrt(rr_s)))
    p_start_s = -_known(waves.p_start_ms / 1e3, -P_START_S)
    qrs_start_s = min(-_known(waves.qrs_start_ms / 1e3, -QRS_START_S), 0.12)
    free_s = max(rr_s - t_end_s - p_start_s, 0.0)
    before_s = min(p_start_s + free_s / 2, p_start_s + 0.06)
    after_s = min(t_end_s + free_s / 2, t_end_s + 0.06, rr_s - 0.05)
    before, after = round(before_s * sample_rate_hz), round(after_s * sample_rate_hz)
    peaks = typical_peaks(signal, r_peaks, sample_rate_hz, before_s, after_s)
    peaks = peaks[(peaks >= before) & (peaks + after <= signal.shape[1])]
    if peaks.size < FEWEST:
        return None
    beats = signal[:, peaks[:, None] + np.arange(-before, after)].swapaxes(0, 1)
    beats = _without_line(beats, max(1, round(0.02 * sample_rate_hz)))
    mean = beats.mean(axis=0)
    noise = signal - _sum_at(mean, r_peaks - before, signal.shape[1])
    for lead in noise:
        lead -= np.median(lead)
    fade = _fade(before + after, round(EDGE_S * sample_rate_hz))
    qrs_start = before - round((qrs_start_s + 0.01) * sample_rate_hz)
    return CutBeats(beats * fade, before, max(qrs_start, 1), noise, sample_rate_hz, rr_s)


def lay_beats(
    cut: CutBeats,
    times_s: Float64[np.ndarray, " laid"],
    rng: np.random.Generator,
    *,
    with_p: bool = True,
    instead: dict[int, Float64[np.ndarray, "leads=12 window"]] | None = None,
    samples: int = 5000,
) -> tuple[EcgSignal, Int[np.ndarray, " inside"]]:
    """Place the beats of an ECG with their R peaks at given times.

    Where a beat begins within the T wave of the one before, that ends at its QRS.

    Args:
        cut: beats of the ECG.
        times_s: ascending, in s.
        rng: chooses which of the beats is laid, and the phases of the noise between.
        with_p: False removes the P waves.
        instead: other beats (`other_beat`) by index of their time.
        samples: of the laid ECG.

    Returns:
        The ECG, and the samples of the R peaks inside it.
    """
    rate, width = cut.sample_rate_hz, cut.beats.shape[2]
    signal, covered = np.zeros((12, samples)), np.zeros(samples)
    fade_s = round(EDGE_S * rate)
    shown = _fade(width, fade_s)
    if not with_p:
        shown[: cut.qrs_start] = 0.0
        remaining = width - cut.qrs_start
        shown[cut.qrs_start :] *= _fade(2 * remaining, fade_s)[:remaining]
    chosen = rng.integers(len(cut.beats), size=times_s.size)
    at = np.rint(times_s * rate).astype(np.int64)
    for index, r_peak in enumerate(at):
        other = (instead or {}).get(index)
        beat = cut.beats[chosen[index]] if other is None else other
        weight = shown if other is None else _fade(width, fade_s)
        weight = weight.copy()
        if index + 1 < at.size:  # the next QRS ends this T wave
            stop = int(at[index + 1] - r_peak) + cut.qrs_start
            weight[stop:] = 0.0
            ramp = weight[max(stop - fade_s, 0) : stop]
            ramp *= np.linspace(1.0, 0.0, ramp.size) if 0 < stop < width else 1.0
        first = int(r_peak) - cut.before
        low, high = max(first, 0), min(first + width, samples)
        if low < high:
            part = slice(low - first, high - first)
            level = _level_removed(beat, cut.qrs_start) if not with_p and other is None else beat
            signal[:, low:high] += (level * weight)[:, part]
            covered[low:high] = np.maximum(covered[low:high], weight[part])
    noise = surrogate(cut.noise, rng, samples)
    signal += np.sqrt(1.0 - covered**2) * noise
    return signal.astype(np.float32), at[(at >= 0) & (at < samples)]


def other_beat(
    cut: CutBeats, rng: np.random.Generator, *, stretch: float = 2.0
) -> Float64[np.ndarray, "leads=12 window"]:
    """Return a beat from the ventricles: QRS broadened and turned, T opposite to it, without P.

    Args:
        cut: beats of the ECG; their mean gives the height.
        rng: draws the direction.
        stretch: factor of the duration of the QRS.
    """
    mean = cut.beats.mean(axis=0)
    width, before = mean.shape[1], cut.before
    time = np.arange(width) - before
    qrs_half = before - cut.qrs_start
    qrs = np.where(np.abs(time) <= qrs_half, mean - mean[:, [cut.qrs_start]], 0.0)
    slow = np.stack([np.interp(time / stretch, time, lead) for lead in qrs])
    smooth = max(1, round(0.02 * cut.sample_rate_hz))
    slow = np.stack([np.convolve(lead, np.ones(smooth) / smooth, "same") for lead in slow])
    t_at, t_width = 0.30 * cut.sample_rate_hz, 0.055 * cut.sample_rate_hz
    area = slow.sum(axis=1, keepdims=True) / np.abs(slow).sum(axis=1, keepdims=True).clip(1e-9)
    height = np.abs(slow).max(axis=1, keepdims=True)
    t_wave = -0.35 * height * area * np.exp(-0.5 * ((time - t_at) / t_width) ** 2)
    independent = np.r_[0:2, 6:12]
    turn = np.linalg.qr(np.eye(8) + 0.5 * rng.standard_normal((8, 8)))[0]
    leads = turn @ (slow + t_wave)[independent] * rng.uniform(0.9, 1.6)
    return (FROM_INDEPENDENT @ leads) * _fade(width, round(EDGE_S * cut.sample_rate_hz))


def p_wave(cut: CutBeats) -> Float64[np.ndarray, "leads=12 window"]:
    """Return the mean P wave alone, relative to the line between its ends."""
    mean = cut.beats.mean(axis=0)
    alone = np.zeros_like(mean)
    part = mean[:, : cut.qrs_start]
    share = np.linspace(0.0, 1.0, cut.qrs_start)
    alone[:, : cut.qrs_start] = part - part[:, :1] * (1 - share) - part[:, -1:] * share
    return alone


def lay_waves(
    wave: Float64[np.ndarray, "leads=12 window"],
    cut: CutBeats,
    times_s: Float64[np.ndarray, " laid"],
    samples: int = 5000,
) -> Float64[np.ndarray, "leads=12 samples"]:
    """Place a wave of the beats' window at given times of the R peak that would follow it.

    Args:
        wave: as from `p_wave`.
        cut: the beats that it is of.
        times_s: in s.
        samples: to return.
    """
    starts = np.rint(times_s * cut.sample_rate_hz).astype(np.int64) - cut.before
    return _sum_at(wave, starts, samples)


def surrogate(
    noise: Float64[np.ndarray, "leads=12 samples"], rng: np.random.Generator, samples: int
) -> Float64[np.ndarray, "leads=12 drawn"]:
    """Return noise with the same spectrum and correlation of leads, with random phases.

    Args:
        noise: of any length.
        rng: draws the phases.
        samples: to return; the noise is repeated where it is shorter.
    """
    repeats = -(-samples // noise.shape[1])
    spectrum = np.fft.rfft(np.tile(noise, repeats)[:, :samples], axis=1)
    phases = np.exp(2j * np.pi * rng.uniform(size=spectrum.shape[1]))
    return np.fft.irfft(spectrum * phases, samples, axis=1)


def _level_removed(
    beat: Float64[np.ndarray, "leads=12 window"], qrs_start: int
) -> Float64[np.ndarray, "leads=12 window"]:
    """Return a beat from its QRS on, relative to the line from there to its end."""
    moved = beat.copy()
    after = beat.shape[1] - qrs_start
    moved[:, qrs_start:] -= beat[:, [qrs_start]] * np.linspace(1.0, 0.0, after)
    return moved


def _sum_at(
    beat: Float64[np.ndarray, "leads=12 window"],
    starts: Int[np.ndarray, " laid"],
    samples: int,
) -> Float64[np.ndarray, "leads=12 samples"]:
    """Add a beat at each start."""
    signal = np.zeros((12, samples))
    width = beat.shape[1]
    for first in starts:
        low, high = max(int(first), 0), min(int(first) + width, samples)
        if low < high:
            signal[:, low:high] += beat[:, low - first : high - first]
    return signal


def _without_line(
    beats: Float64[np.ndarray, "beats leads=12 window"], edge: int
) -> Float64[np.ndarray, "beats leads=12 window"]:
    """Subtract the line between the mean levels at both ends of each beat."""
    share = np.linspace(0.0, 1.0, beats.shape[2])
    first = beats[:, :, :edge].mean(axis=2, keepdims=True)
    last = beats[:, :, -edge:].mean(axis=2, keepdims=True)
    return beats - first * (1 - share) - last * share


def _fade(width: int, edge: int) -> Float64[np.ndarray, " width"]:
    """Return weights of 1 with raised cosine edges."""
    edge = max(1, min(edge, width // 2))
    ramp = 0.5 - 0.5 * np.cos(np.pi * (np.arange(edge) + 0.5) / edge)
    weights = np.ones(width)
    weights[:edge], weights[width - edge :] = ramp, ramp[::-1]
    return weights


def _known(value: float, otherwise: float) -> float:
    return value if np.isfinite(value) else otherwise
