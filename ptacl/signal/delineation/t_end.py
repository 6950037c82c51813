"""The end of T as electrocardiographs and cardiologists measure it: where T has died away.

A tangent to the steep limb of T meets the baseline before T is over: 27 to 29 ms short of manual
measurement, where a threshold on the slope comes within 5 ms of it and never failed (McLaughlin,
Campbell and Murray, Computers in Cardiology 1993, 863–866). The slope is that of all leads
together, so that the latest lead decides, as a global QT asks for (AHA/ACCF/HRS, 2009).
"""

import numpy as np
from jaxtyping import Float64

from ptacl.signal.delineation.qrs import INDEPENDENT, spatial_velocity
from ptacl.signal.filters import lowpass

NAN = float("nan")
SMOOTH_HZ = 20.0
OVER_SHARE = 0.15
"""Of the steepest slope of T. There a Gaussian T has lost 96.5 % of its height: what is left of
0.3 mV is 0.01 mV, a tenth of a millimetre on paper, less than the width of the line."""
OVER_QUIET = 1.5
"""Times the quietest moment after T: noise and drift never fall below their own level."""
SWIFT_SHARE = 0.35
"""T is not over before its last moment so swift: both limbs of a T of two phases count. A U wave
has 5 to 25 % of the height of its T (AHA, 2009) and is broader, so it is slower than this."""
LIMB_S, BEYOND_S, FALL_S = 0.15, 0.06, 0.20
"""The steep limb is sought from the first before the tangent's end to the second after it, and no
later than the third after the top of T: from there a T wave falls in less, a U wave later."""
RISES = 1.4
"""T ends at its least slope where the slope grows by this afterwards: a U or P wave begins."""


def t_end(
    beat_mv: Float64[np.ndarray, "leads=12 window"],
    tangent_end: float,
    earliest: int,
    latest: int,
    sample_rate_hz: float,
) -> float:
    """Sample of the window where T is over; NaN where it is not over before what comes next.

    Args:
        beat_mv: a mean beat.
        tangent_end: sample where the tangent of T ends.
        earliest: sample after the QRS.
        latest: sample where the next P wave or QRS begins.
        sample_rate_hz: of the beat.
    """
    if not np.isfinite(tangent_end):
        return NAN
    smooth = lowpass(beat_mv[INDEPENDENT], sample_rate_hz, SMOOTH_HZ)
    slope = spatial_velocity(smooth, sample_rate_hz)
    latest = min(latest, slope.size)
    height = np.linalg.norm(smooth[:, earliest : max(round(tangent_end), earliest + 1)], axis=0)
    fallen = earliest + int(height.argmax()) + round(FALL_S * sample_rate_hz)
    first = max(earliest, round(tangent_end - LIMB_S * sample_rate_hz))
    last = min(latest, fallen, round(tangent_end + BEYOND_S * sample_rate_hz))
    if last - first < 0.02 * sample_rate_hz:
        return NAN
    steepest = float(slope[first:last].max())
    swift = np.flatnonzero(slope[first:last] >= SWIFT_SHARE * steepest)
    return _dying(slope[:latest], first + int(swift[-1]), steepest)


def _dying(slope: Float64[np.ndarray, " window"], swift: int, steepest: float) -> float:
    """The first sample after ``swift`` where the slope is over, or least before it grows again."""
    after = slope[swift:]
    over = max(OVER_SHARE * steepest, OVER_QUIET * float(after.min()))
    least = np.minimum.accumulate(after)
    done = (after < over) | ((after > RISES * least) & (least < SWIFT_SHARE * steepest))
    if done.any():
        stop = int(done.argmax())
        return float(swift + int(after[: stop + 1].argmin()))
    return NAN if after.min() >= SWIFT_SHARE * steepest else float(swift + int(after.argmin()))
