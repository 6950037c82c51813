"""Gathers the content of a report from an inspection and its gallery: pages, folders, zips."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ptacl.inference.volume_table import surface_m2, volume_rows
from ptacl.reporting.details import ReportDetails
from ptacl.types import Attribution, Inspection

from ..text.sentences import origin_sentence
from .content import ReportContent, compose
from .parts import ReportParts, attribution_text, heart_stills

if TYPE_CHECKING:
    from ptacl.gallery import Gallery


def report_content(
    gallery: Gallery,
    inspection: Inspection,
    details: ReportDetails,
    *,
    subject_id: str | None = None,
    filter_label: str = "as recorded",
    attribution: Attribution | None = None,
) -> ReportContent:
    """Return everything that a report holds.

    Args:
        gallery: of the model.
        inspection: result of the model, with the impression as the reader left it.
        details: title, dates and comment.
        subject_id: id of the subject if it is in the gallery, for its measurements.
        filter_label: name of the display filter.
        attribution: of a prediction; None leaves it out.
    """
    rows = volume_rows(inspection, gallery.table, subject_id=subject_id)
    indexed = (
        [
            row
            for row in volume_rows(inspection, gallery.table, subject_id=subject_id, indexed=True)
            if "m²" in row.unit
        ]
        if surface_m2(inspection) is not None
        else []
    )
    rate_hz = gallery.manifest.recipe.ecg.sample_rate_hz
    parts = ReportParts(
        details,
        tuple(indexed),
        attribution_text(attribution, inspection, rate_hz) if attribution else None,
        heart_stills(gallery, inspection.neighbours),
    )
    return compose(
        inspection,
        rows,
        details.title,
        origin=origin_sentence(gallery),
        filter_label=filter_label,
        parts=parts,
    )
