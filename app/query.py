"""The query of a search: an ECG or a heart of the gallery, or the ECG that was uploaded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import state
import streamlit as st

from ptacl.differences import NUMBERS, read_values
from ptacl.phenotypes import PHENOTYPES
from ptacl.types import PreparedEcg

if TYPE_CHECKING:
    from ptacl.gallery import Gallery


@dataclass(frozen=True, slots=True)
class Query:
    """Whose like is sought."""

    title: str
    subject_id: str | None
    """None for an upload, which has no heart in the gallery."""
    vector: np.ndarray
    ecg: PreparedEcg
    predicted: Mapping[str, tuple[float, float, float]]
    """Phenotype key → value, low, high."""
    values: Mapping[str, object]
    """Sex, age and phenotypes to compare with: measured in a subject, predicted in an upload."""


def choose_query(gallery: Gallery, modality: str) -> Query:
    """Let the person choose a subject, or the uploaded ECG where ECGs are sought with."""
    upload = state.uploaded()
    if upload is not None and modality == "ecg":
        source = st.segmented_control(
            "Query", ["subject", upload.title], default="subject", required=True, key="query_source"
        )
        if source == upload.title:
            return _of_upload(upload)
    with st.container(width=180):
        subject_id = state.choose_subject(gallery)
    return _of_subject(gallery, subject_id, modality)


def _of_upload(upload: state.Upload) -> Query:
    inspection = upload.inspection
    return Query(
        title=upload.title,
        subject_id=None,
        vector=inspection.embedding,
        ecg=inspection.prepared,
        predicted={p.key: (p.value, p.low, p.high) for p in inspection.predictions},
        values=read_values(inspection),
    )


def _of_subject(gallery: Gallery, subject_id: str, modality: str) -> Query:
    row = gallery.table.loc[subject_id]
    predicted = {
        p.key: tuple(float(row[f"{column}_{p.key}"]) for column in ("predicted", "low", "high"))
        for p in PHENOTYPES
        if np.isfinite(row[f"predicted_{p.key}"])
    }
    return Query(
        title=subject_id,
        subject_id=subject_id,
        vector=gallery.vectors[modality][gallery.row(subject_id)],
        ecg=gallery.ecg(subject_id),
        predicted=predicted,
        values={key: row[key] for key in ("sex", *NUMBERS)},
    )
