"""Pages of the PDF report: A4 landscape with a common footer, headings, paragraphs and rows."""

from collections.abc import Iterable, Sequence

from fpdf import FPDF

from .pdf_fonts import FONT, add_fonts

PAGE_MM = (297.0, 210.0)
MARGIN_MM = 16.0
"""Leaves 265 mm for the 260 mm of the ECG sheet."""
FOOTER_MM = 14.0
LINE_MM = 4.6
TEXT_SHARE = 0.86
"""Share of the width for running text, to limit the line length."""
TEXT_PT, HEADING_PT, TITLE_PT, SMALL_PT = 8.5, 11.0, 14.0, 6.5
INK, PALE, RULE, VIOLET = (26, 26, 26), (100, 100, 100), (221, 221, 221), (106, 47, 181)


class Sheets(FPDF):
    """A4 landscape pages with a common footer."""

    def __init__(self, footer: str) -> None:
        super().__init__(orientation="landscape", unit="mm", format="A4")
        add_fonts(self)
        self.set_margins(MARGIN_MM, 12, MARGIN_MM)
        self.set_auto_page_break(True, FOOTER_MM + 2)
        self.set_title("ECG report, PTACL")
        self.set_lang("en")
        self.set_font(FONT, size=TEXT_PT)
        self.set_text_color(*INK)
        self._footer_text = footer

    def footer(self) -> None:
        """Draw the page number and the disclaimer, model, data and version."""
        self.set_y(-FOOTER_MM)
        self.set_draw_color(*RULE)
        self.line(MARGIN_MM, self.get_y(), PAGE_MM[0] - MARGIN_MM, self.get_y())
        self.set_font(FONT, size=SMALL_PT)
        self.set_text_color(*PALE)
        text = f"Page {self.page_no()} of {{nb}}. {self._footer_text}"
        self.multi_cell(TEXT_SHARE * self.epw, 3.4, text, align="L")
        self.set_font(FONT, size=TEXT_PT)
        self.set_text_color(*INK)

    @property
    def room_mm(self) -> float:
        """Height from the pen to the footer, in mm."""
        return float(self.h - self.b_margin - self.get_y())

    def write_heading(self, text: str) -> None:
        """Write a heading, never as the last line of a page."""
        if self.room_mm < 3 * LINE_MM + 6:
            self.add_page()
        self.ln(2)
        self.set_font(FONT, "B", HEADING_PT)
        self.multi_cell(0, 6, text, align="L", new_x="LMARGIN", new_y="NEXT")
        self.set_font(FONT, size=TEXT_PT)

    def write_paragraph(self, text: str, style: str = "") -> None:
        """Write a paragraph."""
        self.set_font(FONT, style, TEXT_PT)
        self.multi_cell(
            TEXT_SHARE * self.epw, LINE_MM, text, align="L", new_x="LMARGIN", new_y="NEXT"
        )
        self.set_font(FONT, size=TEXT_PT)

    def write_row(self, cells: Iterable[str], widths_mm: Sequence[float], style: str = "") -> None:
        """Write cells on one line: the first aligned left, the others right."""
        self.set_font(FONT, style, TEXT_PT)
        for index, (cell, width_mm) in enumerate(zip(cells, widths_mm, strict=True)):
            self.cell(width_mm, LINE_MM, cell, align="R" if index else "L")
        self.ln(LINE_MM)
        self.set_font(FONT, size=TEXT_PT)
