"""Heart rate, PR, QRS, QT, QTc and the QRS axis of an ECG, from the waves of its mean beat.

The heart rate is the mean ventricular rate, as devices print it: the beats from the first R peak to
the last over the time between them. In bigeminy the median interval would be one of two kinds.
"""

from dataclasses import replace

import numpy as np
from jaxtyping import Float, Float64, Int

from ptacl.signal.delineation.hidden_flutter import flutter_caveats, hidden_flutter
from ptacl.signal.delineation.qrs import LevelBeat
from ptacl.signal.delineation.waves import NAN, find_beat_and_waves
from ptacl.signal.gaps import fill_gaps
from ptacl.types import LEADS, Caveat, EcgIntervals, Waves

SHORTEST_PR_MS, LONGEST_PR_MS = 80, 450
"""With pre-excitation PR can be about 80 ms; beyond 450 ms the P wave belongs to another beat."""
SHORTEST_QRS_MS, LONGEST_QRS_MS = 40, 260
NARROWEST_ADULT_QRS_MS = 50
"""The narrowest of the 213 PTB-XL development records and of 500 simulated hearts has 68 ms;
rabbits have about 40."""
SHORTEST_QT_MS, LONGEST_QT_MS = 200, 800
"""Range of all published QT intervals."""
OVERTAKEN = 1 / 8
"""Share of the R–R intervals that may be shorter than QT where no P wave precedes the QRS. An early
beat or two are extrasystoles; more of them are fibrillation, in which QT changes from beat to beat
and that of the longer beats, which alone show a whole T wave, is not the QT of this heart rate."""


def measure(
    signal_mv: Float[np.ndarray, "leads=12 samples"],
    r_peaks: Int[np.ndarray, " beats"],
    sample_rate_hz: float,
) -> EcgIntervals:
    """Measure an ECG; each figure is NaN where it could not be taken.

    Args:
        signal_mv: canonical leads in mV, raw or without its baseline; NaN allowed.
        r_peaks: as from `beats.find_r_peaks`; with fewer than two nothing is measured.
        sample_rate_hz: 100 Hz or more. Waves are timed to one sample.
    """
    return measure_with_caveats(signal_mv, r_peaks, sample_rate_hz)[0]


def measure_with_caveats(
    signal_mv: Float[np.ndarray, "leads=12 samples"],
    r_peaks: Int[np.ndarray, " beats"],
    sample_rate_hz: float,
) -> tuple[EcgIntervals, tuple[Caveat, ...]]:
    """Measure the intervals, with caveats on missing or implausible values.

    Args:
        signal_mv: as in `measure`.
        r_peaks: as in `measure`.
        sample_rate_hz: as in `measure`.
    """
    if r_peaks.size < 2:
        return EcgIntervals(NAN, NAN, NAN, NAN, NAN, NAN, NAN), ()
    filled = fill_gaps(signal_mv).astype(np.float64)
    level, waves = find_beat_and_waves(filled, r_peaks, sample_rate_hz, "slope")
    measured = of_waves(level, waves, r_peaks / sample_rate_hz)
    taken, narrow = possible(measured), _narrow(measured.qrs_ms)
    flutter = hidden_flutter(taken, level, filled, r_peaks, sample_rate_hz)
    if flutter != "none":
        without = replace(taken, pr_ms=NAN, qt_ms=NAN, qtc_ms=NAN)
        return without, narrow + flutter_caveats(flutter, taken.heart_rate_bpm)
    return _without_overtaken_qt(taken, 1000 / sample_rate_hz * np.diff(r_peaks)), narrow


def _narrow(qrs_ms: float) -> tuple[Caveat, ...]:
    if not qrs_ms < NARROWEST_ADULT_QRS_MS:
        return ()
    text = (
        f"The QRS complex lasts {qrs_ms:.0f} ms, shorter than in any adult: this is not the ECG of "
        "an adult, or not an ECG."
    )
    return (Caveat("qrs_too_narrow", text, "withhold"),)


def _without_overtaken_qt(
    intervals: EcgIntervals, rr_ms: Float64[np.ndarray, " intervals"]
) -> EcgIntervals:
    overtaken = float((rr_ms < intervals.qt_ms).mean())
    if np.isfinite(intervals.pr_ms) or overtaken <= OVERTAKEN:
        return intervals
    return replace(intervals, qt_ms=NAN, qtc_ms=NAN)


def possible(intervals: EcgIntervals) -> EcgIntervals:
    """Replace intervals that are impossible at this heart rate by NaN."""
    rr_ms = 60e3 / intervals.heart_rate_bpm
    pr_ms, qrs_ms, qt_ms = intervals.pr_ms, intervals.qrs_ms, intervals.qt_ms
    fits = {
        "pr_ms": SHORTEST_PR_MS <= pr_ms <= min(LONGEST_PR_MS, rr_ms),
        "qrs_ms": SHORTEST_QRS_MS <= qrs_ms <= LONGEST_QRS_MS,
        "qt_ms": max(SHORTEST_QT_MS, qrs_ms) < qt_ms < min(LONGEST_QT_MS, rr_ms),
    }
    fits["qtc_ms"] = fits["qt_ms"]
    return replace(intervals, **{name: NAN for name, holds in fits.items() if not holds})


def without_unmeasured(waves: Waves, intervals: EcgIntervals) -> Waves:
    """Remove P where PR is not given and T where QT is not, so that they are not drawn."""
    if np.isnan(intervals.pr_ms):
        waves = replace(waves, p_start_ms=NAN, p_end_ms=NAN)
    if np.isnan(intervals.qt_ms):
        waves = replace(waves, t_start_ms=NAN, t_end_ms=NAN)
    return waves


def of_waves(
    level: LevelBeat | None, waves: Waves, r_peaks_s: Float64[np.ndarray, " beats"]
) -> EcgIntervals:
    """Compute the intervals from the result of `waves.find_beat_and_waves`.

    Args:
        level: mean beat of the ECG.
        waves: its waves.
        r_peaks_s: times of the R peaks in seconds, at least two.
    """
    rr_s = np.diff(r_peaks_s)
    mean_rr_s = float(rr_s.mean())
    qt_ms = waves.t_end_ms - waves.qrs_start_ms
    return EcgIntervals(
        heart_rate_bpm=60.0 / mean_rr_s,
        pr_ms=waves.qrs_start_ms - waves.p_start_ms,
        qrs_ms=waves.qrs_end_ms - waves.qrs_start_ms,
        qt_ms=qt_ms,
        qtc_ms=qt_ms / mean_rr_s ** (1 / 3),
        qrs_axis_deg=NAN if level is None else _axis_deg(level.qrs),
        rr_sd_ms=1e3 * float(rr_s.std()),
    )


def _axis_deg(qrs: Float64[np.ndarray, "leads=12 window"]) -> float:
    """Compute the frontal axis from the net areas of I and aVF, −180 to 180 degrees."""
    area_i, area_avf = qrs[LEADS.index("I")].sum(), qrs[LEADS.index("aVF")].sum()
    # aVF is an augmented lead: the scalar of the same vector is 2/√3 times what it shows
    return float(np.degrees(np.arctan2(2 / np.sqrt(3) * area_avf, area_i)))
