"""Inspect an ECG: what would the MRI show?"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import frame
import intake
import numpy as np
import paper_panel
import person
import report
import several
import state
import streamlit as st
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
        inspection = gallery.inspection(subject_id)
        title = f"{subject_id} (simulated)" if gallery.simulated else subject_id
    frame.section(f"ECG of {literal(title)}")
    _quality(inspection)
    _intervals(inspection)
    paper_panel.show(gallery, inspection, subject_id)
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
    filter_label = paper_panel.filter_label(gallery, uploaded=upload is not None)
    _save(inspection, rows, title, filter_label)


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
        synthetic=gallery.synthetic,
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
