"""ECG panel: the ECG on paper with its overlays, and the ECG to compare with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from ptacl.io.ecg.format_titles import ECG_FORMAT_TITLES
from ptacl.phenotypes import HEADLINE, phenotype
from ptacl.types import Anomaly, Attribution, Inspection

from ...components.ecg_paper import Marks, Overlay, ecg_paper
from ...session import anomalies, attributions, compared_ecg, galleries, selection, uploads
from ...text.labels import listed, literal
from ...text.sentences import withheld_sentence
from . import anomaly_panel, attribution_panel

if TYPE_CHECKING:
    from ptacl.gallery import Gallery

BEATS, WAVES, ATTRIBUTION = "beats, R–R", "P, QRS, T", "what drove"
UNUSUAL = "what does not fit"
"""Labels of the overlays; Streamlit writes them into the link, so they cannot change."""
OVERLAID, BELOW = "overlaid", "one below the other"


@dataclass(frozen=True, slots=True)
class Comparison:
    """The ECG to compare with."""

    name: str
    inspection: Inspection
    is_upload: bool


def show(gallery: Gallery, inspection: Inspection, subject_id: str | None) -> None:
    """Show the ECG of a subject, or of an upload (None), with the choice of overlays."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        layers = _choose_layers()
        explained = _choose_prediction(inspection) if ATTRIBUTION in layers else None
        other = _choose_comparison(gallery, subject_id)
        how = _how() if other else OVERLAID
    peaks = recording_peaks(gallery, inspection)
    stated = bool(inspection.impression.statements)
    marks = _marks(gallery, inspection) if WAVES in layers or explained or stated else None
    attribution = None
    if explained:
        attribution = attributions.attribution_of(gallery, inspection, explained)
    anomaly = inspection.anomaly
    if UNUSUAL in layers:
        anomaly = anomalies.anomaly_of(gallery, inspection)
    overlay = _overlay(gallery, inspection, peaks, other) if other and how == OVERLAID else None
    _paper(
        inspection,
        peaks,
        recording_spikes(gallery, inspection),
        beats=BEATS in layers,
        marks=marks,
        mark_waves=WAVES in layers,
        premature=_premature(inspection, peaks),
        attribution=attribution,
        other=overlay,
        anomaly=anomaly if UNUSUAL in layers else None,
        filtered=filter_label(gallery, uploaded=subject_id is None),
        key="paper",
    )
    _caption(inspection)
    if anomaly is not None:
        anomaly_panel.show(anomaly)
    if attribution and marks:
        rate = gallery.manifest.recipe.ecg.sample_rate_hz
        attribution_panel.show(attribution, marks.waves, inspection.prepared.r_peaks / rate)
    if ATTRIBUTION in layers and not inspection.predictions:
        st.info(literal(f"{withheld_sentence(inspection)} So is the attribution."))
    if other and how == BELOW:
        _below(gallery, other, beats=BEATS in layers, waves=WAVES in layers)


def _choose_layers() -> list[str]:
    return st.pills(
        "On the paper",
        [BEATS, WAVES, ATTRIBUTION, UNUSUAL],
        selection_mode="multi",
        default=[BEATS],
        key="overlays",
        bind="query-params",
        persist_state="session",
    )


def filter_label(gallery: Gallery, *, uploaded: bool) -> str:
    """Return the filter of the trace: an upload is shown as read, a subject as prepared."""
    recipe = gallery.manifest.recipe.ecg
    if uploaded or recipe.baseline == "none":
        return "as recorded"
    if recipe.baseline == "highpass":
        return f"high-pass {recipe.highpass_hz:g} Hz"
    return "baseline removed"


def recording_peaks(gallery: Gallery, inspection: Inspection) -> np.ndarray:
    """Return the R peaks as samples of the recording; of a long one, those of the part read."""
    return _in_recording(gallery, inspection, inspection.prepared.r_peaks)


def recording_spikes(gallery: Gallery, inspection: Inspection) -> np.ndarray:
    """Return pacemaker stimuli as samples of the recording."""
    return _in_recording(gallery, inspection, inspection.prepared.pacing_spikes)


def _in_recording(gallery: Gallery, inspection: Inspection, prepared: np.ndarray) -> np.ndarray:
    """Convert samples of the prepared ECG to samples of the recording."""
    seconds = prepared / gallery.manifest.recipe.ecg.sample_rate_hz + inspection.prepared.start_s
    return np.rint(seconds * inspection.ecg.sample_rate_hz).astype(np.int64)


def _choose_prediction(inspection: Inspection) -> str | None:
    """Return the key of the phenotype to explain; None where predictions are withheld."""
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


def _choose_comparison(gallery: Gallery, subject_id: str | None) -> Comparison | None:
    """Return the ECG to compare with, another upload or a subject, or None."""
    other_uploads = {
        upload.token: upload for upload in uploads.tray() if upload.token != selection.shown()
    }
    ids = [known for known in gallery.table.index if known != subject_id]
    choice = compared_ecg.choice([*other_uploads, *ids])
    choice.read()
    with st.container(width=200):
        chosen = st.selectbox(
            "Compare with",
            [compared_ecg.NOTHING, *other_uploads, *ids],
            format_func=lambda token: (
                other_uploads[token].title if token in other_uploads else token
            ),
            key=choice.key,
            on_change=choice.write,
            help="Another ECG, overlaid beat by beat or on a separate sheet. Type to search.",
        )
    if chosen == compared_ecg.NOTHING:
        return None
    if chosen in other_uploads:
        upload = other_uploads[chosen]
        return Comparison(upload.title, uploads.inspection(gallery, upload), is_upload=True)
    return Comparison(chosen, galleries.inspection(gallery, chosen), is_upload=False)


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
    """Return the waves of the mean beat, and the typical beats of the recording."""
    # Imported here: the filters take seconds to load, and the first page does not need them.
    from ptacl.signal.delineation.beats import typical_peaks
    from ptacl.signal.delineation.intervals import without_unmeasured
    from ptacl.signal.delineation.waves import find_waves

    prepared = inspection.prepared
    signal = prepared.signal_mv[:, : prepared.valid_samples]
    rate = gallery.manifest.recipe.ecg.sample_rate_hz
    typical = typical_peaks(signal, prepared.r_peaks, rate)
    return Marks(
        without_unmeasured(find_waves(signal, prepared.r_peaks, rate), inspection.intervals),
        _in_recording(gallery, inspection, typical),
    )


def _premature(inspection: Inspection, peaks: np.ndarray) -> np.ndarray | None:
    """Return the premature beats among the R peaks of the recording; None without any."""
    rhythm = inspection.rhythm
    return peaks[list(rhythm.premature)] if rhythm and rhythm.premature else None


def _overlay(
    gallery: Gallery, inspection: Inspection, peaks: np.ndarray, other: Comparison
) -> Overlay:
    """Return the other ECG, aligned beat by beat."""
    from ptacl.signal.delineation.aligned_beats import align_ecg  # as above

    compared = other.inspection
    ecg = inspection.ecg
    aligned = align_ecg(
        compared.ecg.signal_mv,
        recording_peaks(gallery, compared),
        compared.ecg.sample_rate_hz,
        peaks,
        ecg.sample_rate_hz,
        ecg.signal_mv.shape[1],
    )
    return Overlay(aligned, f"{other.name}, aligned beat by beat", "this ECG")


def _below(gallery: Gallery, other: Comparison, *, beats: bool, waves: bool) -> None:
    """Show the other ECG on a separate sheet with the same settings."""
    compared = other.inspection
    st.markdown(f"**Compared with {literal(other.name)}**")
    _paper(
        compared,
        recording_peaks(gallery, compared),
        recording_spikes(gallery, compared),
        beats=beats,
        marks=_marks(gallery, compared) if waves else None,
        mark_waves=waves,
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
    mark_waves: bool,
    premature: np.ndarray | None = None,
    attribution: Attribution | None = None,
    other: Overlay | None = None,
    anomaly: Anomaly | None = None,
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
        mark_waves=mark_waves,
        premature=premature,
        attribution=attribution,
        other=other,
        anomaly=anomaly,
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
    lacking = [lead for lead, how in ecg.missing.items() if how == "absent"]
    derived = [f"{lead} {how}" for lead, how in ecg.missing.items() if how != "absent"]
    derived += [f"{listed(lacking)} absent"] if lacking else []
    title = ECG_FORMAT_TITLES.get(ecg.source_format, ecg.source_format)
    st.caption(
        f"{title}, {ecg.sample_rate_hz:g} Hz, {ecg.duration_s:.1f} s"
        + (f" · {', '.join(derived)}" if derived else "")
    )
