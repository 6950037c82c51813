"""Report of one inspection as a PDF for printing: A4, vector graphics, the ECG at true scale.

Printed at 100 %, a millimetre of the ECG paper is a millimetre. fpdf loads slowly: import this
module on demand.
"""

from collections.abc import Iterable, Sequence

from fpdf import FPDF

from ..text.impression_sentences import TITLE
from ..text.sentences import SYNTHETIC
from .content import ANOMALY_TITLE, FINDINGS_TITLE, NEIGHBOURS_TITLE, VOLUMES_TITLE, ReportContent
from .pdf_ecg import PAPER_MM, draw_paper
from .pdf_fonts import FONT, add_fonts
from .pdf_volumes import draw_volumes

PAGE_MM = (297.0, 210.0)
MARGIN_MM = 16.0
"""Leaves 265 mm for the 260 mm of the ECG sheet."""
FOOTER_MM = 14.0
LINE_MM = 4.6
TEXT_SHARE = 0.86
"""Share of the width for running text, to limit the line length."""
TEXT_PT, HEADING_PT, TITLE_PT, SMALL_PT = 8.5, 11.0, 14.0, 6.5
INK, PALE, RULE, VIOLET = (26, 26, 26), (100, 100, 100), (221, 221, 221), (106, 47, 181)


def to_pdf(content: ReportContent) -> bytes:
    """Return the report as a PDF, A4 landscape."""
    pdf = _Sheets(content.footer)
    pdf.add_page()
    _title(pdf, content)
    for subject, state, sentence in content.verdicts:
        pdf.write_paragraph(f"{subject}: {state}. {sentence}")
    pdf.ln(2)
    _intervals(pdf, content)
    _paper(pdf, content)
    _impression(pdf, content)
    if content.anomaly:
        pdf.write_heading(ANOMALY_TITLE)
        for line in content.anomaly:
            pdf.write_paragraph(line)
    _volumes(pdf, content)
    if content.findings:
        pdf.write_heading(FINDINGS_TITLE)
        for sentence in content.findings:
            pdf.write_paragraph(f"• {sentence}")
    if content.neighbours:
        pdf.write_heading(NEIGHBOURS_TITLE)
        pdf.write_paragraph(content.neighbours_text)
        pdf.write_paragraph(f"{content.neighbours} (cosine similarity)")
    pdf.write_heading("Limits")
    for sentence in content.limits:
        pdf.write_paragraph(f"• {sentence}")
    return bytes(pdf.output())


class _Sheets(FPDF):
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


def _title(pdf: _Sheets, content: ReportContent) -> None:
    if content.synthetic:
        pdf.set_font(FONT, "B", TEXT_PT)
        pdf.set_text_color(*VIOLET)
        pdf.cell(0, 7, SYNTHETIC, align="R", new_x="LMARGIN", new_y="TOP")
        pdf.set_text_color(*INK)
    pdf.set_font(FONT, "B", TITLE_PT)
    pdf.multi_cell(
        TEXT_SHARE * pdf.epw, 7, f"ECG of {content.title}", align="L", new_x="LMARGIN", new_y="NEXT"
    )


def _intervals(pdf: _Sheets, content: ReportContent) -> None:
    columns = list(content.intervals.columns)
    widths_mm = (75.0, *[22.0] * len(columns))
    pdf.write_row(("", *columns), widths_mm, "B")
    for who, values in content.intervals.iterrows():
        pdf.write_row((str(who), *values), widths_mm)
    pdf.write_paragraph(content.intervals_text)


def _paper(pdf: _Sheets, content: ReportContent) -> None:
    pdf.ln(2)
    if pdf.room_mm < PAPER_MM:
        pdf.add_page()
    draw_paper(
        pdf, content.signal_mv, content.sample_rate_hz, content.filter_label, left_mm=MARGIN_MM
    )


def _impression(pdf: _Sheets, content: ReportContent) -> None:
    if not content.impression:
        return
    pdf.write_heading(TITLE)
    for place, sentence in enumerate(content.impression, 1):
        pdf.write_paragraph(f"{place}. {sentence}")
    if content.device_statements:
        pdf.write_paragraph(content.device_statements)


def _volumes(pdf: _Sheets, content: ReportContent) -> None:
    pdf.add_page()
    pdf.write_heading(VOLUMES_TITLE)
    pdf.write_paragraph(content.volumes_text)
    if not content.rows:
        return
    if content.volumes_warning:
        pdf.write_paragraph(f"Warning: {content.volumes_warning}", "B")
    pdf.ln(1)
    draw_volumes(pdf, content.rows, content.volumes, content.sex)
    for note in content.volumes_notes:
        pdf.write_paragraph(note)
