"""Whether a heart beats in a recording, asked of the signal itself.

A model's embedding of a sine may lie among those of hearts. So beats must be sharp and at rest in
between, like each other, followed by a T wave, of a height and at a rate that hearts have. Each
limit lies beyond all of 213 PTB-XL records to develop on and 500 simulated hearts (their extremes
stand beside it; `python -m tests.benchmarks.wrong_inputs` prints what passes).
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Float64, Int

from ptacl.signal.filters import bandpass
from ptacl.signal.quality.lead_statistics import INDEPENDENT, QRS_SPAN_S
from ptacl.types import Caveat

FEWEST = 3
"""Beats without which nothing can be compared."""
SHORTEST_RR_S, LONGEST_RR_S = 0.24, 3.0
"""250 and 20 beats a minute in the mean: beyond, no heart of an adult beats for ten seconds."""
LOWEST_MV = 0.1
"""The highest point of any lead's QRS complex above its resting line; hearts: from 0.5."""
UNREST = 0.12
"""Typical deviation from the resting line over the height of the QRS; hearts: up to 0.083."""
UNLIKE = 0.8
"""Correlation of a typical QRS complex with the most similar other; hearts: from 0.978."""
T_UNLIKE = 0.6
"""The same of what follows it (ST and T); hearts: from 0.856."""
JUMP = 0.55
"""Difference of the levels before and after the QRS over its height; hearts: up to 0.35."""
SWIFT_ECHO = 0.4
"""Correlation of the signal with itself 60 to 200 ms later; hearts: up to 0.18."""
ECHO_S = (0.06, 0.20)
_T_SPAN_S = (0.10, 0.36)
_BEFORE_S, _AFTER_S = (-0.19, -0.14), (0.14, 0.19)
"""Outside of the broadest QRS complex, whichever of its two maxima counts as R."""
_ECHO_BAND_HZ = (3.0, 40.0)


@dataclass(frozen=True, slots=True)
class Beating:
    """What is measured to tell a heart from other signals."""

    rr_s: float
    height_mv: float
    unrest: float
    alike: float
    t_alike: float
    jump: float
    echo: float

    @property
    def fault(self) -> str:
        """Why this is no heartbeat; empty where it may be one."""
        faults = {
            f"the signal repeats itself within {1000 * ECHO_S[1]:.0f} ms": self.echo > SWIFT_ECHO,
            f"no heart beats {60 / self.rr_s:.0f} times a minute": not (
                SHORTEST_RR_S <= self.rr_s <= LONGEST_RR_S
            ),
            f"no QRS complex reaches {LOWEST_MV:g} mV": self.height_mv < LOWEST_MV,
            "the line does not rest between beats": self.unrest > UNREST,
            "the beats are not alike": self.alike < UNLIKE,
            "the line jumps to another level and stays there": self.jump > JUMP,
            "no T wave follows the beats": self.t_alike < T_UNLIKE,
        }
        return next((fault for fault, found in faults.items() if found), "")


def no_heartbeat(
    signal_mv: Float[np.ndarray, "leads=12 samples"],
    r_peaks: Int[np.ndarray, " beats"],
    sample_rate_hz: float,
) -> Caveat | None:
    """The caveat that withholds predictions where no heart beats; None where one may.

    Args:
        signal_mv: canonical leads without NaN, before any filter.
        r_peaks: as from `find_r_peaks`; fewer than three whole beats are judged elsewhere.
        sample_rate_hz: of the signal.
    """
    beating = measure_beating(signal_mv, r_peaks, sample_rate_hz)
    if beating is None or not beating.fault:
        return None
    return Caveat("no_heartbeat", f"This is no heartbeat: {beating.fault}.", "withhold")


def measure_beating(
    signal_mv: Float[np.ndarray, "leads=12 samples"],
    r_peaks: Int[np.ndarray, " beats"],
    sample_rate_hz: float,
) -> Beating | None:
    """The measurements, of the eight independent leads; None with fewer than three whole beats."""
    raw = signal_mv[INDEPENDENT].astype(np.float64)
    calm = bandpass(raw, sample_rate_hz)
    qrs, t_wave = _samples(QRS_SPAN_S, sample_rate_hz), _samples(_T_SPAN_S, sample_rate_hz)
    inside = (r_peaks + qrs[0] >= 0) & (r_peaks + t_wave[-1] < raw.shape[1])
    peaks = r_peaks[inside]
    if peaks.size < FEWEST:
        return None
    beats, rest = _at(calm, peaks, qrs), np.median(calm, axis=1)
    heights = np.median(np.ptp(beats, axis=2), axis=0)
    size = max(float(np.linalg.norm(heights)), np.finfo(np.float64).tiny)
    unrest = np.median(np.abs(calm - rest[:, None]), axis=1)
    return Beating(
        rr_s=float(np.diff(r_peaks).mean()) / sample_rate_hz,
        height_mv=float(np.abs(np.median(beats, axis=0) - rest[:, None]).max()),
        unrest=float(np.linalg.norm(unrest)) / size,
        alike=_alike(beats),
        t_alike=_alike(_at(calm, peaks, t_wave)),
        jump=_jump(raw, peaks, heights, sample_rate_hz),
        echo=_echo(raw, sample_rate_hz),
    )


def _samples(span_s: tuple[float, float], sample_rate_hz: float) -> Int[np.ndarray, " window"]:
    return np.arange(round(span_s[0] * sample_rate_hz), round(span_s[1] * sample_rate_hz))


def _at(
    signal: Float64[np.ndarray, "leads samples"],
    peaks: Int[np.ndarray, " beats"],
    window: Int[np.ndarray, " window"],
) -> Float64[np.ndarray, "beats leads window"]:
    return signal[:, peaks[:, None] + window].swapaxes(0, 1)


def _alike(beats: Float64[np.ndarray, "beats leads window"]) -> float:
    """Correlation of each beat with the most similar other, in the middle; two may alternate."""
    moving = (beats - beats.mean(axis=2, keepdims=True)).reshape(len(beats), -1)
    norms = np.maximum(np.linalg.norm(moving, axis=1, keepdims=True), np.finfo(np.float64).tiny)
    alike = (moving / norms) @ (moving / norms).T
    np.fill_diagonal(alike, -1.0)
    return float(np.median(alike.max(axis=1)))


def _jump(
    raw: Float64[np.ndarray, "leads samples"],
    peaks: Int[np.ndarray, " beats"],
    heights: Float64[np.ndarray, " leads"],
    sample_rate_hz: float,
) -> float:
    """How far apart the levels before and after each beat lie, over its height, in the middle."""
    inside = peaks[peaks + round(_BEFORE_S[0] * sample_rate_hz) >= 0]
    if not inside.size:
        return 0.0
    before, after = (
        _at(raw, inside, _samples(span, sample_rate_hz)).mean(axis=2)
        for span in (_BEFORE_S, _AFTER_S)
    )
    size = max(float(np.linalg.norm(heights)), np.finfo(np.float64).tiny)
    return float(np.median(np.linalg.norm(after - before, axis=1))) / size


def _echo(raw: Float64[np.ndarray, "leads samples"], sample_rate_hz: float) -> float:
    """The highest inner maximum of the autocorrelation of all leads at `ECHO_S`."""
    moving = bandpass(raw, sample_rate_hz, _ECHO_BAND_HZ)
    samples = moving.shape[1]
    spectrum = (np.abs(np.fft.rfft(moving, 2 * samples, axis=1)) ** 2).sum(axis=0)
    products = np.fft.irfft(spectrum)[:samples]
    lags = _samples(ECHO_S, sample_rate_hz)
    lags = lags[lags < samples - 1]
    if products[0] <= 0 or lags.size < 3:
        return 0.0
    alike = products[lags] / products[0] * (samples / (samples - lags))
    inner = alike[1:-1]
    peaks = inner[(inner >= alike[:-2]) & (inner >= alike[2:])]
    return float(peaks.max(initial=0.0))
