"""Heart rate, PR, QRS, QT, QTc and the QRS axis of an ECG, from the waves of its mean beat."""

import numpy as np
from jaxtyping import Float, Float64, Int

from ptacl.signal.qrs import LevelBeat
from ptacl.signal.waves import NAN, find_beat_and_waves
from ptacl.types import LEADS, EcgIntervals, Waves


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
    if r_peaks.size < 2:
        return EcgIntervals(NAN, NAN, NAN, NAN, NAN, NAN, NAN)
    return of_waves(
        *find_beat_and_waves(signal_mv, r_peaks, sample_rate_hz), r_peaks / sample_rate_hz
    )


def of_waves(
    level: LevelBeat | None, waves: Waves, r_peaks_s: Float64[np.ndarray, " beats"]
) -> EcgIntervals:
    """The same from what `waves.find_beat_and_waves` found.

    Args:
        level, waves: of one ECG.
        r_peaks_s: two at least, in seconds.
    """
    rr_s = np.diff(r_peaks_s)
    middle_rr_s = float(np.median(rr_s))
    qt_ms = waves.t_end_ms - waves.qrs_start_ms
    return EcgIntervals(
        heart_rate_bpm=60.0 / middle_rr_s,
        pr_ms=waves.qrs_start_ms - waves.p_start_ms,
        qrs_ms=waves.qrs_end_ms - waves.qrs_start_ms,
        qt_ms=qt_ms,
        qtc_ms=qt_ms / middle_rr_s ** (1 / 3),
        qrs_axis_deg=NAN if level is None else _axis_deg(level.qrs),
        rr_sd_ms=1e3 * float(rr_s.std()),
    )


def _axis_deg(qrs: Float64[np.ndarray, "leads=12 window"]) -> float:
    """Frontal axis from the net areas of I and aVF, −180 to 180 degrees."""
    area_i, area_avf = qrs[LEADS.index("I")].sum(), qrs[LEADS.index("aVF")].sum()
    # aVF is an augmented lead: the scalar of the same vector is 2/√3 times what it shows
    return float(np.degrees(np.arctan2(2 / np.sqrt(3) * area_avf, area_i)))
