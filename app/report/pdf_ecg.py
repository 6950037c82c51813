"""ECG paper of the PDF report, in true millimetres."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ptacl.notebook.ecg_sheet import (
    FOOTER_MM,
    GRID,
    HEIGHT_MM,
    INK,
    TRACE_MM,
    WIDTH_MM,
    Stroke,
    footer,
    pulses,
    strips,
)
from ptacl.types import EcgSignal

if TYPE_CHECKING:
    from fpdf import FPDF

PAPER_MM = HEIGHT_MM + FOOTER_MM
LABEL_PT, FOOTER_PT = 8.0, 6.5


def draw_paper(
    pdf: FPDF, signal_mv: EcgSignal, sample_rate_hz: float, filter_label: str, left_mm: float
) -> None:
    """Draw ten seconds, 3 × 4 over a rhythm strip, at the pen's height on the page.

    Args:
        pdf: in millimetres, with room for `PAPER_MM`; its pen ends below the sheet.
        signal_mv: (12, samples) in mV; NaN lifts the pen.
        sample_rate_hz: samples a second.
        filter_label: name of the display filter.
        left_mm: the sheet's left edge on the page.
    """
    top_mm = pdf.get_y()

    def trace(stroke: Stroke) -> None:
        pdf.polyline([(left_mm + x, top_mm + y) for x, y in stroke.tolist()])

    with pdf.rect_clip(left_mm, top_mm, WIDTH_MM, PAPER_MM):
        _grid(pdf, left_mm, top_mm)
        pdf.set_draw_color(INK)
        pdf.set_line_width(TRACE_MM)
        pdf.set_font_size(LABEL_PT)
        for pulse in pulses():
            trace(pulse)
        for strip in strips(signal_mv, sample_rate_hz):
            for stroke in strip.strokes:
                trace(stroke)
            x_mm, y_mm = strip.label_mm
            pdf.text(left_mm + x_mm, top_mm + y_mm, strip.lead)
        pdf.set_font_size(FOOTER_PT)
        pdf.text(left_mm + 1, top_mm + PAPER_MM - 1, footer(filter_label))
    pdf.set_y(top_mm + PAPER_MM)


def _grid(pdf: FPDF, left_mm: float, top_mm: float) -> None:
    for step, colour, thickness_mm in GRID:
        pdf.set_draw_color(colour)
        pdf.set_line_width(thickness_mm)
        for x in range(0, int(WIDTH_MM) + 1, step):
            pdf.line(left_mm + x, top_mm, left_mm + x, top_mm + HEIGHT_MM)
        for y in range(0, int(HEIGHT_MM) + 1, step):
            pdf.line(left_mm, top_mm + y, left_mm + WIDTH_MM, top_mm + y)
