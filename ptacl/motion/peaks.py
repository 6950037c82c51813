"""Peaks of strain curves, and what follows from them."""

import numpy as np

from ptacl.motion.records import MID_LEVEL, Peak, PerFrame, StrainCurves, StrainPeaks


def strain_peaks(strain: StrainCurves, rr_ms: float) -> StrainPeaks:
    """Find the peaks of the curves of a slice.

    Args:
        strain: the curves.
        rr_ms: R–R interval, NaN if unknown.
    """
    times, rv = strain.frame_times_ms, strain.rv_free_wall_percent
    segments = tuple(
        peak(curve, times, rr_ms) for curve in strain.circumferential_percent[MID_LEVEL]
    )
    to_peak = np.array([own.time_ms for own in segments])
    gcs = strain.gcs_percent
    systolic, diastolic = _rates(gcs, times, rr_ms)
    farthest = int(np.abs(strain.rotation_deg).argmax())
    return StrainPeaks(
        gcs=peak(gcs, times, rr_ms),
        gcs_endocardium=peak(strain.global_circumferential_percent[0], times, rr_ms),
        radial=peak(strain.global_radial_percent, times, rr_ms, shortening=False),
        segments=segments,
        dispersion_ms=float(to_peak.std(ddof=1)),
        systolic_rate_per_s=systolic,
        diastolic_rate_per_s=diastolic,
        rotation_deg=float(strain.rotation_deg[farthest]),
        rv_free_wall=None if rv is None else peak(rv, times, rr_ms),
    )


def peak(curve: PerFrame, times_ms: PerFrame, rr_ms: float, *, shortening: bool = True) -> Peak:
    """Return the extreme of a curve, its time between frames by a parabola through three values.

    Args:
        curve: in percent over the whole beat.
        times_ms: of its values.
        rr_ms: R–R interval; the value after the last one is the first of the next beat.
        shortening: whether the lowest value is the peak, not the highest.

    Example:
        >>> found = peak(np.array([0.0, -8, -8, 0]), np.array([0.0, 100, 200, 300]), 400)
        >>> found.percent, found.frame, found.time_ms
        (-8.0, 1, 150.0)
    """
    frame = int(curve.argmin() if shortening else curve.argmax())
    before, here, after = (float(curve[(frame + step) % len(curve)]) for step in (-1, 0, 1))
    bend = before - 2 * here + after
    shift = 0.5 * (before - after) / bend if bend else 0.0
    neighbour = _time(times_ms, rr_ms, frame + (1 if shift > 0 else -1))
    time = float(times_ms[frame])
    time += abs(shift) * (neighbour - time)
    # A peak just before the first frame is the end of the beat.
    return Peak(here, frame, time + rr_ms if time < 0 else time)


def _rates(curve: PerFrame, times_ms: PerFrame, rr_ms: float) -> tuple[float, float]:
    """Return the lowest rate of a curve and the highest after its peak, in 1/s."""
    if not (np.isfinite(times_ms).all() and np.isfinite(rr_ms)):
        return float("nan"), float("nan")
    count = len(curve)
    steps = [
        (_time(times_ms, rr_ms, frame + 1) - _time(times_ms, rr_ms, frame - 1)) / 1000
        for frame in range(count)
    ]
    rate = (np.roll(curve, -1) - np.roll(curve, 1)) / 100 / np.array(steps)
    return float(rate.min()), float(rate[int(curve.argmin()) :].max())


def _time(times_ms: PerFrame, rr_ms: float, frame: int) -> float:
    """Return the time of a frame, also of the beats before and after."""
    beat, own = divmod(frame, len(times_ms))
    return float(times_ms[own] + beat * rr_ms)
