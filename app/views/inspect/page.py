"""Inspection page: quality, measurements, predicted volumes and similar hearts of an ECG."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import streamlit as st

from ptacl.inference.volume_table import rows_table, surface_m2, volume_rows
from ptacl.notebook.volumes_html import volumes_html
from ptacl.types import Inspection, LeadQuality

from ...components.embedding_map import embedding_map
from ...layout import page
from ...panels.answer_html import answer_html
from ...panels.cine_tiles import show_hearts
from ...panels.intervals_table import intervals_table
from ...panels.map_hover import hover_notes, hover_pictures
from ...session import galleries, selection, uploads
from ...text.labels import literal
from ...text.rhythm_sentences import rhythm_verdicts
from ...text.sentences import (
    BEFORE,
    DISTRIBUTION,
    INDEXED,
    INTERVAL_MEANING,
    REFERENCE_SOURCE,
    age_note,
    caveats,
    distribution_sentence,
    inputs_sentence,
    intervals_sentence,
    legend_sentence,
    neighbour_sentence,
    quality_sentence,
    shown_reference,
    volume_sentence,
    warning_sentence,
    withheld_sentence,
)
from . import batch_table, ecg_panel, findings, impression_panel, report_panel
from .upload import drop_zone

if TYPE_CHECKING:
    from ptacl.gallery import Gallery

Verdict = tuple[str, tuple[str, str]]
"""Subject, and state and sentence of it."""


def draw(gallery: Gallery) -> None:
    """Draw the panels."""
    drop_zone(gallery)
    subject_id = _choose(gallery)
    batch_table.show(gallery)
    selection.require_upload()
    if subject_id is None and (upload := uploads.shown()):
        inspection, title = uploads.inspection(gallery, upload), upload.title
    else:
        inspection = galleries.inspection(gallery, str(subject_id))
        title = f"{subject_id} (simulated)" if gallery.simulated else str(subject_id)
    page.section(f"ECG of {literal(title)}")
    _trust_and_answer(gallery, inspection)
    _intervals(inspection)
    ecg_panel.show(gallery, inspection, subject_id)
    impression = impression_panel.show(
        inspection.impression, str(selection.shown()), inspection.ecg.device_statements
    )
    if inspection.predictions:
        with st.container(key="stack_volumes"):
            volumes, location = st.columns([3, 2], gap="large")
        with volumes:
            _volumes(gallery, inspection, subject_id)
        with location:
            _map(gallery, inspection)
        _similar_hearts(gallery, inspection)
    else:
        st.info(literal(withheld_sentence(inspection)), icon=":material/block:")
    report_panel.show(
        gallery,
        replace(inspection, impression=impression),
        title,
        str(selection.shown()),
        subject_id=subject_id,
        filter_label=ecg_panel.filter_label(gallery, uploaded=subject_id is None),
    )


def _choose(gallery: Gallery) -> str | None:
    """Show the choice of the subject; None while an uploaded ECG is shown."""
    label, shown = "Any subject of the gallery", selection.shown()
    with st.container(horizontal=True, vertical_alignment="bottom"):
        if gallery.examples:
            st.markdown("Or try one:", width="content")
        for example in gallery.examples:
            st.button(
                literal(example.title),
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


def _trust_and_answer(gallery: Gallery, inspection: Inspection) -> None:
    """Show the three numbers and what speaks for or against them, which comes first if anything is
    to be checked."""
    verdicts = _verdicts(inspection)
    is_clear = not caveats(inspection) and all(state == "good" for _, (state, _) in verdicts)
    if not is_clear:
        _quality(gallery, inspection, verdicts)
    if inspection.predictions:
        st.html(answer_html(inspection.predictions, inspection.sex))
    if is_clear:
        _quality(gallery, inspection, verdicts)


def _verdicts(inspection: Inspection) -> tuple[Verdict, ...]:
    predicted = bool(inspection.predictions)
    return (
        ("Quality", quality_sentence(inspection.prepared.quality)),
        (DISTRIBUTION, distribution_sentence(inspection.familiarity, predicted=predicted)),
        *rhythm_verdicts(inspection),
    )


def _quality(gallery: Gallery, inspection: Inspection, verdicts: tuple[Verdict, ...]) -> None:
    entries = caveats(inspection)
    is_withheld = any(state == "withheld" for state, _ in entries)
    if is_withheld:
        page.caveats(BEFORE, entries)
    page.verdicts(*verdicts)
    _lead_set(gallery, inspection)
    flagged = [
        lead
        for lead in inspection.prepared.quality.per_lead
        if lead.state != "good" and lead.reason != "absent"
    ]
    if flagged:
        st.markdown(" \u2002 ".join(_lead(lead) for lead in flagged))
    if entries and not is_withheld:
        page.caveats(BEFORE, entries)


def _lead_set(gallery: Gallery, inspection: Inspection) -> None:
    """Show as which leads the ECG is read, where it lacks some."""
    # Imported here, like the gallery itself, which the first page opens in the background.
    from ptacl.gallery.lead_set_heads import lead_set_words

    leads = gallery.lead_sets.used_for(inspection.prepared.quality)
    if leads.name in gallery.lead_sets.names:
        words = lead_set_words(leads, gallery.lead_sets[leads.name])
        st.badge(words, icon=":material/cardiology:", color="orange")


def _lead(lead: LeadQuality) -> str:
    """Return a lead that is not good as icon, word and reason."""
    icon, colour = (
        (":material/block:", "red") if lead.state == "bad" else (":material/warning:", "orange")
    )
    return f"**{lead.lead}** :{colour}[{icon} {lead.state}] {lead.reason}"


def _intervals(inspection: Inspection) -> None:
    """Show the measured intervals and those of the device."""
    page.table(intervals_table(inspection), "intervals")
    page.note(intervals_sentence(inspection))


def _volumes(gallery: Gallery, inspection: Inspection, subject_id: str | None) -> None:
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
    findings.show(inspection)
    st.markdown(volume_sentence(rows, inspection.sex))
    if warning := warning_sentence(inspection):
        st.warning(f"Shown with a warning. {warning}", icon=":material/warning:")
    st.html(volumes_html(rows, inspection.sex))
    per_area = f" {INDEXED} ({surface:.2f} m²)." if indexed else ""
    page.note(
        f"{inputs_sentence(inspection)} "
        f"{legend_sentence(measured=any(row.measured is not None for row in rows))} "
        f"{shown_reference(inspection.sex)} "
        f"{REFERENCE_SOURCE}{age_note(inspection.person.age_years)}{per_area} {INTERVAL_MEANING}"
    )
    with st.expander("As a table"):
        page.table(rows_table(rows, inspection.sex).set_index(""))


def _map(gallery: Gallery, inspection: Inspection) -> None:
    page.section("Position in the gallery")
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
        "◯ this ECG · blue: nearest hearts · grey: the gallery, circles ECGs, diamonds "
        "hearts (UMAP). A click opens a subject."
    )
    hover_pictures(gallery)


def _open(subject_id: str | None) -> None:
    if subject_id is not None:
        selection.show(subject_id)


def _similar_hearts(gallery: Gallery, inspection: Inspection) -> None:
    near = gallery.table.loc[[n.subject_id for n in inspection.neighbours]]
    page.section("Similar hearts")
    st.markdown(neighbour_sentence(inspection.neighbours, list(near["lvef_pct"].dropna())))
    show_hearts(gallery, inspection.neighbours, key="alike")


def main() -> None:
    """Draw the page."""
    page.show("What would the MRI show?", draw)
