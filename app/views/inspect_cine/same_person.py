"""What the ECG of the same person predicted, beside what the cine measured."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from ptacl.inference.measured_table import comparison_table, measured_rows
from ptacl.notebook.volumes_html import measured_html

from ...layout import page
from ...layout.navigation import page_at
from ...session import cines, uploads
from ...text.cine_sentences import DIFFERENCE_MEANING, difference_sentence
from ...text.labels import literal
from ...text.sentences import withheld_sentence
from .volumes import person_of

if TYPE_CHECKING:
    from ptacl.gallery import Gallery

_NONE = "no ECG"


def show(gallery: Gallery, upload: cines.CineUpload) -> None:
    """Show the choice of an ECG of this session, and its predictions beside the measurements."""
    page.section("What the ECG of the same person predicted")
    ecg = _choose(upload)
    if ecg is None:
        return
    inspection = uploads.inspection(gallery, ecg)
    if not inspection.predictions:
        st.info(literal(withheld_sentence(inspection)), icon=":material/block:")
        return
    person = person_of(upload)
    rows = measured_rows(upload.inspection.measurement, person, inspection.predictions)
    if not rows:
        st.caption("The cine gives no volume to compare with.")
        return
    st.markdown(difference_sentence(rows))
    st.html(measured_html(rows, person.sex))
    page.table(comparison_table(rows).set_index(""), "small")
    page.note(
        "Red dot and line: predicted from the ECG; blue diamond and line: measured on the cine. "
        f"{DIFFERENCE_MEANING}"
    )


def _choose(upload: cines.CineUpload) -> uploads.Upload | None:
    """Show the choice; which ECG is of the same person is stated, never guessed."""
    offered = uploads.tray()
    if not offered:
        st.caption("Drop the ECG of this person on the page below; then choose it here.")
        st.page_link(page_at("inspect_ecg"))
        return None
    titles = {"": _NONE, **{entry.token: entry.title for entry in offered}}
    key = f"ecg-of-{upload.token}"
    named = upload.ecg if upload.ecg in titles else ""
    if st.session_state.get(key) not in titles:
        st.session_state[key] = named

    def choose() -> None:
        cines.set_ecg(upload.token, st.session_state[key] or None)

    st.selectbox(
        "ECG of this person", list(titles), key=key, format_func=titles.__getitem__,
        on_change=choose, help="ECGs uploaded in this session",
    )  # fmt: skip
    return uploads.find(upload.ecg)
