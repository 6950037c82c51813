"""End of systole in the beats of an ECG, in those of a scan, and in a cine.

The heart rates of a scan and an ECG differ. The length of systole changes little with heart rate
(QT parallels electromechanical systole, and the T wave ends near the end of ejection), and diastole
takes the rest of the beat. A single scale factor for the whole beat would be wrong for both.
"""

import numpy as np
from jaxtyping import Float, Float64, Int, UInt8

from ptacl.signal.delineation.beats import beat_numbers, cardiac_phase

QTC_MS = 400.0
"""Typical QT at 60/min (Fridericia); an error affects both beats equally and has little effect."""
QRS_ONSET_MS = 45.0
"""From the onset of the QRS, where QT starts, to the R peak, where phases start."""
LEAST_SHARE, MOST_SHARE = 0.2, 0.7
"""Limits of the share of systole in a beat."""
EARLIEST_PHASE, LATEST_PHASE = 0.15, 0.65
"""Range of phases in which end systole is searched for."""


def systole_ms(rr_ms: float) -> float:
    """Return the length of systole after the R peak at an R–R interval, by Fridericia's QT (1920).

    Example:
        >>> round(systole_ms(1000.0)), round(systole_ms(600.0))
        (355, 292)
    """
    return QTC_MS * float(np.cbrt(rr_ms / 1000)) - QRS_ONSET_MS


def systole_share(rr_ms: float) -> float:
    """Return the share of systole in a beat of an R–R interval, within its limits.

    Example:
        >>> round(systole_share(1000.0), 3), round(systole_share(600.0), 3)
        (0.355, 0.487)
    """
    return float(np.clip(systole_ms(rr_ms) / rr_ms, LEAST_SHARE, MOST_SHARE))


def phase_in_scan(
    r_peaks: Int[np.ndarray, " beats"],
    samples: Int[np.ndarray, " n"] | Float[np.ndarray, " n"],
    sample_rate_hz: float,
    scan_rr_ms: float,
) -> Float64[np.ndarray, " n"]:
    """Map samples of an ECG to the phase of the scan, scaling systole and diastole separately.

    The length of systole is that of the median beat of the recording; diastole is the rest of each
    beat. The phase is linear in time in each of them.

    Args:
        r_peaks: sample numbers of the R peaks of the ECG.
        samples: positions at the rate of the ECG.
        sample_rate_hz: of the ECG.
        scan_rr_ms: R–R interval of the scan.

    Returns:
        Phases in [0, 1), NaN with fewer than two R peaks.
    """
    phase = cardiac_phase(r_peaks, samples)
    if r_peaks.size < 2:
        return phase
    rr_ms = np.diff(r_peaks) / sample_rate_hz * 1000
    own_ms = rr_ms[beat_numbers(r_peaks, samples)]
    in_ecg = np.clip(systole_ms(float(np.median(rr_ms))) / own_ms, LEAST_SHARE, MOST_SHARE)
    in_scan = systole_share(scan_rr_ms)
    systolic = phase / in_ecg * in_scan
    diastolic = in_scan + (phase - in_ecg) / (1 - in_ecg) * (1 - in_scan)
    return np.where(phase < in_ecg, systolic, diastolic)


def end_systole_frames(
    cines: UInt8[np.ndarray, "batch frames rows columns"],
    phases: Float[np.ndarray, "batch frames"],
) -> Int[np.ndarray, " batch"]:
    """Find the frame of each cine that differs most from end diastole, in mean squared intensity.

    At that time wall and valves are furthest from their position at end diastole.

    Args:
        cines: one beat each, frames in any order.
        phases: phase of each frame in [0, 1), 0 at the R wave.

    Returns:
        The index of the end-systolic frame of each cine.
    """
    end_systole = np.empty(len(cines), dtype=np.int64)
    for index, (cine, phase) in enumerate(zip(cines, phases, strict=True)):
        change = cine.astype(np.float32) - cine[nearest_frame(phase, 0.0)]
        energy = np.einsum("fyx,fyx->f", change, change)
        energy[(phase < EARLIEST_PHASE) | (phase > LATEST_PHASE)] = -1.0
        end_systole[index] = energy.argmax()
    return end_systole


def nearest_frame(phases: Float[np.ndarray, " frames"], phase: float) -> int:
    """Return the index of the frame nearest to a phase, cyclically."""
    gap = phases - phase
    return int(np.abs(gap - np.round(gap)).argmin())
