"""True frames of ECG segments by cardiac events, where the times of these are known.

`metrics.alignment` defines the truth by linear phase: a segment at a share of the ECG's beat
belongs to the frame at the same share of the scan's beat. The two are recorded at different heart
rates, and systole hardly changes its length with the rate, so that the same moment of the heart is
at another share of each beat. Here the truth is that moment: the phase of the ECG is mapped to that
of the scan by straight lines between the R wave, end systole, the fastest early filling, the atrial
kick and the next R wave.
"""

import numpy as np
from jaxtyping import Float, Int

EventPhases = Float[np.ndarray, "subjects events"]
"""Phases of end systole, fastest early filling and atrial kick, in this order; NaN where absent."""


def usable_events(ecg: EventPhases, scan: EventPhases) -> tuple[EventPhases, EventPhases]:
    """Return the events that are in order in both beats; the others are NaN.

    End systole is between two R waves, the atrial kick between end systole and the next R wave,
    and the fastest early filling between end systole and the atrial kick: where the two fillings
    are fused, there is no such moment.

    Args:
        ecg: phases in the beat of the ECG, as shares of its R–R interval.
        scan: phases in the beat of the scan.

    Example:
        >>> usable_events(np.array([[0.5, 0.8, 0.7]]), np.array([[0.4, 0.6, 0.7]]))[0].tolist()
        [[0.5, nan, 0.7]]
    """
    events = np.stack([ecg, scan]).astype(np.float64)
    systole, early, kick = np.moveaxis(events, -1, 0)
    systole[:, ~((systole > 0) & (systole < 1)).all(axis=0)] = np.nan
    begin = np.nan_to_num(systole)
    kick[:, ~((kick > begin) & (kick < 1)).all(axis=0)] = np.nan
    end = np.nan_to_num(kick, nan=1.0)
    early[:, ~((early > begin) & (early < end)).all(axis=0)] = np.nan
    return events[0], events[1]


def frames_by_events(
    ecg: EventPhases, scan: EventPhases, frames: int
) -> Int[np.ndarray, "subjects frames"]:
    """Return the frame of the scan that shows the moment of each ECG segment.

    Segment ``b`` of ``frames`` is at phase ``b / frames`` of the ECG, frame ``f`` at ``f / frames``
    of the scan.

    Args:
        ecg: phases in the beat of the ECG, in order (`usable_events`).
        scan: phases of the same events in the beat of the scan.
        frames: number of segments and of frames.

    Example:
        End systole at half of the ECG's beat and at a quarter of the scan's:

        >>> absent = [np.nan, np.nan]
        >>> frames_by_events(np.array([[0.5, *absent]]), np.array([[0.25, *absent]]), 8).tolist()
        [[0, 0, 1, 2, 2, 4, 5, 6]]
    """
    phases = np.arange(frames) / frames
    mapped = np.empty((len(ecg), frames))
    for subject, (own, of_scan) in enumerate(zip(ecg, scan, strict=True)):
        known = np.isfinite(own)
        mapped[subject] = np.interp(phases, [0, *own[known], 1], [0, *of_scan[known], 1])
    return np.rint(mapped * frames).astype(np.int64) % frames


def at_events(
    errors: Int[np.ndarray, "subjects frames"], ecg: EventPhases
) -> Float[np.ndarray, "subjects events"]:
    """Return the errors of the segments nearest to the events; NaN where an event is absent.

    Args:
        errors: of all segments of each subject, in frames.
        ecg: phases in the beat of the ECG.
    """
    bins = errors.shape[1]
    segment = np.rint(np.nan_to_num(ecg) * bins).astype(np.int64) % bins
    found = np.take_along_axis(errors, segment, axis=1).astype(np.float64)
    return np.where(np.isfinite(ecg), found, np.nan)
