"""Parts of the PDF report beyond the page: person, comment, indexed values, attribution, hearts."""

from __future__ import annotations

import io

import pandas as pd

from ..text.sentences import SYNTHETIC
from .content import COMMENT_TITLE, INDEXED_TITLE, ReportContent
from .parts import STILL_TITLES
from .pdf_fonts import FONT
from .pdf_sheets import INK, LINE_MM, TEXT_PT, VIOLET, Sheets
from .stills_png import png

NAME_MM, NUMBER_MM = 22.0, 26.0
STILL_MM, GAP_MM = 36.0, 3.0
"""Side of a frame, and the space between frames."""


def write_person(pdf: Sheets, content: ReportContent) -> None:
    """Write dates, person and comment, in running text to save height."""
    pdf.write_paragraph("  ·  ".join(f"{name}: {value}" for name, value in content.person))
    if comment := content.parts.details.comment:
        pdf.write_paragraph(f"{COMMENT_TITLE}: {comment}", "B")


def write_indexed(pdf: Sheets, content: ReportContent) -> None:
    """Write the table of volumes per body surface area, if that is known."""
    if content.parts.indexed:
        pdf.write_heading(INDEXED_TITLE)
        table = content.indexed_volumes
        _write_table(pdf, table.loc[:, (table != "").any()])


def write_attribution(pdf: Sheets, content: ReportContent) -> None:
    """Write an attribution: sentences, then the sums by lead and wave."""
    if attribution := content.parts.attribution:
        pdf.write_heading(attribution.title)
        for sentence in attribution.sentences:
            pdf.write_paragraph(sentence)
        _write_table(pdf, attribution.sums)


def write_hearts(pdf: Sheets, content: ReportContent) -> None:
    """Draw two frames of each neighbour over its caption, with a badge where it is simulated."""
    for heart in content.parts.hearts:
        if pdf.room_mm < STILL_MM + 3 * LINE_MM:
            pdf.add_page()
        top_mm = pdf.get_y() + 1
        for index, (title, frame) in enumerate(zip(STILL_TITLES, heart.frames, strict=True)):
            left_mm = pdf.l_margin + index * (STILL_MM + GAP_MM)
            pdf.image(io.BytesIO(png(frame)), left_mm, top_mm, STILL_MM, STILL_MM, alt_text=title)
        pdf.set_y(top_mm + STILL_MM + 1)
        pdf.write_paragraph(f"{heart.caption}: {' and '.join(STILL_TITLES).lower()}")
        if heart.synthetic:
            pdf.set_font(FONT, "B", TEXT_PT)
            pdf.set_text_color(*VIOLET)
            pdf.cell(0, LINE_MM, SYNTHETIC, new_x="LMARGIN", new_y="NEXT")
            pdf.set_text_color(*INK)


def _write_table(pdf: Sheets, table: pd.DataFrame) -> None:
    """Write a table with columns as wide as their text, at least `NUMBER_MM`."""
    pdf.set_font(FONT, "B", TEXT_PT)
    widths_mm = [
        max(NUMBER_MM, max(pdf.get_string_width(text) for text in (column, *table[column])) + 4)
        for column in table.columns
    ]
    if pdf.room_mm < (len(table) + 1) * LINE_MM:
        pdf.add_page()
    pdf.write_row(("", *table.columns), (NAME_MM, *widths_mm), "B")
    for name, cells in zip(table.index, table.itertuples(index=False), strict=True):
        pdf.write_row((str(name), *cells), (NAME_MM, *widths_mm))
