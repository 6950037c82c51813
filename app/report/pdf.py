"""Report of one inspection as a PDF for printing: A4, vector graphics, the ECG at true scale.

Printed at 100 %, a millimetre of the ECG paper is a millimetre. fpdf loads slowly: import this
module on demand.
"""

from ..text.impression_sentences import TITLE
from ..text.sentences import SYNTHETIC
from .content import ANOMALY_TITLE, FINDINGS_TITLE, NEIGHBOURS_TITLE, VOLUMES_TITLE, ReportContent
from .pdf_ecg import PAPER_MM, draw_paper
from .pdf_fonts import FONT
from .pdf_parts import write_attribution, write_hearts, write_indexed, write_person
from .pdf_sheets import INK, MARGIN_MM, TEXT_PT, TEXT_SHARE, TITLE_PT, VIOLET, Sheets
from .pdf_volumes import draw_volumes


def to_pdf(content: ReportContent) -> bytes:
    """Return the report as a PDF, A4 landscape."""
    pdf = Sheets(content.footer)
    pdf.add_page()
    _title(pdf, content)
    for subject, state, sentence in content.verdicts:
        pdf.write_paragraph(f"{subject}: {state}. {sentence}")
    write_person(pdf, content)
    pdf.ln(2)
    _intervals(pdf, content)
    _paper(pdf, content)
    _impression(pdf, content)
    if content.anomaly:
        pdf.write_heading(ANOMALY_TITLE)
        for line in content.anomaly:
            pdf.write_paragraph(line)
    _volumes(pdf, content)
    write_indexed(pdf, content)
    write_attribution(pdf, content)
    if content.findings:
        pdf.write_heading(FINDINGS_TITLE)
        for sentence in content.findings:
            pdf.write_paragraph(f"• {sentence}")
    if content.neighbours:
        pdf.write_heading(NEIGHBOURS_TITLE)
        pdf.write_paragraph(content.neighbours_text)
        pdf.write_paragraph(f"{content.neighbours} (cosine similarity)")
        write_hearts(pdf, content)
    pdf.write_heading("Limits")
    for sentence in content.limits:
        pdf.write_paragraph(f"• {sentence}")
    return bytes(pdf.output())


def _title(pdf: Sheets, content: ReportContent) -> None:
    if content.synthetic:
        pdf.set_font(FONT, "B", TEXT_PT)
        pdf.set_text_color(*VIOLET)
        pdf.cell(0, 7, SYNTHETIC, align="R", new_x="LMARGIN", new_y="TOP")
        pdf.set_text_color(*INK)
    pdf.set_font(FONT, "B", TITLE_PT)
    pdf.multi_cell(
        TEXT_SHARE * pdf.epw, 7, f"ECG of {content.title}", align="L", new_x="LMARGIN", new_y="NEXT"
    )


def _intervals(pdf: Sheets, content: ReportContent) -> None:
    columns = list(content.intervals.columns)
    widths_mm = (75.0, *[22.0] * len(columns))
    pdf.write_row(("", *columns), widths_mm, "B")
    for who, values in content.intervals.iterrows():
        pdf.write_row((str(who), *values), widths_mm)
    pdf.write_paragraph(content.intervals_text)


def _paper(pdf: Sheets, content: ReportContent) -> None:
    pdf.ln(2)
    if pdf.room_mm < PAPER_MM:
        pdf.add_page()
    draw_paper(
        pdf, content.signal_mv, content.sample_rate_hz, content.filter_label, left_mm=MARGIN_MM
    )


def _impression(pdf: Sheets, content: ReportContent) -> None:
    if not content.impression:
        return
    pdf.write_heading(TITLE)
    for number, sentence in enumerate(content.impression, 1):
        pdf.write_paragraph(f"{number}. {sentence}")
    if content.device_statements:
        pdf.write_paragraph(content.device_statements)


def _volumes(pdf: Sheets, content: ReportContent) -> None:
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
