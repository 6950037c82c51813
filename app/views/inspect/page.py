"""Inspect an ECG: what would the MRI show?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from ptacl.inference.volume_table import VolumeRow, rows_table, surface_m2, volume_rows
from ptacl.types import Inspection, LeadQuality

from ...components.embedding_map import embedding_map
from ...layout import page
from ...panels.cine_tiles import show_hearts
from ...panels.intervals_table import intervals_table
from ...panels.map_hover import hover_notes, hover_pictures
from ...panels.volumes_html import volumes_html
from ...report import html
from ...report.content import ReportContent, compose
from ...session import galleries, selection, uploads
from ...text.sentences import (
    BEFORE,
    INDEXED,
    INTERVAL_MEANING,
    REFERENCE_SOURCE,
    age_note,
    caveats,
    familiarity_sentence,
    intervals_sentence,
    literal,
    marks_sentence,
    neighbour_sentence,
    origin_sentence,
    quality_sentence,
    read_sentence,
    reserve_sentence,
    shown_reference,
    volume_sentence,
    withheld_sentence,
)
from . import batch_table, ecg_panel
from . import upload as intake

if TYPE_CHECKING:
    from ptacl.gallery import Gallery


def draw(gallery: Gallery) -> None:
    """The page."""
    intake.drop_zone(gallery)
    subject_id = _choose(gallery)
    batch_table.show(gallery)
    selection.expect_kept()
    if subject_id is None and (upload := uploads.shown()):
        inspection, title = uploads.inspection(gallery, upload), upload.title
    else:
        inspection = galleries.inspection(gallery, str(subject_id))
        title = f"{subject_id} (simulated)" if gallery.simulated else str(subject_id)
    page.section(f"ECG of {literal(title)}")
    _quality(inspection)
    _intervals(inspection)
    ecg_panel.show(gallery, inspection, subject_id)
    rows: list[VolumeRow] = []
    if inspection.predictions:
        with st.container(key="stack_volumes"):
            volumes, place = st.columns([3, 2], gap="large")
        with volumes:
            rows = _volumes(gallery, inspection, subject_id)
        with place:
            _place(gallery, inspection)
        _alike(gallery, inspection)
    else:
        st.info(literal(withheld_sentence(inspection)), icon=":material/block:")
    _save(
        inspection,
        compose(
            inspection,
            rows,
            title,
            origin=origin_sentence(gallery),
            filter_label=ecg_panel.filter_label(gallery, uploaded=subject_id is None),
        ),
    )


def _choose(gallery: Gallery) -> str | None:
    """The simulated examples and any other subject; None where an uploaded ECG is shown."""
    label, shown = "Any subject of the gallery", selection.shown()
    with st.container(horizontal=True, vertical_alignment="bottom"):
        if gallery.examples:
            st.markdown("Or try one:", width="content")
        for example in gallery.examples:
            st.button(
                example.title,
                key=f"example-{example.key}",
                on_click=selection.show,
                args=(example.subject_id,),
            )
        with st.container(width=220):
            if not selection.is_token(shown):
                return selection.choose_subject(gallery, label)
            selection.choose_instead(gallery, label)
    selection.write_address(str(shown))
    return None


def _quality(inspection: Inspection) -> None:
    found = caveats(inspection)
    is_withheld = any(state_ == "withheld" for state_, _ in found)
    if is_withheld:
        page.caveats(BEFORE, found)
    page.verdicts(
        ("Quality", quality_sentence(inspection.prepared.quality)),
        ("This model has seen such ECGs", familiarity_sentence(inspection.familiarity)),
    )
    flagged = [lead for lead in inspection.prepared.quality.per_lead if lead.state != "good"]
    if flagged:
        st.markdown(" \u2002 ".join(_lead(lead) for lead in flagged))
    if found and not is_withheld:
        page.caveats(BEFORE, found)


def _lead(lead: LeadQuality) -> str:
    """A lead that is not good: icon, word and reason."""
    icon, colour = (
        (":material/block:", "red") if lead.state == "bad" else (":material/warning:", "orange")
    )
    return f"**{lead.lead}** :{colour}[{icon} {lead.state}] {lead.reason}"


def _intervals(inspection: Inspection) -> None:
    """Ours beside the device's."""
    page.table(intervals_table(inspection), "intervals")
    page.note(intervals_sentence(inspection))


def _volumes(gallery: Gallery, inspection: Inspection, subject_id: str | None) -> list[VolumeRow]:
    page.section("Volumes the MRI would measure")
    indexed = False
    if (surface := surface_m2(inspection)) is not None:
        chosen = st.segmented_control(
            "Values",
            ["absolute", "per m²"],
            default="absolute",
            required=True,
            key="values",
            label_visibility="collapsed",
            help=f"Body surface area {surface:.2f} m² (Du Bois)",
        )
        indexed = chosen == "per m²"
    rows = volume_rows(inspection, gallery.table, subject_id=subject_id, indexed=indexed)
    st.markdown(volume_sentence(rows, inspection.sex))
    if warning := reserve_sentence(inspection):
        st.warning(f"Shown with a warning. {warning}", icon=":material/warning:")
    st.html(volumes_html(rows, inspection.sex))
    per_area = f" {INDEXED} ({surface:.2f} m²)." if indexed else ""
    page.note(
        f"{read_sentence(inspection)} "
        f"{marks_sentence(measured=any(row.measured is not None for row in rows))} "
        f"{shown_reference(inspection.sex)} "
        f"{REFERENCE_SOURCE}{age_note(inspection.person.age_years)}{per_area} {INTERVAL_MEANING}"
    )
    with st.expander("As a table"):
        page.table(rows_table(rows, inspection.sex).set_index(""))
    return rows


def _place(gallery: Gallery, inspection: Inspection) -> None:
    page.section("Place among the gallery's hearts")
    ids = [n.subject_id for n in inspection.neighbours]
    embedding_map(
        {"ECG": gallery.map_ecg, "CMR": gallery.map_cmr},
        list(gallery.table.index),
        lit=ids,
        query_xy=inspection.map_xy,
        notes=hover_notes(gallery.table),
        height_px=360,
        description=f"Map of the gallery with this ECG and the hearts {', '.join(ids)}",
        synthetic=gallery.synthetic,
        on_open=_open,
        key="place",
    )
    page.note(
        "◯ this ECG · blue: the most alike hearts · grey: the gallery, circles ECGs, diamonds "
        "hearts (UMAP). A click opens a subject."
    )
    hover_pictures(gallery)


def _open(subject_id: str | None) -> None:
    if subject_id is not None:
        selection.show(subject_id)


def _alike(gallery: Gallery, inspection: Inspection) -> None:
    near = gallery.table.loc[[n.subject_id for n in inspection.neighbours]]
    page.section("Six hearts like it")
    st.markdown(neighbour_sentence(inspection.neighbours, list(near["lvef_pct"].dropna())))
    show_hearts(gallery, inspection.neighbours, key="alike")


def _save(inspection: Inspection, content: ReportContent) -> None:
    """The report in three forms, made only when somebody asks for one."""
    forms = (
        ("Save report (HTML)", "html", "text/html", lambda: html.to_html(content)),
        ("Save report (PDF)", "pdf", "application/pdf", lambda: _pdf(content)),
        ("Save data (JSON)", "json", "application/json", lambda: html.to_json(inspection)),
    )
    with st.container(horizontal=True):
        for label, ending, kind, make in forms:
            st.download_button(
                label, make, file_name=f"ptacl-report.{ending}", mime=kind, on_click="ignore"
            )


def _pdf(content: ReportContent) -> bytes:
    from ...report.pdf import to_pdf  # loads fpdf, so only when somebody saves

    return to_pdf(content)


def main() -> None:
    """Draw the page under its question."""
    page.show("What would the MRI show?", draw)
