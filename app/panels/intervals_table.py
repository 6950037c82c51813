"""Rate, intervals and axis of an ECG, measured here and by the device."""

from dataclasses import asdict

import pandas as pd

from ptacl.measurements import Measurement, shown_in
from ptacl.types import Inspection
from ptacl.wording import number

from ..text.sentences import QTC_DEVICE, QTC_OURS


def intervals_table(inspection: Inspection) -> pd.DataFrame:
    """Return the measurements as text: a row measured here, and one of the device if it has any."""
    shown = shown_in("inspection")
    rows = {f"measured here ({QTC_OURS})": asdict(inspection.intervals)}
    if inspection.ecg.measurements:
        rows[f"printed by the device ({QTC_DEVICE})"] = dict(inspection.ecg.measurements)
    return pd.DataFrame(
        [[number(row.get(m.key), m.decimals) for m in shown] for row in rows.values()],
        index=list(rows),
        columns=[_heading(m) for m in shown],
    )


def _heading(entry: Measurement) -> str:
    space = "\u00a0" if entry.is_angle else " "
    name = "Rate" if entry.short_name == "rate" else entry.label
    return f"{name}{space}{entry.unit}"
