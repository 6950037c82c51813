"""Rate, intervals and axis of an ECG, measured here and by the device."""

import math

import pandas as pd

from ptacl.types import Inspection

from ..text.sentences import QTC_DEVICE, QTC_OURS

COLUMNS = {
    "heart_rate_bpm": "Rate /min",
    "pr_ms": "PR ms",
    "qrs_ms": "QRS ms",
    "qt_ms": "QT ms",
    "qtc_ms": "QTc ms",
    "qrs_axis_deg": "QRS axis\u00a0°",
}
"""Measurement → heading with its unit."""
MISSING = "–"


def intervals_table(inspection: Inspection) -> pd.DataFrame:
    """Return the measurements as text: a row measured here, and one of the device if it has any."""
    ours, device = inspection.intervals, inspection.ecg.measurements
    rows = {f"measured here ({QTC_OURS})": {key: getattr(ours, key) for key in COLUMNS}}
    if device:
        rows[f"printed by the device ({QTC_DEVICE})"] = {key: device.get(key) for key in COLUMNS}
    return pd.DataFrame(
        [[_number(row[key]) for key in COLUMNS] for row in rows.values()],
        index=list(rows),
        columns=list(COLUMNS.values()),
    )


def _number(value: float | None) -> str:
    return MISSING if value is None or not math.isfinite(value) else f"{value:.0f}"
