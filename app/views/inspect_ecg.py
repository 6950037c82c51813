"""Inspect an ECG: what would the MRI show?"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import frame
import intake
import numpy as np
import person
import report
import several
import state
import streamlit as st
from components.ecg_paper import ecg_paper
from components.embedding_map import embedding_map
from hearts import show_hearts
from panel import VolumeRow, rows_table, surface_m2, volume_rows
from volumes_html import volumes_html
from words import (
    REFERENCE_SOURCE,
    age_note,
    familiarity_sentence,
    literal,
    neighbour_sentence,
    quality_sentence,
    volume_sentence,
)

from ptacl.types import Inspection

if TYPE_CHECKING:
    from ptacl.gallery import Gallery


def draw(gallery: Gallery) -> None:
    """The page."""
    intake.drop_zone(gallery)
    _examples(gallery)
    several.show(person.described()["sex"])
    upload = state.shown_upload()
    if upload:
        subject_id, inspection, title = None, _still_held(gallery, upload), upload.title
    else:
        subject_id = str(st.session_state[state.SUBJECT])
        inspection = state.inspection(gallery, subject_id)
        title = f"{subject_id} (simulated)" if gallery.simulated else subject_id
    frame.section(f"ECG of {literal(title)}")
    _quality(inspection)
    _intervals(inspection)
    _paper(gallery, inspection, uploaded=upload is not None)
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
        st.info("Volumes and alike hearts are withheld for a recording of this quality.")
    _save(inspection, rows, title, _filter(gallery, upload is not None))


def _still_held(gallery: Gallery, upload: state.Upload) -> Inspection:
    """An upload's inspection without the alike hearts of people who have withdrawn since."""
    near = upload.inspection.neighbours
    kept = tuple(n for n in near if n.subject_id in gallery.table.index)
    return replace(upload.inspection, neighbours=kept)


def _examples(gallery: Gallery) -> None:
    """The simulated examples, any other subject, and the way back to one's own ECG."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.markdown("Or try one:", width="content")
        for example in gallery.examples:
            st.button(
                example.title,
                key=f"example-{example.key}",
                on_click=state.show_subject,
                args=(example.subject_id,),
            )
        if upload := state.uploaded():
            st.button(
                literal(upload.title), icon=":material/upload_file:", on_click=state.show_upload
            )
        with st.container(width=220):
            state.choose_subject(gallery, "any subject of the gallery")


def _quality(inspection: Inspection) -> None:
    frame.verdicts(
        ("Quality", quality_sentence(inspection.prepared.quality)),
        ("This model has seen such ECGs", familiarity_sentence(inspection.familiarity)),
    )


def _intervals(inspection: Inspection) -> None:
    """Ours beside the device's."""
    ours, device = inspection.intervals, inspection.ecg.measurements
    columns = (
        ("Rate /min", "heart_rate_bpm"),
        ("PR ms", "pr_ms"),
        ("QRS ms", "qrs_ms"),
        ("QT ms", "qt_ms"),
        ("QTc ms", "qtc_ms"),
        ("QRS axis\u00a0°", "qrs_axis_deg"),
    )
    head = "".join(f"<th>{title}</th>" for title, _ in columns)
    mine = "".join(f"<td>{_number(getattr(ours, key))}</td>" for _, key in columns)
    body = f"<tr><th>measured here (QTc after Fridericia)</th>{mine}</tr>"
    if device:
        theirs = "".join(f"<td>{_number(device.get(key))}</td>" for _, key in columns)
        body += f"<tr><th>printed by the device (QTc by its formula)</th>{theirs}</tr>"
    st.html(
        f'<table class="numbers intervals"><thead><tr><th></th>{head}</tr></thead>'
        f"<tbody>{body}</tbody></table>"
    )


def _number(value: float | None) -> str:
    return "–" if value is None or not np.isfinite(value) else f"{value:.0f}"


def _paper(gallery: Gallery, inspection: Inspection, *, uploaded: bool) -> None:
    ecg = inspection.ecg
    flagged = {
        lead.lead: lead.reason
        for lead in inspection.prepared.quality.per_lead
        if lead.state != "good"
    }
    ecg_paper(
        ecg.signal_mv,
        ecg.sample_rate_hz,
        r_peaks=_peaks(gallery, inspection),
        filter_label=_filter(gallery, uploaded),
        flagged_leads=flagged,
        key="paper",
    )
    derived = [f"{lead} {how}" for lead, how in ecg.missing.items()]
    st.caption(
        f"{ecg.source_format}, {ecg.sample_rate_hz:g} Hz, {ecg.duration_s:.1f} s"
        + (f" · {', '.join(derived)}" if derived else "")
    )


def _filter(gallery: Gallery, uploaded: bool) -> str:
    """What was done to the trace: an upload is shown as read, a gallery keeps prepared ECGs."""
    recipe = gallery.manifest.recipe.ecg
    if uploaded or recipe.baseline == "none":
        return "as recorded"
    if recipe.baseline == "highpass":
        return f"high-pass {recipe.highpass_hz:g} Hz"
    return "baseline removed"


def _peaks(gallery: Gallery, inspection: Inspection) -> np.ndarray | None:
    """R peaks at the rate of the recording; None where only a part of it was prepared."""
    recipe, ecg = gallery.manifest.recipe.ecg, inspection.ecg
    if ecg.duration_s > recipe.duration_s + 0.1:
        return None
    peaks = inspection.prepared.r_peaks * (ecg.sample_rate_hz / recipe.sample_rate_hz)
    return np.rint(peaks).astype(np.int64)


def _volumes(gallery: Gallery, inspection: Inspection, subject_id: str | None) -> list[VolumeRow]:
    frame.section("Volumes the MRI would measure")
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
    st.html(volumes_html(rows, inspection.sex))
    measured = " ◇ measured by MRI," if any(row.measured is not None for row in rows) else ""
    per_area = f" Indexed by body surface area {surface:.2f} m² (Du Bois)." if indexed else ""
    st.caption(
        f"● predicted with its 90 % interval,{measured} | alike hearts. "
        f"{REFERENCE_SOURCE}{age_note(_age(gallery, subject_id))}{per_area}"
    )
    with st.expander("As a table"):
        # No st.table: it would bring Arrow's readers, a fifth of all the page's scripts.
        twin = rows_table(rows, inspection.sex).set_index("")
        st.html(twin.to_html(border=0, classes="numbers"))
    return rows


def _age(gallery: Gallery, subject_id: str | None) -> float | None:
    if subject_id is None:
        return person.age_years()
    return float(gallery.table.loc[subject_id, "age_years"])


def _place(gallery: Gallery, inspection: Inspection) -> None:
    frame.section("Place among the gallery's hearts")
    ids = [n.subject_id for n in inspection.neighbours]
    embedding_map(
        {"ECG": gallery.map_ecg, "CMR": gallery.map_cmr},
        list(gallery.table.index),
        lit=ids,
        query_xy=inspection.map_xy,
        height_px=360,
        description=f"Map of the gallery with this ECG and the hearts {', '.join(ids)}",
        on_open=_open,
        key="place",
    )
    st.caption(
        "◯ this ECG · blue: the most alike hearts · grey: the gallery, circles ECGs, diamonds "
        "hearts (UMAP). A click opens a subject."
    )


def _open(subject_id: str | None) -> None:
    if subject_id is not None:
        state.show_subject(subject_id)


def _alike(gallery: Gallery, inspection: Inspection) -> None:
    near = gallery.table.loc[[n.subject_id for n in inspection.neighbours]]
    frame.section("Six hearts like it")
    st.markdown(neighbour_sentence(inspection.neighbours, list(near["lvef_pct"].dropna())))
    show_hearts(gallery, inspection.neighbours, key="alike")


def _save(inspection: Inspection, rows: list[VolumeRow], title: str, filter_label: str) -> None:
    with st.container(horizontal=True):
        st.download_button(
            "Save report (HTML)",
            lambda: report.to_html(inspection, rows, title, filter_label=filter_label),
            file_name="ptacl-report.html",
            mime="text/html",
            on_click="ignore",
        )
        st.download_button(
            "Save data (JSON)",
            lambda: report.to_json(inspection),
            file_name="ptacl-report.json",
            mime="application/json",
            on_click="ignore",
        )


frame.show("What would the MRI show?", draw)
