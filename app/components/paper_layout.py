"""Where everything lies on a sheet of ECG paper, in millimetres. Nothing is drawn here.

The formats are those of the clinic: 3 x 4 (four columns of 2.5 s over a 10 s lead II rhythm
strip), 6 x 2 (two columns of 5 s) and 12 x 1 (10 s each). Columns follow each other in time, so
that a beat stands straight above itself in the rhythm strip.
"""

from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

import numpy as np
from jaxtyping import Float32

from ptacl.types import LEADS, EcgSignal

SHEET_S = 10.0
"""Seconds of recording on one sheet."""

PaperLayout = Literal["3x4", "6x2", "12x1"]
_COLUMNS: dict[str, int] = {"3x4": 4, "6x2": 2, "12x1": 1}
_RHYTHM_LEAD = LEADS.index("II")

_CALIBRATION_MM = 10.0
"""Room for the pulse at the start of each row: two large boxes."""
_MARGIN_MM = 5.0
_LABEL_MM = 4.0
_FOOTER_MM = 10.0
_UP_MM = (10.0, 30.0)
_DOWN_MM = (6.0, 25.0)
"""Least and most room above and below a baseline; a taller wave runs into the next row."""


@dataclass(frozen=True, slots=True)
class Panel:
    """One lead over one stretch of time."""

    lead: int
    name: str
    x_mm: float
    width_mm: float
    baseline_mm: float
    first_sample: int
    last_sample: int
    """Exclusive; equal to ``first_sample`` where the recording has ended."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the sheet: a calibration pulse, then its panels."""

    top_mm: float
    baseline_mm: float
    bottom_mm: float


@dataclass(frozen=True, slots=True)
class Sheet:
    """The whole page."""

    width_mm: float
    height_mm: float
    footer_mm: float
    """Distance of the footer's baseline from the top."""
    calibration_mm: float
    rows: tuple[Row, ...]
    panels: tuple[Panel, ...]


def lay_out(
    signal_mv: EcgSignal,
    sample_rate_hz: float,
    *,
    layout: PaperLayout = "3x4",
    speed_mm_s: float = 25.0,
    gain_mm_mv: float = 10.0,
    start_s: float = 0.0,
) -> Sheet:
    """Place 12 leads (mV, each about its own median) on a sheet of 10 s from ``start_s`` on.

    Where the recording ends earlier, the rest of the paper stays blank.
    """
    rows: list[Row] = []
    panels: list[Panel] = []
    top_mm = _MARGIN_MM
    for leads in lead_rows(layout):
        spans = _spans(len(leads), start_s, sample_rate_hz, signal_mv.shape[1])
        stretches = [signal_mv[lead, a:b] for lead, (a, b) in zip(leads, spans, strict=True)]
        row = _row(top_mm, stretches, gain_mm_mv)
        panel_mm = SHEET_S / len(leads) * speed_mm_s
        for column, (lead, (first, last)) in enumerate(zip(leads, spans, strict=True)):
            x_mm = _CALIBRATION_MM + column * panel_mm
            panels.append(Panel(lead, LEADS[lead], x_mm, panel_mm, row.baseline_mm, first, last))
        rows.append(row)
        top_mm = row.bottom_mm
    return Sheet(
        width_mm=_CALIBRATION_MM + SHEET_S * speed_mm_s + _MARGIN_MM,
        height_mm=top_mm + _FOOTER_MM,
        footer_mm=top_mm + 0.65 * _FOOTER_MM,
        calibration_mm=_CALIBRATION_MM,
        rows=tuple(rows),
        panels=tuple(panels),
    )


def lead_rows(layout: PaperLayout) -> list[tuple[int, ...]]:
    """Return the leads of each row from left to right; the 3 x 4 ends with the rhythm strip.

    Example:
        >>> lead_rows("3x4")[0]
        (0, 3, 6, 9)
    """
    columns = _COLUMNS[layout]
    count = len(LEADS) // columns
    rows = [tuple(range(row, len(LEADS), count)) for row in range(count)]
    return [*rows, (_RHYTHM_LEAD,)] if layout == "3x4" else rows


def _spans(
    columns: int, start_s: float, sample_rate_hz: float, samples: int
) -> list[tuple[int, int]]:
    """First and last sample of each column; columns follow each other without a gap."""
    edges = start_s + np.linspace(0.0, SHEET_S, columns + 1)
    marks = np.clip(np.round(edges * sample_rate_hz).astype(int), 0, samples)
    return [(int(first), int(last)) for first, last in pairwise(marks)]


def _row(top_mm: float, stretches: list[Float32[np.ndarray, " _"]], gain_mm_mv: float) -> Row:
    """Give a row the room its waves need, its baseline on a heavy line of the grid."""
    finite = np.concatenate([stretch[np.isfinite(stretch)] for stretch in stretches])
    highest, lowest = (finite.max(), finite.min()) if finite.size else (0.0, 0.0)
    up_mm = float(np.clip(max(highest, 1.0) * gain_mm_mv, *_UP_MM))
    down_mm = float(np.clip(-lowest * gain_mm_mv, *_DOWN_MM))
    baseline_mm = _next_heavy_line(top_mm + _LABEL_MM + up_mm)
    return Row(top_mm, baseline_mm, _next_heavy_line(baseline_mm + down_mm))


def _next_heavy_line(position_mm: float) -> float:
    return float(np.ceil(position_mm / 5.0) * 5.0)
