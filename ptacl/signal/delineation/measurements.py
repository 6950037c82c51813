"""Conventional ECG measurements as regression features: intervals, axis, amplitude of each wave.

They are the baseline for all learned features (`regression.features.measured_features`).
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, Float64, Int

from ptacl.signal.delineation.intervals import of_waves
from ptacl.signal.delineation.qrs import BEFORE_S, LevelBeat
from ptacl.signal.delineation.qrs_band import with_lone_limb_lead
from ptacl.signal.delineation.waves import find_beat_and_waves
from ptacl.types import LEADS, LIMB, Waves

WAVES = ("q", "r", "s", "st", "t", "p")
MEASUREMENTS = (
    "heart_rate_bpm", "pr_ms", "qrs_ms", "qt_ms", "qtc_ms", "axis_cos", "axis_sin",
    *(f"{wave}_{lead}_mv" for wave in WAVES for lead in LEADS),
)  # fmt: skip
"""Names of the values of `measure_waves`. Q, R and S are amplitudes of at least 0; ST (60 ms after
the QRS), T and P are signed."""

ST_AFTER_S = 0.06
T_AFTER_S = 0.08
"""Time after the QRS before which no T wave is searched for."""
USUAL_T_END_S = 0.4
"""Assumed time from R to the end of T if that is unclear."""


def measure_waves(
    signal_mv: Float[np.ndarray, "leads=12 samples"],
    r_peaks: Int[np.ndarray, " beats"],
    sample_rate_hz: float,
) -> Float64[np.ndarray, " measurements"]:
    """Measure the `MEASUREMENTS` of an ECG.

    Args:
        signal_mv: canonical leads in mV, raw or without its baseline; NaN allowed.
        r_peaks: from `beats.find_r_peaks`.
        sample_rate_hz: 100 Hz or more.

    Returns:
        All NaN without a beat, single values NaN if unclear. The amplitude of an absent P wave is
        0 mV.
    """
    level, waves = find_beat_and_waves(signal_mv, r_peaks, sample_rate_hz)
    if level is None:
        return np.full(len(MEASUREMENTS), np.nan)
    taken = of_waves(level, waves, r_peaks / sample_rate_hz)
    times = [taken.heart_rate_bpm, taken.pr_ms, taken.qrs_ms, taken.qt_ms, taken.qtc_ms]
    axis = np.radians(taken.qrs_axis_deg)
    return np.concatenate(
        [times, [np.cos(axis), np.sin(axis)], *_heights(_Beat(level, waves, sample_rate_hz))]
    )


def measure_waves_of(
    signal_mv: Float[np.ndarray, "leads=12 samples"],
    r_peaks: Int[np.ndarray, " beats"],
    sample_rate_hz: float,
    present: Bool[np.ndarray, " leads=12"],
) -> Float64[np.ndarray, " measurements"]:
    """Measure the `MEASUREMENTS` of an ECG in some of its leads, as if the others were not there.

    Args:
        signal_mv: as for `measure_waves`.
        r_peaks: likewise.
        sample_rate_hz: likewise.
        present: leads to read.

    Returns:
        NaN for the amplitudes of the other leads, and for the axis without all limb leads.
    """
    if present.all():
        return measure_waves(signal_mv, r_peaks, sample_rate_hz)
    shown = with_lone_limb_lead(np.where(present[:, None], signal_mv, 0.0))
    measured = measure_waves(shown, r_peaks, sample_rate_hz)
    first = MEASUREMENTS.index(f"{WAVES[0]}_{LEADS[0]}_mv")
    measured[first:] = np.where(np.tile(present, len(WAVES)), measured[first:], np.nan)
    if not present[: len(LIMB)].all():
        axis = [MEASUREMENTS.index(name) for name in ("axis_cos", "axis_sin")]
        measured[axis] = np.nan
    return measured


def impute(
    measured: Float[np.ndarray, "*ecgs measurements"], reference: Float[np.ndarray, " measurements"]
) -> Float[np.ndarray, "*ecgs measurements"]:
    """Replace unclear (NaN) measurements by reference values.

    Args:
        measured: from `measure_waves`.
        reference: typical value of each measurement.
    """
    return np.where(np.isfinite(measured), measured, reference)


@dataclass(frozen=True, slots=True)
class _Beat:
    level: LevelBeat
    waves: Waves
    sample_rate_hz: float

    def sample(self, time_ms: float) -> int:
        """Return the sample at a time from R, clipped to the window."""
        last = self.level.beat.shape[1] - 1
        return min(max(round((BEFORE_S + time_ms / 1000) * self.sample_rate_hz), 0), last)

    def later(self, duration_s: float) -> int:
        """Return the sample at a time after the QRS, clipped to the window."""
        last = self.level.beat.shape[1] - 1
        return min(self.level.qrs_offset + round(duration_s * self.sample_rate_hz), last)


def _heights(beat: _Beat) -> list[Float64[np.ndarray, "leads=12"]]:
    """Return the amplitude of each wave in `WAVES`, by lead."""
    qrs, window = beat.level.qrs, beat.level.beat
    r_at = qrs.argmax(axis=1)[:, None]
    sample = np.arange(qrs.shape[1])
    st, t_start = window[:, beat.later(ST_AFTER_S)], beat.later(T_AFTER_S)
    t_end_ms = beat.waves.t_end_ms
    t_end = beat.sample(t_end_ms if np.isfinite(t_end_ms) else 1000 * USUAL_T_END_S)
    return [
        -np.where(sample <= r_at, qrs, 0.0).min(axis=1),
        qrs.max(axis=1).clip(min=0),
        -np.where(sample >= r_at, qrs, 0.0).min(axis=1),
        st,
        _highest(window[:, t_start : max(t_end, t_start + 1)]),
        _p_heights(beat),
    ]


def _p_heights(beat: _Beat) -> Float64[np.ndarray, "leads=12"]:
    if not np.isfinite(beat.waves.p_start_ms):
        return np.zeros(len(LEADS))
    start, end = beat.sample(beat.waves.p_start_ms), beat.level.qrs_onset
    return _highest(beat.level.beat[:, start : max(end, start + 1)])


def _highest(wave: Float64[np.ndarray, "leads=12 window"]) -> Float64[np.ndarray, "leads=12"]:
    """Return the value furthest from zero in each lead, signed."""
    furthest = np.abs(wave).argmax(axis=1)
    return wave[np.arange(len(wave)), furthest]
