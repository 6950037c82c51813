"""Atrial flutter with 2:1 or 3:1 conduction, whose flutter waves overlap QRS and T.

No segment between T and QRS is long enough there to show that the waves repeat (`flutter`): an
apparent P wave may be a flutter wave, an apparent T wave a T and a flutter wave. Two signs remain.
With 3:1 conduction the signal before the QRS recurs a third of the beat earlier, on T, in the
projection of the leads that is orthogonal to T. And a regular rhythm faster than sinus rhythm at
rest, or without a P wave, may be flutter. `python -m tests.benchmarks.bench_flutter` prints how
much simulated flutter is detected, and the false alarms.
"""

from typing import Literal

import numpy as np
from jaxtyping import Float64, Int
from scipy.ndimage import uniform_filter1d

from ptacl.signal.delineation.flutter import atria_flutter, repetition
from ptacl.signal.delineation.qrs import BEFORE_S, INDEPENDENT, LevelBeat
from ptacl.types import Caveat, EcgIntervals

Flutter = Literal["none", "possible", "likely"]
SLOWEST_BPM, FASTEST_BPM = 90.0, 180.0
"""A third of 270 and a half of 350, the rates at which QRS and T leave no room; slower rhythms
without P are most often of the AV node."""
RESTING_BPM = 130.0
"""From this rate on a regular rhythm is reported in spite of an apparent P wave: of 213 people at
rest in PTB-XL, none of them with flutter, the fastest has 121/min."""
THIRD_S = (0.17, 0.30)
"""A third of the R–R interval that can be the period of a flutter, 200 to 350 a minute."""
MIN_CORRELATION, AMPLITUDE_RATIO = 0.62, (0.4, 1.6)
"""Correlation of the two thirds, and amplitude of the earlier relative to the later one. Of the 117
of those records that are fast enough one is above (0.77, first-degree block with P on T, which
`LEAST_REPETITION` leaves out); the next
has 0.55. Simulated flutter on QRS and T of these records: median 0.64."""
BROAD_QRS_MS = 140
"""From this duration on (left bundle branch block; Strauss, 2011) T ends so late that its end may
resemble a recurring wave. A QRS overlapped by flutter waves may appear as long: then PR and QT are
missing without a caveat."""
REGULAR = 0.03
"""Median change from one R–R interval to the next, as a share of the median interval."""
FEWEST = 5
"""Least number of intervals of a regular rhythm."""
MEDIAN_TOLERANCE, FEWEST_BEATS = 0.04, 4
EDGE_S, SMOOTHING_S = 0.01, 0.016
LEAST_REPETITION = 0.3
"""Repetition between T and QRS (`flutter.repetition`) below which a measured P wave is one, where
there is room: flutter laid on development records has more, first-degree block (00102) .18."""


def hidden_flutter(
    intervals: EcgIntervals,
    level: LevelBeat | None,
    signal_mv: Float64[np.ndarray, "leads=12 samples"],
    r_peaks: Int[np.ndarray, " beats"],
    sample_rate_hz: float,
) -> Flutter:
    """Return whether atrial flutter is likely or possible, so that PR and QT are unreliable.

    Args:
        intervals: as measured.
        level: the mean beat; None where there is none.
        signal_mv: canonical leads, no NaN.
        r_peaks: as from `beats.find_r_peaks`.
        sample_rate_hz: of all.
    """
    rr_s = np.diff(r_peaks) / sample_rate_hz
    if rr_s.size < FEWEST or np.median(np.abs(np.diff(rr_s))) > REGULAR * np.median(rr_s):
        return "none"
    is_narrow = bool(intervals.qrs_ms < BROAD_QRS_MS)
    if (
        level is not None
        and is_narrow
        and (
            (
                _every_third(level, signal_mv, r_peaks, sample_rate_hz)
                and not _is_p_on_t(intervals, level, signal_mv, r_peaks, sample_rate_hz)
            )
            or _every_fourth(intervals, level, signal_mv, r_peaks, sample_rate_hz)
        )
    ):
        return "likely"
    rate = intervals.heart_rate_bpm
    without_p = bool(np.isnan(intervals.pr_ms))
    fast = SLOWEST_BPM <= rate <= FASTEST_BPM and (without_p or rate >= RESTING_BPM)
    return "possible" if fast else "none"


def flutter_caveats(flutter: Flutter, rate_bpm: float) -> tuple[Caveat, ...]:
    """Return the caveats of detected flutter."""
    if flutter == "none":
        return ()
    without = "PR and QT are not given, because flutter waves overlap QRS and T."
    if flutter == "likely":
        # How probable flutter is, the rhythm says (`ptacl.rhythm`), with all other evidence.
        text = (
            "The same wave recurs between two beats, as in atrial flutter. PR and QT are not "
            "given, because flutter waves may overlap QRS and T."
        )
        return (Caveat("flutter", text),)
    text = (
        f"The rhythm is regular at {rate_bpm:.0f} a minute without a definite P wave: it may be "
        f"atrial flutter with 2:1 or 3:1 conduction. {without}"
    )
    return (Caveat("flutter_possible", text),)


def _every_fourth(
    intervals: EcgIntervals,
    level: LevelBeat,
    signal_mv: Float64[np.ndarray, "leads=12 samples"],
    r_peaks: Int[np.ndarray, " beats"],
    sample_rate_hz: float,
) -> bool:
    """Check for recurring waves between T and QRS if neither PR nor QT was measured."""
    if np.isfinite(intervals.pr_ms) or np.isfinite(intervals.qt_ms):
        return False
    onset_s = BEFORE_S - level.qrs_onset / sample_rate_hz
    return atria_flutter(signal_mv, r_peaks, np.inf, onset_s, sample_rate_hz)


def _is_p_on_t(
    intervals: EcgIntervals,
    level: LevelBeat,
    signal_mv: Float64[np.ndarray, "leads=12 samples"],
    r_peaks: Int[np.ndarray, " beats"],
    sample_rate_hz: float,
) -> bool:
    """Check whether P was measured and nothing recurs in a stretch between T and QRS with room.

    In tachycardia and with a long PR interval, P comes on T and resembles the end of it.
    """
    onset_s = BEFORE_S - level.qrs_onset / sample_rate_hz
    repeats = repetition(signal_mv, r_peaks, np.inf, onset_s, sample_rate_hz)
    return bool(np.isfinite(intervals.pr_ms) and repeats < LEAST_REPETITION)


def _every_third(
    level: LevelBeat,
    signal_mv: Float64[np.ndarray, "leads=12 samples"],
    r_peaks: Int[np.ndarray, " beats"],
    sample_rate_hz: float,
) -> bool:
    """Check whether the last third before the QRS resembles the one before it, apart from T."""
    beat = int(np.median(np.diff(r_peaks)))
    if not THIRD_S[0] <= beat / sample_rate_hz / 3 <= THIRD_S[1]:
        return False
    third, edge = round(beat / 3), round(EDGE_S * sample_rate_hz)
    before_r = round(BEFORE_S * sample_rate_hz) - level.qrs_onset
    end = beat - before_r - edge
    first, last = r_peaks[:-1], end + edge
    regular = np.abs(np.diff(r_peaks) - beat) < MEDIAN_TOLERANCE * beat
    first = first[regular & (first + last <= signal_mv.shape[1])]
    if first.size < FEWEST_BEATS:
        return False
    around = first[:, None] + np.arange(end - 2 * third, end)
    mean = np.stack([signal_mv[lead, around].mean(axis=0) for lead in INDEPENDENT])
    smooth = uniform_filter1d(mean, max(1, round(SMOOTHING_S * sample_rate_hz)))
    early, late = (
        part - part.mean(axis=1, keepdims=True) for part in (smooth[:, :third], smooth[:, third:])
    )
    t_direction = np.linalg.svd(early, full_matrices=False)[0][:, :1]
    early, late = (part - t_direction @ (t_direction.T @ part) for part in (early, late))
    sizes = float(np.linalg.norm(early)), float(np.linalg.norm(late))
    correlated = float((early * late).sum()) >= MIN_CORRELATION * sizes[0] * sizes[1] > 0
    return correlated and AMPLITUDE_RATIO[0] * sizes[1] < sizes[0] < AMPLITUDE_RATIO[1] * sizes[1]
