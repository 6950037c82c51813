"""The waves of each lead of the mean beat: Q, R, S, R′, J, ST, T and P in mV.

A deflection of the QRS is a run of one sign between onset and offset, above or below the level
before the QRS. The first negative one before any positive one is Q, the first positive one R, the
negative one after it S and the next positive one R′ (Surawicz et al., Circulation 2009;119:e235).
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float64

from ptacl.measurements import LeadWaves
from ptacl.signal.delineation.qrs import BEFORE_S, LevelBeat
from ptacl.types import LEADS, Waves

LEAST_MV = 0.025
"""Deflections that do not reach a quarter of a small box of ECG paper are not counted."""
LEAST_S = 0.006
ST_AFTER_S = 0.06
T_AFTER_S = 0.08
"""Times after the end of the QRS: ST level, and first sample that can belong to T."""
USUAL_T_END_S = 0.4


@dataclass(frozen=True, slots=True)
class _Deflection:
    value_mv: float
    duration_ms: float
    peak_ms: float


def lead_waves(level: LevelBeat, waves: Waves, sample_rate_hz: float) -> tuple[LeadWaves, ...]:
    """Measure the waves of the 12 leads on the mean beat.

    Args:
        level: mean beat, from `waves.find_beat_and_waves`.
        waves: its waves, from the same call.
        sample_rate_hz: of the beat.

    Returns:
        One record a lead, in the canonical order.
    """
    window = level.beat
    r_peak, last = round(BEFORE_S * sample_rate_hz), window.shape[1] - 1

    def sample(time_ms: float) -> int:
        return min(max(r_peak + round(time_ms * sample_rate_hz / 1000), 0), last)

    offset = level.qrs_offset
    t_end = sample(waves.t_end_ms if np.isfinite(waves.t_end_ms) else 1000 * USUAL_T_END_S)
    t_start = min(offset + round(T_AFTER_S * sample_rate_hz), last)
    t = window[:, t_start : max(t_end, t_start + 1)]
    st = window[:, min(offset + round(ST_AFTER_S * sample_rate_hz), last)]
    p = np.zeros((len(LEADS), 1))
    if np.isfinite(waves.p_start_ms):
        p = _p_wave(window[:, sample(waves.p_start_ms) : level.qrs_onset])
    return tuple(
        _of_lead(
            lead, level.qrs[row], sample_rate_hz, float(window[row, offset]), float(st[row]),
            t[row], p[row],
        )
        for row, lead in enumerate(LEADS)
    )  # fmt: skip


def _p_wave(segment: Float64[np.ndarray, "leads=12 p"]) -> Float64[np.ndarray, "leads=12 p"]:
    """Return P above the level at its own onset."""
    if not segment.shape[1]:
        return np.zeros((len(LEADS), 1))
    return segment - segment[:, :1]


def _of_lead(
    lead: str,
    qrs: Float64[np.ndarray, " qrs"],
    sample_rate_hz: float,
    j_mv: float,
    st_mv: float,
    t: Float64[np.ndarray, " t"],
    p: Float64[np.ndarray, " p"],
) -> LeadWaves:
    none = _Deflection(0.0, 0.0, 0.0)
    waves = _deflections(qrs, sample_rate_hz)
    q, rest = none, waves
    if waves and waves[0].value_mv < 0:
        q, rest = waves[0], waves[1:]
    r = rest[0] if rest else none
    s = rest[1] if len(rest) > 1 else none
    later = [wave for wave in rest[2:] if wave.value_mv > 0]
    r2 = max(later, key=lambda wave: wave.value_mv, default=none)
    return LeadWaves(
        lead=lead,
        q_mv=q.value_mv, q_ms=q.duration_ms,
        r_mv=r.value_mv,
        s_mv=s.value_mv, s_ms=s.duration_ms,
        r2_mv=r2.value_mv, r2_ms=r2.duration_ms,
        r_peak_ms=(r if r.value_mv >= r2.value_mv else r2).peak_ms,
        notches=_notches(qrs),
        j_mv=j_mv, st_mv=st_mv,
        t_high_mv=float(t.max()), t_low_mv=float(t.min()),
        p_high_mv=max(float(p.max()), 0.0), p_low_mv=min(float(p.min()), 0.0),
    )  # fmt: skip


def _deflections(qrs: Float64[np.ndarray, " qrs"], sample_rate_hz: float) -> list[_Deflection]:
    """Return the deflections in order of time, of alternating sign."""
    sign = np.where(qrs >= 0, 1, -1)
    edges = np.flatnonzero(np.diff(sign)) + 1
    runs = [(int(part[0]), int(part[-1]) + 1) for part in np.split(np.arange(qrs.size), edges)]
    kept: list[tuple[int, int]] = []
    for first, last in runs:
        tall = np.abs(qrs[first:last]).max() >= LEAST_MV
        if not tall or (last - first) / sample_rate_hz < LEAST_S:
            continue
        if kept and sign[kept[-1][0]] == sign[first]:
            kept[-1] = (kept[-1][0], last)
        else:
            kept.append((first, last))
    ms = 1000 / sample_rate_hz
    waves = []
    for first, last in kept:
        part = qrs[first:last] * sign[first]
        at = int(part.argmax())
        waves.append(
            _Deflection(float(sign[first] * part[at]), (last - first) * ms, (first + at) * ms)
        )
    return waves


def _notches(qrs: Float64[np.ndarray, " qrs"]) -> int:
    """Count the reversals of slope that are no zero-crossing wave's own peak."""
    least = max(0.05 * float(np.ptp(qrs)), LEAST_MV)
    turns, direction, extreme = 0, 0, float(qrs[0])
    for value in qrs.tolist():
        if (direction >= 0 and value > extreme) or (direction <= 0 and value < extreme):
            if direction == 0 and abs(value - qrs[0]) < least:
                continue
            direction = direction or (1 if value > extreme else -1)
            extreme = value
        elif direction and abs(value - extreme) >= least:
            turns, direction, extreme = turns + 1, -direction, value
    return turns
