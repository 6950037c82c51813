"""Volumes of the PDF report: the table of the page, its middle column drawn as on the page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import pandas as pd

from ptacl.inference.volume_table import VolumeRow
from ptacl.notebook.volumes_html import Scale, row_scale
from ptacl.types import Sex
from ptacl.wording import sexes_of

from ..charts.palette import CMR, ECG

if TYPE_CHECKING:
    from fpdf import FPDF

ROW_MM, NAME_MM, TRACK_MM = 7.4, 18.0, 72.0
BAND_MM, HALF_BAND_MM = 4.4, 2.2
MARK_MM, DOT_MM = 1.4, 1.0
"""Half the width of the diamond, and the dot's radius."""
GREY, RULE = (222, 224, 227), (221, 221, 221)
HEAD_PT, NAME_PT, WORD_PT = 6.5, 8.5, 7.5


def draw_volumes(
    pdf: FPDF, rows: Sequence[VolumeRow], table: pd.DataFrame, sex: Sex | None
) -> None:
    """Draw a line per phenotype: its name, its drawing, and its cells of the table."""
    widths_mm = _widths_mm(pdf, table)
    pdf.set_font(style="B", size=HEAD_PT)
    pdf.cell(NAME_MM + TRACK_MM, ROW_MM, "")
    for column, width_mm in zip(table.columns, widths_mm, strict=True):
        pdf.cell(width_mm, ROW_MM, column, align="R")
    pdf.ln(ROW_MM)
    for row, cells in zip(rows, table.itertuples(index=False), strict=True):
        _rule(pdf)
        pdf.set_font(style="B", size=NAME_PT)
        pdf.cell(NAME_MM, ROW_MM, row.name)
        _track(pdf, row, sex, pdf.get_x(), pdf.get_y())
        pdf.set_x(pdf.l_margin + NAME_MM + TRACK_MM)
        pdf.set_font(style="", size=WORD_PT)
        for text, width_mm in zip(cells, widths_mm, strict=True):
            pdf.cell(width_mm, ROW_MM, text, align="R")
        pdf.ln(ROW_MM)
    pdf.ln(1)


def _widths_mm(pdf: FPDF, table: pd.DataFrame) -> list[float]:
    """Return the widths of the columns: their text plus an even share of the free space."""
    pdf.set_font(style="B", size=HEAD_PT)
    needed = [
        max(pdf.get_string_width(text) for text in (column, *table[column]))
        for column in table.columns
    ]
    between_mm = (pdf.epw - NAME_MM - TRACK_MM - sum(needed)) / len(needed)
    return [need + between_mm for need in needed]


def _rule(pdf: FPDF) -> None:
    pdf.set_draw_color(*RULE)
    pdf.set_line_width(0.2)
    pdf.line(pdf.l_margin, pdf.get_y(), pdf.w - pdf.r_margin, pdf.get_y())


def _track(pdf: FPDF, row: VolumeRow, sex: Sex | None, left_mm: float, top_mm: float) -> None:
    percent = row_scale(row, sex)
    middle_mm = top_mm + ROW_MM / 2

    def position_mm(value: float) -> float:
        return left_mm + percent(value) / 100 * TRACK_MM

    _bands(pdf, row, sex, position_mm, middle_mm - BAND_MM / 2)
    pdf.set_draw_color(CMR)
    pdf.set_line_width(0.35)
    for value in row.neighbours:
        pdf.line(position_mm(value), middle_mm + 1, position_mm(value), middle_mm + 2.4)
    if row.measured is not None:
        _diamond(pdf, position_mm(row.measured), middle_mm)
    pdf.set_draw_color(ECG)
    pdf.set_fill_color(ECG)
    pdf.line(position_mm(row.low), middle_mm, position_mm(row.high), middle_mm)
    pdf.circle(position_mm(row.value), middle_mm, DOT_MM, style="F")


def _bands(pdf: FPDF, row: VolumeRow, sex: Sex | None, position_mm: Scale, top_mm: float) -> None:
    """Draw one band, or that of women above that of men where the sex is unknown."""
    pdf.set_fill_color(*GREY)
    shown = sexes_of(sex)
    height_mm = BAND_MM if sex else HALF_BAND_MM
    for index, band_sex in enumerate(shown):
        low, high = (position_mm(limit) for limit in row.reference[band_sex])
        pdf.rect(low, top_mm + index * height_mm, high - low, height_mm, style="F")


def _diamond(pdf: FPDF, x_mm: float, y_mm: float) -> None:
    across, down = (x_mm - MARK_MM, x_mm + MARK_MM), (y_mm - MARK_MM, y_mm + MARK_MM)
    pdf.polygon([(across[0], y_mm), (x_mm, down[0]), (across[1], y_mm), (x_mm, down[1])])
