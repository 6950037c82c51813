"""The ECG paper of a PDF: millimetres are millimetres, as on the sheet of the clinic."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
from components.ecg_paper import footer
from components.paper_layout import Panel, Sheet, about_median, lay_out
from jaxtyping import Float32

from ptacl.types import EcgSignal

if TYPE_CHECKING:
    from fpdf import FPDF

SPEED_MM_S, GAINS_MM_MV = 25.0, (10.0, 5.0, 2.5)
"""The usual gain, and the smaller ones of the clinic for waves that do not fit the page."""
GRID = ((1, (247, 220, 220), 0.1), (5, (235, 176, 176), 0.15))
"""Step in mm, colour, and thickness of the lines."""
INK, TRACE_MM = (26, 26, 26), 0.25
LABEL_PT, FOOTER_PT = 9.0, 7.5
TALLEST_MM = 182.0
"""What an A4 page in landscape has room for."""
MOST_POINTS_PER_S = 500


def paper_height_mm(signal_mv: EcgSignal, sample_rate_hz: float) -> float:
    """How tall the sheet is."""
    return _fitting(about_median(signal_mv), sample_rate_hz)[0].height_mm


def draw_paper(
    pdf: FPDF,
    signal_mv: EcgSignal,
    sample_rate_hz: float,
    filter_label: str,
    *,
    left_mm: float,
    room_mm: float,
) -> None:
    """Ten seconds, 3 × 4 over a rhythm strip, at the pen's height on the page.

    Args:
        pdf: in millimetres; its pen ends below the sheet.
        signal_mv: (12, samples) in mV; NaN lifts the pen.
        sample_rate_hz: samples a second.
        filter_label: what was done to the trace.
        left_mm: the sheet's left edge on the page.
        room_mm: height of page that is left; what would run over it is cut.
    """
    centred = about_median(signal_mv)
    sheet, gain_mm_mv = _fitting(centred, sample_rate_hz)
    top_mm, height_mm = pdf.get_y(), min(sheet.height_mm, room_mm)
    with pdf.rect_clip(left_mm, top_mm, sheet.width_mm, height_mm):
        _grid(pdf, sheet, left_mm, top_mm)
        pdf.set_draw_color(*INK)
        pdf.set_line_width(TRACE_MM)
        for row in sheet.rows:
            _pulse(pdf, left_mm, top_mm + row.baseline_mm, sheet.calibration_mm, gain_mm_mv)
        for panel in sheet.panels:
            for xs, ys in _strokes(panel, centred, sample_rate_hz, gain_mm_mv):
                pdf.polyline(list(zip(left_mm + xs, top_mm + ys, strict=True)))
        _labels(pdf, sheet, left_mm, top_mm, footer(SPEED_MM_S, gain_mm_mv, filter_label))
    pdf.set_y(top_mm + height_mm)


def _fitting(centred: EcgSignal, sample_rate_hz: float) -> tuple[Sheet, float]:
    """The sheet at the largest gain with which it fits a page, and that gain."""
    for gain_mm_mv in GAINS_MM_MV:
        sheet = lay_out(centred, sample_rate_hz, speed_mm_s=SPEED_MM_S, gain_mm_mv=gain_mm_mv)
        if sheet.height_mm <= TALLEST_MM:
            break
    return sheet, gain_mm_mv


def _grid(pdf: FPDF, sheet: Sheet, left_mm: float, top_mm: float) -> None:
    right_mm, bottom_mm = left_mm + sheet.width_mm, top_mm + sheet.height_mm
    for step, colour, thickness_mm in GRID:
        pdf.set_draw_color(*colour)
        pdf.set_line_width(thickness_mm)
        for x in range(0, int(sheet.width_mm) + 1, step):
            pdf.line(left_mm + x, top_mm, left_mm + x, bottom_mm)
        for y in range(0, int(sheet.height_mm) + 1, step):
            pdf.line(left_mm, top_mm + y, right_mm, top_mm + y)


def _pulse(
    pdf: FPDF, left_mm: float, baseline_mm: float, width_mm: float, gain_mm_mv: float
) -> None:
    """1 mV for 200 ms in the middle of its room."""
    start = left_mm + (width_mm - 0.2 * SPEED_MM_S) / 2
    end, top = start + 0.2 * SPEED_MM_S, baseline_mm - gain_mm_mv
    pdf.polyline(
        [
            (start - 2, baseline_mm),
            (start, baseline_mm),
            (start, top),
            (end, top),
            (end, baseline_mm),
            (end + 2, baseline_mm),
        ]
    )


def _strokes(
    panel: Panel, centred: EcgSignal, sample_rate_hz: float, gain_mm_mv: float
) -> Iterator[tuple[Float32[np.ndarray, " points"], Float32[np.ndarray, " points"]]]:
    """The lead in mm from the sheet's corner, a stroke between two gaps."""
    step = max(1, round(sample_rate_hz / MOST_POINTS_PER_S))
    values = centred[panel.lead, panel.first_sample : panel.last_sample : step]
    x_mm = panel.x_mm + np.arange(len(values)) * step / sample_rate_hz * SPEED_MM_S
    y_mm = panel.baseline_mm - values * gain_mm_mv
    present = np.isfinite(values)
    edges = np.flatnonzero(np.diff(present)) + 1
    pieces = zip(np.split(x_mm, edges), np.split(y_mm, edges), strict=True)
    yield from ((xs, ys) for xs, ys in pieces if len(xs) and np.isfinite(ys[0]))


def _labels(pdf: FPDF, sheet: Sheet, left_mm: float, top_mm: float, below: str) -> None:
    pdf.set_font_size(LABEL_PT)
    for panel in sheet.panels:
        row = next(row for row in sheet.rows if row.baseline_mm == panel.baseline_mm)
        pdf.text(left_mm + panel.x_mm + 1, top_mm + row.top_mm + 3.5, panel.name)
    pdf.set_font_size(FOOTER_PT)
    pdf.text(left_mm + sheet.calibration_mm, top_mm + sheet.footer_mm, below)
