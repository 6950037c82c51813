"""End of the T wave by a threshold on its slope, as devices and cardiologists measure it.

The tangent to the steep limb of T meets the baseline before T ends: 27 to 29 ms before manual
measurement, where a threshold on the slope differs by less than 5 ms and never failed (McLaughlin,
Campbell and Murray, Computers in Cardiology 1993, 863–866). The slope is that of all leads
together, so the latest lead determines the end, as defined for a global QT (AHA/ACCF/HRS, 2009).
"""

import numpy as np
from jaxtyping import Float64

from ptacl.signal.delineation.qrs import INDEPENDENT, spatial_velocity
from ptacl.signal.filters import lowpass

NAN = float("nan")
SMOOTH_HZ = 20.0
OVER_SHARE = 0.15
"""Share of the steepest slope of T. There a Gaussian T has lost 96.5 % of its height: of 0.3 mV,
0.01 mV are left, a tenth of a millimetre on paper, less than the width of the line."""
OVER_QUIET = 1.5
"""Factor of the smallest slope after T, which noise and drift never fall below."""
SWIFT_SHARE = 0.35
"""Share of the steepest slope before which T does not end, for both limbs of a biphasic T. A U wave
has 5 to 25 % of the height of its T (AHA, 2009) and is broader, so its slope is smaller."""
LIMB_S, BEYOND_S, FALL_S = 0.15, 0.06, 0.20
"""The steep limb is searched for from the first before the end by the tangent to the second after
it, and up to the third after the peak of T: a T wave falls in less time, a U wave later."""
RISES = 1.4
"""Increase of the slope after its minimum that ends T: a U or P wave starts."""


def t_end(
    beat_mv: Float64[np.ndarray, "leads=12 window"],
    tangent_end: float,
    earliest: int,
    latest: int,
    sample_rate_hz: float,
) -> float:
    """Find the end of T; NaN if T has not ended before the next wave.

    Args:
        beat_mv: a mean beat.
        tangent_end: end of T by the tangent, as a sample of the window.
        earliest: first sample after the QRS.
        latest: sample at which the next P wave or QRS starts.
        sample_rate_hz: of the beat.

    Returns:
        The end of T as a sample of the window.
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
    """Find the first sample after ``swift`` with a negligible slope, or its first minimum."""
    after = slope[swift:]
    over = max(OVER_SHARE * steepest, OVER_QUIET * float(after.min()))
    least = np.minimum.accumulate(after)
    done = (after < over) | ((after > RISES * least) & (least < SWIFT_SHARE * steepest))
    if done.any():
        stop = int(done.argmax())
        return float(swift + int(after[: stop + 1].argmin()))
    return NAN if after.min() >= SWIFT_SHARE * steepest else float(swift + int(after.argmin()))
