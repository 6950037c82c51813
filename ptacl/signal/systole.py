"""Where systole ends: in an ECG's beat, in a scan's beat, and in a cine itself.

A scan has another heart rate than the ECG. Systole nearly keeps its length (QT and
electromechanical systole run in parallel, and the T wave ends about where ejection does), and
diastole takes what is left of the beat: so one factor for the whole beat misplaces both.
"""

import numpy as np
from jaxtyping import Float, Float64, Int, UInt8

from ptacl.signal.delineation.beats import beat_numbers, cardiac_phase

QTC_MS = 400.0
"""A usual QT at 60/min (Fridericia); its own error moves both beats alike and hardly matters."""
QRS_ONSET_MS = 45.0
"""From the onset of the QRS, where QT begins, to the R peak, where phases do."""
LEAST_SHARE, MOST_SHARE = 0.2, 0.7
"""Of a beat that systole may take, however short or long the beat is."""
EARLIEST_PHASE, LATEST_PHASE = 0.15, 0.65
"""End systole is sought between them."""


def systole_ms(rr_ms: float) -> float:
    """Length of systole from the R peak on, at this R–R interval: QT after Fridericia (1920).

    Example:
        >>> round(systole_ms(1000.0)), round(systole_ms(600.0))
        (355, 292)
    """
    return QTC_MS * float(np.cbrt(rr_ms / 1000)) - QRS_ONSET_MS


def phase_in_scan(
    r_peaks: Int[np.ndarray, " beats"],
    samples: Int[np.ndarray, " n"] | Float[np.ndarray, " n"],
    sample_rate_hz: float,
    scan_rr_ms: float,
) -> Float64[np.ndarray, " n"]:
    """Phase in [0, 1) of the scan's beat at each sample of an ECG, systole and diastole apart.

    Systole has the length that the recording's median beat gives it; each beat's diastole takes
    the rest. The phase runs evenly through each of them.

    Args:
        r_peaks: of the ECG; with fewer than two all is NaN.
        samples: positions at the ECG's rate.
        sample_rate_hz: of the ECG.
        scan_rr_ms: R–R interval of the scan.
    """
    phase = cardiac_phase(r_peaks, samples)
    if r_peaks.size < 2:
        return phase
    rr_ms = np.diff(r_peaks) / sample_rate_hz * 1000
    own_ms = rr_ms[beat_numbers(r_peaks, samples)]
    in_ecg = np.clip(systole_ms(float(np.median(rr_ms))) / own_ms, LEAST_SHARE, MOST_SHARE)
    in_scan = float(np.clip(systole_ms(scan_rr_ms) / scan_rr_ms, LEAST_SHARE, MOST_SHARE))
    systolic = phase / in_ecg * in_scan
    diastolic = in_scan + (phase - in_ecg) / (1 - in_ecg) * (1 - in_scan)
    return np.where(phase < in_ecg, systolic, diastolic)


def end_systole_frames(
    cines: UInt8[np.ndarray, "batch frames rows columns"],
    phases: Float[np.ndarray, "batch frames"],
) -> Int[np.ndarray, " batch"]:
    """The frame of each cine that differs most from end diastole, in mean squared intensity.

    Wall and valves are then furthest from where they began. Nothing but the cine is asked.

    Args:
        cines: one beat each, in any order of frames.
        phases: of each frame in [0, 1), 0 at the R wave.
    """
    found = np.empty(len(cines), dtype=np.int64)
    for number, (cine, phase) in enumerate(zip(cines, phases, strict=True)):
        moved = cine.astype(np.float32) - cine[nearest_frame(phase, 0.0)]
        away = np.einsum("fyx,fyx->f", moved, moved)
        away[(phase < EARLIEST_PHASE) | (phase > LATEST_PHASE)] = -1.0
        found[number] = away.argmax()
    return found


def nearest_frame(phases: Float[np.ndarray, " frames"], phase: float) -> int:
    """The frame nearest to a phase, around the circle of the beat."""
    gap = phases - phase
    return int(np.abs(gap - np.round(gap)).argmin())
