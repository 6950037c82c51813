"""Report of the ECG on the page: date, comment, and the downloads, each made on demand."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import TYPE_CHECKING

import streamlit as st

from ptacl.reporting.details import ReportDetails
from ptacl.types import Inspection

from ...layout import page
from ...report.documents import KINDS, document
from ...session import galleries

if TYPE_CHECKING:
    from ptacl.gallery import Gallery

FORMS = (
    ("Save report (HTML)", "html"),
    ("Save report (PDF)", "pdf"),
    ("Save data (JSON)", "json"),
    ("Save DICOM SR", "dcm"),
    ("Save FHIR bundle", "fhir.json"),
)
EXCHANGED = (
    "`ptacl repeat REPORT.json` repeats the inspection from its JSON. In DICOM and FHIR the "
    "predictions are marked as research values, not for diagnosis, and neither name nor id is "
    "held; the other files hold the name of the recording's file."
)
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
    model = galleries.model_later()

    def make(ending: str) -> str | bytes:
        return document(
            ending,
            gallery,
            inspection,
            details,
            subject_id=subject_id,
            filter_label=filter_label,
            model=model,
        )

    with st.container(horizontal=True):
        for label, ending in FORMS:
            st.download_button(
                label,
                partial(make, ending),
                file_name=details.file_name(ending),
                mime=KINDS[ending],
                on_click="ignore",
            )
    page.note(EXCHANGED)


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
