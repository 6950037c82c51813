"""Report of the ECG on the page: date, comment, and the downloads, each made on demand."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING

import streamlit as st

from ptacl.errors import PtaclError
from ptacl.phenotypes import HEADLINE
from ptacl.reporting.details import ReportDetails
from ptacl.types import UNKNOWN_PERSON, Attribution, Inspection

from ...report import html
from ...report.content import ReportContent
from ...report.gathered import report_content
from ...session import galleries

if TYPE_CHECKING:
    from ptacl.gallery import Gallery
    from ptacl.inference.model import Model

EARLIEST = date(1950, 1, 1)
MOST_LETTERS = 500
DATE_HELP = "Printed in the report and part of the name of its file. It is not stored."


def show(
    gallery: Gallery,
    inspection: Inspection,
    title: str,
    token: str,
    *,
    subject_id: str | None,
    filter_label: str,
) -> None:
    """Show date and comment of the report, and its downloads.

    Args:
        gallery: of the model.
        inspection: of the ECG, with the impression as the reader left it.
        title: name of the recording.
        token: of the subject or upload; date and comment are kept for each of them.
        subject_id: of the gallery; None for an upload.
        filter_label: name of the display filter.
    """
    details = _details(title, token)
    with_model = galleries.model_later()

    def content() -> ReportContent:
        return report_content(
            gallery,
            inspection,
            details,
            subject_id=subject_id,
            filter_label=filter_label,
            attribution=_attribution(inspection, with_model),
        )

    def data() -> str:
        return html.to_json(inspection, gallery, details, subject_id)

    forms: tuple[tuple[str, str, str, Callable[[], str | bytes]], ...] = (
        ("Save report (HTML)", "html", "text/html", lambda: html.to_html(content())),
        ("Save report (PDF)", "pdf", "application/pdf", lambda: _pdf(content())),
        ("Save data (JSON)", "json", "application/json", data),
    )
    with st.container(horizontal=True):
        for label, ending, kind, make in forms:
            st.download_button(
                label, make, file_name=details.file_name(ending), mime=kind, on_click="ignore"
            )


def _details(title: str, token: str) -> ReportDetails:
    """Show the fields for the date of the recording and for a comment."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        with st.container(width=170):
            recorded_on = st.date_input(
                "Recorded on", None, EARLIEST, "today", key=f"report-date-{token}",
                format="YYYY-MM-DD", help=DATE_HELP,
            )  # fmt: skip
        comment = st.text_input(
            "Comment for the report", key=f"report-comment-{token}", max_chars=MOST_LETTERS
        )
    return ReportDetails(title, recorded_on, comment=comment.strip())


def _attribution(inspection: Inspection, with_model: Callable[[], Model]) -> Attribution | None:
    """Return the attribution of the first headline phenotype; None where nothing is predicted."""
    keys = {prediction.key for prediction in inspection.predictions}
    if HEADLINE[0] not in keys:
        return None
    person = inspection.person if inspection.known != "ecg" else UNKNOWN_PERSON
    try:
        return with_model().attribute(inspection.prepared, HEADLINE[0], person)
    except PtaclError:  # the report is complete without it
        return None


def _pdf(content: ReportContent) -> bytes:
    from ...report.pdf import to_pdf  # imports fpdf, so only on demand

    return to_pdf(content)
