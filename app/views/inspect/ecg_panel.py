"""The ECG on its paper: what lies on the traces, and which other ECG stands beside it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from ptacl.io.ecg.format_titles import ECG_FORMAT_TITLES
from ptacl.phenotypes import HEADLINE, phenotype
from ptacl.types import Attribution, Inspection

from ...components.ecg_paper import Marks, ecg_paper
from ...components.ecg_paper import Other as Laid
from ...session import attributions, compared_ecg, galleries, selection, uploads
from ...text.sentences import literal, withheld_sentence
from . import attribution_panel

if TYPE_CHECKING:
    from ptacl.gallery import Gallery

BEATS, WAVES, DROVE = "beats, R–R", "P, QRS, T", "what drove"
OVERLAID, BELOW = "overlaid", "one below the other"


@dataclass(frozen=True, slots=True)
class Other:
    """The ECG that stands beside the one on the page."""

    name: str
    inspection: Inspection
    is_upload: bool


def show(gallery: Gallery, inspection: Inspection, subject_id: str | None) -> None:
    """The paper of a subject of the gallery, or of an upload (None), with its choices."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        overlays = st.pills(
            "On the paper",
            [BEATS, WAVES, DROVE],
            selection_mode="multi",
            default=[BEATS],
            key="overlays",
            bind="query-params",
            persist_state="session",
        )
        asked = _asked(inspection) if DROVE in overlays else None
        other = _other(gallery, subject_id)
        how = _how() if other else OVERLAID
    peaks = recording_peaks(gallery, inspection)
    marks = _marks(gallery, inspection) if WAVES in overlays or asked else None
    found = attributions.attribution_of(gallery, inspection, asked) if asked else None
    laid = _laid(gallery, inspection, peaks, other) if other and how == OVERLAID else None
    _paper(
        inspection,
        peaks,
        recording_spikes(gallery, inspection),
        beats=BEATS in overlays,
        marks=marks if WAVES in overlays else None,
        attribution=found,
        other=laid,
        filtered=filter_label(gallery, uploaded=subject_id is None),
        key="paper",
    )
    _caption(inspection)
    if found and marks:
        rate = gallery.manifest.recipe.ecg.sample_rate_hz
        attribution_panel.show(found, marks.waves, inspection.prepared.r_peaks / rate)
    if DROVE in overlays and not inspection.predictions:
        st.info(literal(f"{withheld_sentence(inspection)} So is the attribution."))
    if other and how == BELOW:
        _below(gallery, other, beats=BEATS in overlays, waves=WAVES in overlays)


def filter_label(gallery: Gallery, *, uploaded: bool) -> str:
    """What was done to the trace: an upload is shown as read, a gallery keeps prepared ECGs."""
    recipe = gallery.manifest.recipe.ecg
    if uploaded or recipe.baseline == "none":
        return "as recorded"
    if recipe.baseline == "highpass":
        return f"high-pass {recipe.highpass_hz:g} Hz"
    return "baseline removed"


def recording_peaks(gallery: Gallery, inspection: Inspection) -> np.ndarray:
    """R peaks as samples of the recording; of a long one, those in the part that was read."""
    return _in_recording(gallery, inspection, inspection.prepared.r_peaks)


def recording_spikes(gallery: Gallery, inspection: Inspection) -> np.ndarray:
    """Stimuli of a pacemaker as samples of the recording."""
    return _in_recording(gallery, inspection, inspection.prepared.pacing_spikes)


def _in_recording(gallery: Gallery, inspection: Inspection, prepared: np.ndarray) -> np.ndarray:
    """Samples of the prepared ECG as samples of the recording."""
    seconds = prepared / gallery.manifest.recipe.ecg.sample_rate_hz + inspection.prepared.start_s
    return np.rint(seconds * inspection.ecg.sample_rate_hz).astype(np.int64)


def _asked(inspection: Inspection) -> str | None:
    """Key of the phenotype whose attribution is to be shown; None where all are withheld."""
    if not inspection.predictions:
        return None
    names = {entry.name: entry.key for entry in inspection.predictions}
    first = phenotype(HEADLINE[0]).name
    with st.container(width=120):
        chosen = st.selectbox(
            "Prediction",
            list(names),
            index=list(names).index(first) if first in names else 0,
            key="drove",
            bind="query-params",
            persist_state="session",
        )
    return names[chosen]


def _other(gallery: Gallery, subject_id: str | None) -> Other | None:
    """The ECG to compare with, where one was chosen: another upload, or a subject's."""
    held = {one.token: one for one in uploads.tray() if one.token != selection.shown()}
    ids = [known for known in gallery.table.index if known != subject_id]
    choice = compared_ecg.choice([*held, *ids])
    choice.follow()
    with st.container(width=200):
        chosen = st.selectbox(
            "Compare with",
            [compared_ecg.NOTHING, *held, *ids],
            format_func=lambda one: held[one].title if one in held else one,
            key=choice.key,
            on_change=choice.keep,
            help="Another ECG beat by beat on this one, or on a sheet of its own. Type to search.",
        )
    if chosen == compared_ecg.NOTHING:
        return None
    if chosen in held:
        upload = held[chosen]
        return Other(upload.title, uploads.inspection(gallery, upload), is_upload=True)
    return Other(chosen, galleries.inspection(gallery, chosen), is_upload=False)


def _how() -> str:
    return st.segmented_control(
        "Shown",
        [OVERLAID, BELOW],
        default=OVERLAID,
        required=True,
        key="compared",
        bind="query-params",
        persist_state="session",
    )


def _marks(gallery: Gallery, inspection: Inspection) -> Marks:
    """The waves of the mean beat, and the beats of the recording that look like it."""
    # Imported here: the filters below take seconds to load, and the first page does without.
    from ptacl.signal.delineation.beats import typical_peaks
    from ptacl.signal.delineation.waves import find_waves

    prepared = inspection.prepared
    signal = prepared.signal_mv[:, : prepared.valid_samples]
    rate = gallery.manifest.recipe.ecg.sample_rate_hz
    typical = typical_peaks(signal, prepared.r_peaks, rate)
    return Marks(
        find_waves(signal, prepared.r_peaks, rate),
        _in_recording(gallery, inspection, typical),
    )


def _laid(gallery: Gallery, inspection: Inspection, peaks: np.ndarray, other: Other) -> Laid:
    """The other ECG beat by beat on this one."""
    from ptacl.signal.delineation.aligned_beats import lay_over  # as above

    compared = other.inspection
    ecg = inspection.ecg
    laid = lay_over(
        compared.ecg.signal_mv,
        recording_peaks(gallery, compared),
        compared.ecg.sample_rate_hz,
        peaks,
        ecg.sample_rate_hz,
        ecg.signal_mv.shape[1],
    )
    return Laid(laid, f"{other.name}, each of its beats laid on one of these", "this ECG")


def _below(gallery: Gallery, other: Other, *, beats: bool, waves: bool) -> None:
    """The other ECG on a sheet of its own, set like the first."""
    compared = other.inspection
    st.markdown(f"**Compared with {literal(other.name)}**")
    _paper(
        compared,
        recording_peaks(gallery, compared),
        recording_spikes(gallery, compared),
        beats=beats,
        marks=_marks(gallery, compared) if waves else None,
        filtered=filter_label(gallery, uploaded=other.is_upload),
        key="paper_compared",
    )
    _caption(compared)


def _paper(
    inspection: Inspection,
    peaks: np.ndarray,
    spikes: np.ndarray,
    *,
    beats: bool,
    marks: Marks | None,
    attribution: Attribution | None = None,
    other: Laid | None = None,
    filtered: str,
    key: str,
) -> None:
    ecg_paper(
        inspection.ecg.signal_mv,
        inspection.ecg.sample_rate_hz,
        read_from_s=inspection.prepared.start_s,
        heart_rate_bpm=inspection.intervals.heart_rate_bpm,
        r_peaks=peaks,
        mark_beats=beats,
        spikes=spikes,
        marks=marks,
        attribution=attribution,
        other=other,
        filter_label=filtered,
        flagged_leads={
            lead.lead: lead.reason
            for lead in inspection.prepared.quality.per_lead
            if lead.state != "good"
        },
        key=key,
    )


def _caption(inspection: Inspection) -> None:
    ecg = inspection.ecg
    derived = [f"{lead} {how}" for lead, how in ecg.missing.items()]
    title = ECG_FORMAT_TITLES.get(ecg.source_format, ecg.source_format)
    st.caption(
        f"{title}, {ecg.sample_rate_hz:g} Hz, {ecg.duration_s:.1f} s"
        + (f" · {', '.join(derived)}" if derived else "")
    )
