"""Check that a recording shows a heartbeat.

The embedding of a sine can be close to those of hearts. Beats must therefore be sharp, separated by
a quiet baseline, similar to each other, followed by a T wave, and of a plausible height and rate.
Each limit is beyond the extremes of 213 PTB-XL development records and 500 simulated hearts, which
are given with it (`python -m tests.benchmarks.wrong_inputs` prints which signals pass).
"""

from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Float, Float64, Int

from ptacl.signal.filters import bandpass
from ptacl.signal.quality.lead_statistics import INDEPENDENT, QRS_SPAN_S
from ptacl.types import Caveat

FEWEST = 3
"""Minimum number of beats for a comparison."""
SHORTEST_RR_S, LONGEST_RR_S = 0.24, 3.0
"""Mean rates of 250 and 20 beats per minute; no adult heart is beyond for ten seconds."""
LOWEST_MV = 0.1
"""Largest deflection of any lead's QRS complex from the baseline; hearts: at least 0.5."""
UNREST = 0.12
"""Median deviation from the baseline, relative to the QRS height; hearts: at most 0.083."""
UNLIKE = 0.8
"""Median correlation of QRS complexes with the most similar other one; hearts: at least 0.978."""
T_UNLIKE = 0.6
"""The same of ST and T; hearts: at least 0.856."""
JUMP = 0.55
"""Change of level from before to after the QRS, relative to its height; hearts: at most 0.35."""
SWIFT_ECHO = 0.4
"""Autocorrelation of the signal at lags of 60 to 200 ms; hearts: at most 0.18."""
SLACK = 1.2
"""Factor by which the limits of height, unrest, jump and echo are wider where leads are absent: a
single lead may be nearly perpendicular to the heart's axis. Of 150 real recordings cut down to lead
II four exceed the limits above; a larger factor lets swelling sines pass."""
ECHO_S = (0.06, 0.20)
_T_SPAN_S = (0.10, 0.36)
_BEFORE_S, _AFTER_S = (-0.19, -0.14), (0.14, 0.19)
"""Outside of the broadest QRS complex, for either of its two maxima as R."""
_ECHO_BAND_HZ = (3.0, 40.0)


@dataclass(frozen=True, slots=True)
class Beating:
    """Measurements that distinguish a heartbeat from other signals."""

    rr_s: float
    height_mv: float
    unrest: float
    similarity: float
    t_similarity: float
    jump: float
    echo: float
    slack: float = 1.0
    """Factor of the limits; more than 1 where leads are absent."""

    @property
    def fault(self) -> str:
        """Reason why this is not a heartbeat; empty if it may be one."""
        lowest_mv = LOWEST_MV / self.slack
        faults = {
            f"the signal repeats itself within {1000 * ECHO_S[1]:.0f} ms": (
                self.echo > SWIFT_ECHO * self.slack
            ),
            f"no heart beats {60 / self.rr_s:.0f} times a minute": not (
                SHORTEST_RR_S <= self.rr_s <= LONGEST_RR_S
            ),
            f"no QRS complex reaches {lowest_mv:.2g} mV": self.height_mv < lowest_mv,
            "the baseline is not quiet between beats": self.unrest > UNREST * self.slack,
            "the beats differ from each other": self.similarity < UNLIKE,
            "the baseline jumps to another level at the beats": (self.jump > JUMP * self.slack),
            "no T wave follows the beats": self.t_similarity < T_UNLIKE,
        }
        return next((fault for fault, exceeded in faults.items() if exceeded), "")


def no_heartbeat(
    signal_mv: Float[np.ndarray, "leads=12 samples"],
    r_peaks: Int[np.ndarray, " beats"],
    sample_rate_hz: float,
    *,
    few_leads: bool = False,
) -> Caveat | None:
    """Return the caveat that withholds predictions if the signal shows no heartbeat; else None.

    Args:
        signal_mv: canonical leads without NaN, before any filter.
        r_peaks: from `find_r_peaks`; with fewer than three whole beats nothing is checked here.
        sample_rate_hz: of the signal.
        few_leads: whether leads are absent, zero; the limits are wider then.
    """
    beating = measure_beating(signal_mv, r_peaks, sample_rate_hz)
    if beating is not None and few_leads:
        beating = replace(beating, slack=SLACK)
    if beating is None or not beating.fault:
        return None
    return Caveat("no_heartbeat", f"This is no heartbeat: {beating.fault}.", "withhold")


def measure_beating(
    signal_mv: Float[np.ndarray, "leads=12 samples"],
    r_peaks: Int[np.ndarray, " beats"],
    sample_rate_hz: float,
) -> Beating | None:
    """Measure the eight independent leads; None with fewer than three whole beats."""
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
        similarity=_beat_similarity(beats),
        t_similarity=_beat_similarity(_at(calm, peaks, t_wave)),
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


def _beat_similarity(beats: Float64[np.ndarray, "beats leads window"]) -> float:
    """Return the median correlation of beats with the most similar other, as two may alternate."""
    moving = (beats - beats.mean(axis=2, keepdims=True)).reshape(len(beats), -1)
    norms = np.maximum(np.linalg.norm(moving, axis=1, keepdims=True), np.finfo(np.float64).tiny)
    similarity = (moving / norms) @ (moving / norms).T
    np.fill_diagonal(similarity, -1.0)
    return float(np.median(similarity.max(axis=1)))


def _jump(
    raw: Float64[np.ndarray, "leads samples"],
    peaks: Int[np.ndarray, " beats"],
    heights: Float64[np.ndarray, " leads"],
    sample_rate_hz: float,
) -> float:
    """Return the median change of level from before to after a beat, relative to its height."""
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
    """Return the highest inner maximum of the autocorrelation of all leads at lags `ECHO_S`."""
    moving = bandpass(raw, sample_rate_hz, _ECHO_BAND_HZ)
    samples = moving.shape[1]
    spectrum = (np.abs(np.fft.rfft(moving, 2 * samples, axis=1)) ** 2).sum(axis=0)
    products = np.fft.irfft(spectrum)[:samples]
    lags = _samples(ECHO_S, sample_rate_hz)
    lags = lags[lags < samples - 1]
    if products[0] <= 0 or lags.size < 3:
        return 0.0
    similarity = products[lags] / products[0] * (samples / (samples - lags))
    inner = similarity[1:-1]
    peaks = inner[(inner >= similarity[:-2]) & (inner >= similarity[2:])]
    return float(peaks.max(initial=0.0))
