"""All files of one report by their endings, for a page, a zip and `ptacl inspect --reports`."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from ptacl.errors import PtaclError
from ptacl.phenotypes import HEADLINE
from ptacl.reporting.details import ReportDetails
from ptacl.types import UNKNOWN_PERSON, Attribution, Inspection

from . import html
from .gathered import report_content

if TYPE_CHECKING:
    from ptacl.gallery import Gallery
    from ptacl.inference.model import Model

BATCH = ("pdf", "json")
"""Endings that a batch makes if no others are chosen."""
KINDS: Mapping[str, str] = {
    "html": "text/html",
    "pdf": "application/pdf",
    "json": "application/json",
    "dcm": "application/dicom",
    "fhir.json": "application/fhir+json",
}
"""Ending of each form of a report → its media type."""


def document(
    ending: str,
    gallery: Gallery,
    inspection: Inspection,
    details: ReportDetails,
    *,
    subject_id: str | None = None,
    filter_label: str = "as recorded",
    model: Callable[[], Model] | None = None,
) -> str | bytes:
    """Return one form of a report.

    Args:
        ending: of `KINDS`.
        gallery: of the model.
        inspection: with the impression as the reader left it.
        details: title, dates and comment.
        subject_id: of the gallery; None for an ECG that was read from a file.
        filter_label: name of the display filter.
        model: returns the model, for the attribution; None leaves it out.
    """
    # Imported here: pydicom and fpdf load slowly, and a page needs them on demand only.
    if ending == "json":
        return html.to_json(inspection, gallery, details, subject_id)
    if ending == "dcm":
        from ptacl.reporting.exchange.structured_report import structured_report

        return structured_report(inspection, details)
    if ending == "fhir.json":
        from ptacl.reporting.exchange.fhir_bundle import fhir_bundle

        return json.dumps(fhir_bundle(inspection, details), indent=1)
    content = report_content(
        gallery,
        inspection,
        details,
        subject_id=subject_id,
        filter_label=filter_label,
        attribution=_attribution(inspection, model) if model else None,
    )
    if ending == "html":
        return html.to_html(content)
    from .pdf import to_pdf

    return to_pdf(content)


def _attribution(inspection: Inspection, model: Callable[[], Model]) -> Attribution | None:
    """Return the attribution of the first headline phenotype; None where nothing is predicted."""
    keys = {prediction.key for prediction in inspection.predictions}
    if HEADLINE[0] not in keys:
        return None
    person = inspection.person if inspection.known != "ecg" else UNKNOWN_PERSON
    try:
        return model().attribute(inspection.prepared, HEADLINE[0], person)
    except PtaclError:  # the report is complete without it
        return None
