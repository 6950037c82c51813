"""What the atria do: a P wave common to the beats, or waves that remain when the beats are removed.

Sinus rhythm has the same P wave before each QRS. In atrial fibrillation the mean over the beats
before R has none, and what remains of the recording after its mean beat is subtracted has a
spectral peak at 4 to 9 Hz, largest in V1 (Bollmann et al., 2006).
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float64, Int
from scipy import signal as dsp
from scipy.ndimage import uniform_filter1d

from ptacl.rhythm.premature import Premature
from ptacl.signal.delineation.p_wave import common_energy
from ptacl.signal.delineation.qrs import INDEPENDENT
from ptacl.types import Waves

P_WINDOW_S, LATE_P_WINDOW_S = 0.22, 0.36
"""Start of the window before the QRS in which P is searched for; the second for long PR."""
SHORTEST_WINDOW_S = 0.08
AFTER_QRS_S = 0.42
"""End of T after R at 60/min, by the cube root of RR, where it is unclear."""
SMOOTHING_S = 0.016
F_BAND_HZ = (4.0, 9.0)
NOISE_BAND_HZ = (12.0, 25.0)
ANALYSED_HZ = 100.0
"""Rate at which the spectrum is taken."""
PEAK_HZ = 0.75
"""Half the width of the spectral peak."""
QRS_MASK_S = (0.07, 0.10)
"""Around R the remainder is not looked at: beats of one kind differ most there."""


@dataclass(frozen=True, slots=True)
class CommonP:
    """The P wave that the beats have in common."""

    common: float
    """Share of the energy before the QRS that is in the mean of the beats, 0 by chance, 1 always.
    NaN where no window before the QRS is free of T."""
    each: float
    """Share of the beats with a wave that correlates with the mean of the others by .5 or more."""
    height_mv: float
    """Largest length of the mean wave over the eight leads."""
    over_noise: float
    """Height over the standard deviation of single beats about the mean."""


@dataclass(frozen=True, slots=True)
class Remainder:
    """What remains of the recording after its mean beat was subtracted."""

    v1_mv: float
    """Root mean square at 4 to 9 Hz in V1."""
    all_mv: float
    """The same over the eight leads."""
    peak_hz: float
    """Frequency of the highest spectral peak in V1 at 4 to 9 Hz."""
    concentration: float
    """Share of the power at 3 to 12 Hz within `PEAK_HZ` of the peak, mean of V1 and the strongest
    direction of all leads."""
    over_noise: float
    """Power at 4 to 9 Hz over that at 12 to 25 Hz, in V1."""


def common_p(
    signal_mv: Float64[np.ndarray, "leads=12 samples"],
    r_peaks: Int[np.ndarray, " beats"],
    waves: Waves,
    premature: Premature,
    sample_rate_hz: float,
) -> CommonP:
    """Measure the P wave common to the beats, in the better of two windows before the QRS.

    Args:
        signal_mv: canonical leads, no NaN.
        r_peaks: from `beats.find_r_peaks`.
        waves: of the mean beat (`waves.find_waves`).
        premature: beats that are left out.
        sample_rate_hz: of the signal.
    """
    candidates = [
        _common_p(signal_mv, r_peaks, waves, premature, sample_rate_hz, longest)
        for longest in (P_WINDOW_S, LATE_P_WINDOW_S)
    ]
    known = [wave for wave in candidates if np.isfinite(wave.common)]
    return max(known, key=lambda wave: wave.common) if known else candidates[0]


def _common_p(
    signal_mv: Float64[np.ndarray, "leads=12 samples"],
    r_peaks: Int[np.ndarray, " beats"],
    waves: Waves,
    premature: Premature,
    sample_rate_hz: float,
    longest_s: float,
) -> CommonP:
    onset_s = -_known(waves.qrs_start_ms / 1e3, -0.05)
    rr_s = np.diff(r_peaks) / sample_rate_hz
    t_end_s = min(_known(waves.t_end_ms / 1e3, np.inf), AFTER_QRS_S * np.cbrt(np.median(rr_s)))
    usable = premature.kinds[1:] == 0
    usable[np.isin(np.arange(1, r_peaks.size), premature.all)] = False
    room_s = rr_s - t_end_s - onset_s
    stop = round((onset_s + 0.01) * sample_rate_hz)
    window_s = min(longest_s, float(np.median(room_s[usable])) if usable.any() else 0.0)
    window_s = max(window_s, SHORTEST_WINDOW_S)
    length = round(window_s * sample_rate_hz)
    ends = r_peaks[1:][usable & (room_s >= min(0.8 * window_s, window_s - 0.02))] - stop
    ends = ends[ends >= length]
    if ends.size < 3:
        nan = float("nan")
        return CommonP(nan, nan, nan, nan)
    windows = signal_mv[:, ends[:, None] + np.arange(-length, 0)][INDEPENDENT].swapaxes(0, 1)
    smooth = uniform_filter1d(windows, max(1, round(SMOOTHING_S * sample_rate_hz)))
    share = np.linspace(0.0, 1.0, length)
    smooth = smooth - smooth[:, :, :1] * (1 - share) - smooth[:, :, -1:] * share
    mean = smooth.mean(axis=0)
    height = float(np.sqrt((mean**2).sum(axis=0)).max())
    deviation = float(np.sqrt(((smooth - mean) ** 2).sum(axis=1).mean()))
    return CommonP(
        common_energy(smooth), _each(smooth), height, height / max(deviation, 1e-4)
    )  # fmt: skip


def _each(waves: Float64[np.ndarray, "beats leads window"]) -> float:
    """Return the share of the beats that resemble the mean of the others."""
    flat = waves.reshape(len(waves), -1)
    others = (flat.sum(axis=0) - flat) / (len(flat) - 1)
    sizes = np.linalg.norm(flat, axis=1) * np.linalg.norm(others, axis=1)
    return float(((flat * others).sum(axis=1) >= 0.5 * np.maximum(sizes, 1e-12)).mean())


def remainder(
    signal_mv: Float64[np.ndarray, "leads=12 samples"],
    r_peaks: Int[np.ndarray, " beats"],
    premature: Premature,
    sample_rate_hz: float,
) -> Remainder:
    """Measure what remains between the beats once their mean is subtracted.

    Args:
        signal_mv: canonical leads, no NaN.
        r_peaks: from `beats.find_r_peaks`, at least two.
        premature: beats of other kinds have a mean of their own, or none if they are single.
        sample_rate_hz: of the signal.
    """
    step = max(1, round(sample_rate_hz / ANALYSED_HZ))
    rate = sample_rate_hz / step
    leads = dsp.sosfiltfilt(
        dsp.butter(2, (1.5, 30.0), "bandpass", fs=sample_rate_hz, output="sos"),
        signal_mv[INDEPENDENT],
    )[:, ::step]
    peaks = r_peaks // step
    left, hidden = _without_beats(leads, peaks, premature.kinds, rate)
    left[:, hidden] = 0.0
    shown = max(1.0 - float(hidden.mean()), 0.05)
    v1 = left[2]
    direction = np.linalg.svd(_banded(left, rate), full_matrices=False)[2][0]
    hz, power = _spectrum(v1, rate)
    _, along = _spectrum(direction * np.linalg.norm(v1), rate)
    band = _within(hz, F_BAND_HZ)
    peak_hz = float(hz[band][power[band].argmax()])
    concentration = 0.5 * (_concentration(hz, power) + _concentration(hz, along))
    amplitude = np.sqrt((_banded(left, rate) ** 2).mean(axis=1) / shown)
    noise = power[_within(hz, NOISE_BAND_HZ)].mean()
    return Remainder(
        v1_mv=float(amplitude[2]),
        all_mv=float(np.sqrt((amplitude**2).mean())),
        peak_hz=peak_hz,
        concentration=concentration,
        over_noise=float(power[band].mean() / max(noise, 1e-12)),
    )


def _without_beats(
    leads: Float64[np.ndarray, "leads=8 samples"],
    peaks: Int[np.ndarray, " beats"],
    kinds: Int[np.ndarray, " beats"],
    rate: float,
) -> tuple[Float64[np.ndarray, "leads=8 samples"], Bool[np.ndarray, " samples"]]:
    """Subtract from each beat the mean of its kind; return the rest and where it is no evidence."""
    left, hidden = leads.copy(), np.zeros(leads.shape[1], dtype=bool)
    rr = np.diff(peaks)
    before = round(0.28 * rate)
    after = min(round(0.50 * rate), max(int(np.median(rr)) - before, round(0.2 * rate)))
    offsets = np.arange(-before, after)
    for kind in np.unique(kinds):
        own = peaks[kinds == kind]
        whole = own[(own >= before) & (own + after <= leads.shape[1])]
        if whole.size < 2:
            mean = np.zeros((8, offsets.size))
        else:
            cut = leads[:, whole[:, None] + offsets]
            # what other beats put into the window is left out of the mean
            mean = np.median(cut, axis=1) if whole.size > 3 else cut.mean(axis=1)
        taper = np.minimum(1.0, np.minimum(offsets + before, after - 1 - offsets) / (0.03 * rate))
        for peak in own:
            at = peak + offsets
            inside = (at >= 0) & (at < leads.shape[1])
            gain = 1.0
            if whole.size >= 2:
                qrs = inside & (np.abs(offsets) <= round(0.08 * rate))
                energy = float((mean[:, qrs] ** 2).sum())
                overlap = float((leads[:, at[qrs]] * mean[:, qrs]).sum())
                gain = float(np.clip(overlap / max(energy, 1e-9), 0.6, 1.4))
            left[:, at[inside]] -= gain * (mean * taper)[:, inside]
            hide = (round(QRS_MASK_S[0] * rate), round(QRS_MASK_S[1] * rate))
            if whole.size < 2:
                hide = (round(0.12 * rate), round(0.45 * rate))
            hidden[max(peak - hide[0], 0) : peak + hide[1]] = True
    return left, hidden


def _banded(
    leads: Float64[np.ndarray, "leads samples"], rate: float
) -> Float64[np.ndarray, "leads samples"]:
    sections = dsp.butter(2, F_BAND_HZ, "bandpass", fs=rate, output="sos")
    return dsp.sosfiltfilt(sections, leads)


def _spectrum(
    lead: Float64[np.ndarray, " samples"], rate: float
) -> tuple[Float64[np.ndarray, " hz"], Float64[np.ndarray, " hz"]]:
    return dsp.welch(lead, rate, nperseg=min(lead.size, round(4 * rate)), nfft=round(8 * rate))


def _concentration(
    hz: Float64[np.ndarray, " hz"], power: Float64[np.ndarray, " hz"]
) -> float:  # fmt: skip
    band = _within(hz, F_BAND_HZ)
    peak = hz[band][power[band].argmax()]
    whole = power[_within(hz, (3.0, 12.0))].sum()
    return float(power[np.abs(hz - peak) <= PEAK_HZ].sum() / max(whole, 1e-12))


def _within(
    hz: Float64[np.ndarray, " hz"], band: tuple[float, float]
) -> Bool[np.ndarray, " hz"]:  # fmt: skip
    return (hz >= band[0]) & (hz <= band[1])


def _known(value: float, otherwise: float) -> float:
    return float(value) if np.isfinite(value) else otherwise
