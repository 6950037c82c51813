"""The query of a similarity search: an ECG or a heart of the gallery, or an uploaded ECG."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from ptacl.cohort_analysis.differences import read_values
from ptacl.types import PreparedEcg

from ...session import selection, uploads
from ...text.sentences import withheld_sentence

if TYPE_CHECKING:
    from ptacl.gallery import Gallery

_SOURCE, _OF_GALLERY = "query_source", "subject"


@dataclass(frozen=True, slots=True)
class Query:
    """The query of a similarity search."""

    title: str
    subject_id: str | None
    """None for an upload, which is not in the gallery."""
    vector: np.ndarray
    ecg: PreparedEcg
    predicted: Mapping[str, tuple[float, float, float]]
    """Phenotype key → value, low, high."""
    values: Mapping[str, object]
    """Sex, age and phenotypes to compare with: measured for a subject, predicted for an upload."""
    withheld: str = ""
    """Why the search is withheld; empty if it is not."""


def choose_query(gallery: Gallery, modality: str) -> Query:
    """Show the choice of the query: a subject, or an uploaded ECG for searches by ECG.

    Args:
        gallery: to search in.
        modality: of the query, ``ecg`` or ``cmr``.

    Raises:
        UploadGone: the address names an uploaded ECG that this session does not hold.
    """
    if modality == "ecg" and uploads.tray():
        _choose_source()
    if modality == "ecg" and (upload := uploads.shown()):
        selection.write_address(upload.token)
        return _of_upload(gallery, upload)
    with st.container(width=180):
        return _of_subject(gallery, selection.choose_subject(gallery), modality)


def _choose_source() -> None:
    """Show the choice between the uploads and a subject of the gallery."""
    titles = {upload.title: upload.token for upload in uploads.tray()}
    upload = uploads.shown()
    st.session_state[_SOURCE] = upload.title if upload else _OF_GALLERY
    st.segmented_control(
        "Query", [_OF_GALLERY, *titles], required=True, key=_SOURCE, on_change=_take_source,
        args=(titles,),
    )  # fmt: skip


def _take_source(titles: Mapping[str, str]) -> None:
    chosen = st.session_state[_SOURCE]
    if chosen in titles:
        uploads.show(titles[chosen])
    else:
        selection.show(selection.last_subject() or "")


def _of_upload(gallery: Gallery, upload: uploads.Upload) -> Query:
    inspection = uploads.inspection(gallery, upload)
    return Query(
        title=upload.title,
        subject_id=None,
        vector=inspection.embedding,
        ecg=inspection.prepared,
        predicted={p.key: (p.value, p.low, p.high) for p in inspection.predictions},
        values=read_values(inspection),
        withheld="" if inspection.predictions else withheld_sentence(inspection),
    )


def _of_subject(gallery: Gallery, subject_id: str, modality: str) -> Query:
    row = gallery.table.loc[subject_id]
    predicted = {
        p.key: (
            float(row[f"predicted_{p.key}"]),
            float(row[f"low_{p.key}"]),
            float(row[f"high_{p.key}"]),
        )
        for p in gallery.phenotypes
        if np.isfinite(row[f"predicted_{p.key}"])
    }
    return Query(
        title=subject_id,
        subject_id=subject_id,
        vector=gallery.vectors[modality][gallery.row(subject_id)],
        ecg=gallery.ecg(subject_id),
        predicted=predicted,
        values={
            key: row[key] for key in ("sex", "age_years", *(p.key for p in gallery.phenotypes))
        },
    )
