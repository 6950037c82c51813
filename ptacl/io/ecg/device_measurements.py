"""Measurements printed by the device, without its codes for "not measured"."""

from collections.abc import Mapping

from ptacl.measurements import DEVICE_RANGES


def printed(values: Mapping[str, float | None]) -> dict[str, float]:
    """Return the measurements that are present and physiologically possible.

    Example:
        >>> printed({"heart_rate_bpm": 61.0, "pr_ms": 0.0, "qt_ms": None, "qrs_ms": 32767.0})
        {'heart_rate_bpm': 61.0}
    """
    return {
        key: float(value)
        for key, value in values.items()
        if value is not None and DEVICE_RANGES[key][0] <= value <= DEVICE_RANGES[key][1]
    }


def rate_from_rr(values: Mapping[str, float | None]) -> dict[str, float | None]:
    """Return the values without ``rr_ms``, from which a missing heart rate is computed.

    Example:
        >>> rate_from_rr({"heart_rate_bpm": None, "rr_ms": 1000.0, "qt_ms": 400.0})
        {'heart_rate_bpm': 60.0, 'qt_ms': 400.0}
    """
    result = dict(values)
    rr_ms = result.pop("rr_ms", None)
    if not result.get("heart_rate_bpm") and rr_ms and rr_ms > 0:
        result["heart_rate_bpm"] = round(60_000 / rr_ms, 1)
    return result
