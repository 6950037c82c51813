"""Measured volumes on reference ranges, and the person that selects the range."""

from __future__ import annotations

import streamlit as st

from ptacl.inference.measured_table import measured_rows, measured_table
from ptacl.notebook.volumes_html import measured_html
from ptacl.phenotypes import surface_of
from ptacl.types import Person

from ...layout import page
from ...panels import person_form
from ...session import cines, uploads
from ...text.cine_sentences import method_sentence
from ...text.labels import literal
from ...text.sentences import (
    INDEXED,
    REFERENCE_SOURCE,
    age_note,
    shown_reference,
    volume_sentence,
)

_PURPOSE = "Sex selects the reference range; height and weight allow values per m²."


def person_of(upload: cines.CineUpload) -> Person:
    """Return the person of a cine: that of the ECG which the user named, else the form's."""
    ecg = uploads.find(upload.ecg)
    return upload.person if ecg is None else ecg.person


def show(upload: cines.CineUpload) -> None:
    """Show the measured volumes."""
    page.section("Volumes measured on the cine")
    person, measurement = person_of(upload), upload.inspection.measurement
    if not measurement.phenotypes:
        st.caption("No volume is given; see the reason above. Areas are drawn beside the cine.")
        return
    _form(upload)
    indexed = _is_indexed(person)
    rows = measured_rows(measurement, person, indexed=indexed)
    st.markdown(volume_sentence(rows, person.sex))
    st.html(measured_html(rows, person.sex))
    per_area = f" {INDEXED}." if indexed else ""
    single = len(upload.inspection.slices) == 1
    page.note(
        f"Blue diamond and line: measured, with its 90 % interval. {shown_reference(person.sex)} "
        f"{REFERENCE_SOURCE}{age_note(person.age_years)}{per_area} "
        f"{method_sentence(rows, single=single)}"
    )
    with st.expander("As a table"):
        page.table(measured_table(rows, person.sex).set_index(""))


def _is_indexed(person: Person) -> bool:
    surface = surface_of(person)
    if surface is None:
        return False
    chosen = st.segmented_control(
        "Values", ["absolute", "per m²"], default="absolute", required=True, key="cine-values",
        label_visibility="collapsed", help=f"Body surface area {surface:.2f} m² (Du Bois)",
    )  # fmt: skip
    return chosen == "per m²"


def _form(upload: cines.CineUpload) -> None:
    if (ecg := uploads.find(upload.ecg)) is not None:
        st.caption(literal(f"Person as entered for the ECG {ecg.title}."))
        return
    person_form.form(upload.token, upload.title, upload.person, cines.set_person, purpose=_PURPOSE)
