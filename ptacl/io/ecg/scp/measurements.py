"""Device measurements of an SCP-ECG record.

Standard: EN 1064:2005+A1:2007, 5.10 (section 7, global measurements) and 5.13 (section 10, lead
measurements). Times are milliseconds from the start of the reference beat; 29999 and 19999 mean not
measured or absent, 999 an unknown axis.
"""

from collections.abc import Mapping
from contextlib import suppress

from ptacl.errors import BadInput
from ptacl.io.ecg.scp.sections import fields

_LONGEST_MS = 5000
_FASTEST_BPM = 400
_BEAT_BYTES = 16
_SPIKE_BYTES = 4 + 6
"""Time and amplitude of a pacemaker spike, and its kind, source, index and width."""
_LEAD_INTERVALS = ("p_ms", "pr_ms", "qrs_ms", "qt_ms")


def read_measurements(where: str, sections: Mapping[int, bytes]) -> dict[str, float]:
    """Return the measurements of section 7, completed from section 10.

    The keys are those of `Ecg.measurements`.
    """
    result: dict[str, float] = {}
    for number, read in ((10, _lead_measurements), (7, _global_measurements)):
        # Truncated measurement sections must not prevent reading the rhythm.
        with suppress(BadInput):
            result |= read(where, sections.get(number, b""))
    return result


def _global_measurements(where: str, body: bytes) -> dict[str, float]:
    beat_count, spike_count, rr_ms, _ = fields(where, body, 0, "BBHH")
    result = _first_beat(where, body) if beat_count else {}
    if _is_time(rr_ms):
        result["heart_rate_bpm"] = round(60_000 / rr_ms, 1)
    at = 6 + _BEAT_BYTES * beat_count + _SPIKE_BYTES * spike_count
    if at + 2 > len(body):  # the section ends here in the first versions
        return result
    (beat_types,) = fields(where, body, at, "H")
    at += 2 + beat_types
    if at + 6 <= len(body):
        rate_bpm, _, qtc_ms = fields(where, body, at, "HHH")
        if 0 < rate_bpm <= _FASTEST_BPM:
            result["heart_rate_bpm"] = float(rate_bpm)
        if _is_time(qtc_ms):
            result["qtc_ms"] = float(qtc_ms)
    return result


def _first_beat(where: str, body: bytes) -> dict[str, float]:
    """Return the first row, the reference beat; rows of the single beats may follow."""
    *times, p_axis, qrs_axis, t_axis = fields(where, body, 6, "5H3h")
    if not any(times):  # an empty row, not a beat with axes of 0°
        return {}
    p_on, p_off, qrs_on, qrs_off, t_off = times
    result = {}
    if qrs_on < qrs_off <= _LONGEST_MS:
        result["qrs_ms"] = float(qrs_off - qrs_on)
        if qrs_off < t_off <= _LONGEST_MS:
            result["qt_ms"] = float(t_off - qrs_on)
        if p_on < p_off <= qrs_on:
            result["pr_ms"] = float(qrs_on - p_on)
    axes = {"p_axis_deg": p_axis, "qrs_axis_deg": qrs_axis, "t_axis_deg": t_axis}
    return result | {key: float(axis) for key, axis in axes.items() if -180 <= axis <= 360}


def _lead_measurements(where: str, body: bytes) -> dict[str, float]:
    """Return intervals that are the same in all leads: those are the device's global ones."""
    (lead_count,) = fields(where, body, 0, "H")
    rows, at = [], 4
    for _ in range(lead_count):
        _, size = fields(where, body, at, "HH")
        intervals = min(size // 2, len(_LEAD_INTERVALS))
        rows.append(
            dict(zip(_LEAD_INTERVALS, fields(where, body, at + 4, f"{intervals}H"), strict=False))
        )
        at += 4 + size
    result = {}
    for key in _LEAD_INTERVALS[1:]:
        values = {row[key] for row in rows if key in row and _is_time(row[key])}
        if len(values) == 1:
            result[key] = float(values.pop())
    return result


def _is_time(value_ms: int) -> bool:
    return 0 < value_ms <= _LONGEST_MS
