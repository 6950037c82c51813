"""Alignment: does the ECG know the beat?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import charts
import frame
import numpy as np
import pandas as pd
import state
import streamlit as st
from components.cine_player import cine_player

from ptacl.alignment import best_path, chance_error_in_frames, errors_in_frames
from ptacl.types import LEADS

if TYPE_CHECKING:
    from ptacl.gallery import Gallery

OWN = "the own cine"
_CONTROLS = {
    "own": ("Own cine", "The diagonal is the truth."),
    "shuffled": ("Shuffled", "Frames in random order: chance."),
    "rolled": ("Rolled", "Cine turned by 12 frames: the path moves with it."),
    "other": ("Another heart", "Same beat, other anatomy."),
}


def draw(gallery: Gallery) -> None:
    """The page."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        with st.container(width=240):
            subject_id = state.choose_subject(gallery)
        with st.container(width=240):
            other = st.selectbox(
                "against the cine of",
                [OWN, *gallery.table.index],
                key="cine_of",
                bind="query-params",
            )
    cine_subject = subject_id if other == OWN else other
    similarity = gallery.similarity(subject_id, cine_subject)
    _sentence(gallery, similarity, subject_id, cine_subject)
    _player(gallery, subject_id, cine_subject, similarity)
    with st.container(key="stack_alignment"):
        left, right = st.columns([2, 3], gap="large")
    with left:
        _by_phase(gallery, similarity)
    with right:
        _controls(gallery, subject_id)


def _sentence(gallery: Gallery, similarity: np.ndarray, subject_id: str, cine_subject: str) -> None:
    error = float(np.mean(errors_in_frames(similarity)))
    frames = similarity.shape[1]
    frame_ms = float(gallery.table.loc[cine_subject, "rr_ms"]) / frames
    cohort = float(gallery.table["alignment_error_frames"].mean())
    whose = "its own cine" if cine_subject == subject_id else f"the cine of {cine_subject}"
    st.markdown(
        f"The ECG of {subject_id} finds its moment in {whose} with a mean error of "
        f"**{error:.1f} of {frames} frames** ({error * frame_ms:.0f} ms). "
        f"Chance {chance_error_in_frames(frames):.1f}; this gallery {cohort:.1f}."
    )


def _player(gallery: Gallery, subject_id: str, cine_subject: str, similarity: np.ndarray) -> None:
    ecg, cine = gallery.ecg(subject_id), gallery.cine(cine_subject)
    spacing_mm = gallery.manifest.recipe.cine.spacing_mm
    enough_beats = len(ecg.r_peaks) >= 2
    cine_player(
        cine.frames,
        cine.rr_ms,
        (spacing_mm, spacing_mm),
        similarity=similarity,
        path=_path(state.key_of(gallery), subject_id, cine_subject, similarity),
        ecg_lead_mv=ecg.signal_mv[LEADS.index("II")] if enough_beats else None,
        ecg_sample_rate_hz=gallery.manifest.recipe.ecg.sample_rate_hz,
        r_peaks=ecg.r_peaks if enough_beats else None,
        volume_ml=gallery.volume_curve(cine_subject),
        title=f"ECG {subject_id} · cine {cine_subject}",
        key="player",
    )


@st.cache_data(show_spinner=False, max_entries=64)
def _path(of: state.Key, subject_id: str, cine_subject: str, _similarity: np.ndarray) -> np.ndarray:
    return best_path(_similarity)


def _by_phase(gallery: Gallery, similarity: np.ndarray) -> None:
    errors = np.asarray(errors_in_frames(similarity), dtype=np.float64)
    cohort = cohort_errors(gallery)
    frame.section("Where in the beat it errs", "Diastasis looks alike for long, so it errs there.")
    st.plotly_chart(
        charts.error_by_phase(errors, cohort, chance_error_in_frames(similarity.shape[1])),
        key="by_phase",
        alt="Alignment error of this subject and of the cohort against the phase of the beat",
        config={"displayModeBar": False},
    )
    with st.expander("As a table"):
        phase = np.arange(len(errors)) / len(errors)
        st.dataframe(
            pd.DataFrame({"phase": phase, "this subject": errors, "cohort mean": cohort}),
            hide_index=True,
        )


def cohort_errors(gallery: Gallery) -> np.ndarray:
    """Mean error of each phase bin over all subjects of a gallery, computed once."""
    return _cohort_errors(state.key_of(gallery), gallery)


@st.cache_data(show_spinner="Measuring the whole gallery …", max_entries=8)
def _cohort_errors(of: state.Key, _gallery: Gallery) -> np.ndarray:
    ids = _gallery.table.index
    return np.mean([errors_in_frames(_gallery.similarity(i)) for i in ids], axis=0)


def _controls(gallery: Gallery, subject_id: str) -> None:
    frame.section("Is it real? Controls", "Dotted: where a perfect match would lie.")
    ids = list(gallery.table.index)
    another = ids[(ids.index(subject_id) + 1) % len(ids)]
    maps = {
        "own": gallery.similarity(subject_id),
        "shuffled": gallery.similarity(subject_id, control="shuffled"),
        "rolled": gallery.similarity(subject_id, control="rolled"),
        "other": gallery.similarity(subject_id, another),
    }
    for column, (key, similarity) in zip(st.columns(4), maps.items(), strict=True):
        title, note = _CONTROLS[key]
        error = float(np.mean(errors_in_frames(similarity)))
        with column:
            st.markdown(f"**{title}**")
            st.plotly_chart(
                charts.heat_map(similarity),
                key=f"control-{key}",
                alt=f"{title}: error {error:.1f} frames",
                config={"displayModeBar": False},
            )
            st.caption(f"error {error:.1f} frames. {note}")


frame.show("Does the ECG know the beat?", draw)
