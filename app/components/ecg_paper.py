"""12-lead ECG on paper in true proportions, with calipers and overlays.

The browser holds the samples and draws: layout, order of the leads, speed, gain and scale are
chosen there without server calls.
"""

import zlib
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import streamlit as st
from jaxtyping import Float, Float32, Int

from ptacl.restoration.grid import STRIP_S
from ptacl.restoration.record import shown_restored
from ptacl.types import Anomaly, Attribution, EcgSignal, Waves

from .assets import join_assets, link_modules, read_asset
from .headers import AttributionTint, EcgPaperHeader
from .packing import pack

_mount = st.components.v2.component(
    "ecg_paper",
    html=read_asset("ecg_paper/page.html"),
    css=join_assets(["shared/base.css", "ecg_paper/style.css"]),
    js=link_modules("ecg_paper/main.js"),
)

SENT_S = 120.0
"""Longest part that is sent to the browser: 3 MB at 500 Hz."""
_STRONGEST_PERCENTILE = 99.5
"""Attribution of the full tint, so that one segment does not pale all others."""


@dataclass(frozen=True, slots=True)
class Marks:
    """P, QRS and T to mark on typical beats."""

    waves: Waves
    """Wave boundaries of the mean beat."""
    r_peaks: Int[np.ndarray, " typical"]
    """Sample numbers of beats like the mean beat; on an ectopic beat the marks would be wrong."""


@dataclass(frozen=True, slots=True)
class Overlay:
    """A second ECG overlaid beat by beat on the first."""

    signal_mv: Float32[np.ndarray, "leads=12 samples"]
    """As from `aligned_beats.align_ecg`: as long as the first, NaN between beats."""
    label: str
    """Its name in the legend."""
    own_label: str
    """Name of the first ECG in the legend."""


def ecg_paper(
    signal_mv: EcgSignal,
    sample_rate_hz: float,
    *,
    read_from_s: float = 0.0,
    r_peaks: Int[np.ndarray, " beats"] | None = None,
    mark_beats: bool = True,
    spikes: Int[np.ndarray, " spikes"] | None = None,
    marks: Marks | None = None,
    mark_waves: bool = True,
    premature: Int[np.ndarray, " premature"] | None = None,
    attribution: Attribution | None = None,
    other: Overlay | None = None,
    anomaly: Anomaly | None = None,
    filter_label: str = "",
    flagged_leads: Mapping[str, str] | None = None,
    heart_rate_bpm: float | None = None,
    key: str,
) -> None:
    """Show a 12-lead ECG on paper, ten seconds a sheet.

    At true scale a millimetre is 96/25.4 CSS pixels and the sheet scrolls sideways where the
    window is narrower; it can be fitted to the width, which the footer then states. Each lead is
    drawn about its own median, so that an electrode's offset does not move it off its row.

    Args:
        signal_mv: (12, samples) in mV, leads in the canonical order; NaN lifts the pen. Of more
            than two minutes the part around ``read_from_s`` is shown, as stated on the sheet.
        sample_rate_hz: samples a second.
        read_from_s: start of the part that the model used; the first sheet begins there.
        r_peaks: R peaks as sample numbers.
        mark_beats: whether the last row marks them and prints the R-R intervals.
        spikes: pacemaker stimuli as sample numbers; always marked.
        marks: onset and offset of P, QRS and T, which statements of the page light.
        mark_waves: whether they are marked throughout.
        premature: R peaks of premature beats as sample numbers.
        attribution: attribution of a prediction, tinted along the traces from ``read_from_s`` on.
        other: a second ECG to overlay.
        anomaly: what does not fit, not withheld: a strip under each lead and the restored trace.
        filter_label: the display filter's band, printed in the footer.
        flagged_leads: lead -> reason for its quality flag, printed after its name.
        heart_rate_bpm: as measured, for the description.
        key: the component's name on the page.
    """
    peaks = np.zeros(0, np.int32) if r_peaks is None else np.asarray(r_peaks, np.int32)
    stimuli = np.zeros(0, np.int32) if spikes is None else np.asarray(spikes, np.int32)
    first, last = sent_samples(signal_mv.shape[1], sample_rate_hz, read_from_s)
    open_s = read_from_s - first / sample_rate_hz
    shown = _about_median(signal_mv[:, first:last])
    flagged = dict(flagged_leads or {})
    header: EcgPaperHeader = {
        "sampleRateHz": float(sample_rate_hz),
        "durationS": signal_mv.shape[1] / sample_rate_hz,
        "offsetS": first / sample_rate_hz,
        "sentS": (last - first) / sample_rate_hz,
        "openS": open_s,
        "recording": f"{zlib.crc32(shown.data)}",
        "markBeats": mark_beats,
        "markWaves": mark_waves and marks is not None,
        "flagged": flagged,
        "filter": filter_label,
        "description": describe(
            signal_mv, sample_rate_hz, peaks, flagged, stimuli.size, heart_rate_bpm
        ),
    }
    offset = np.int32(first)
    arrays = {"signal": shown, "peaks": peaks - offset, "spikes": stimuli - offset}
    if premature is not None:
        arrays["premature"] = np.asarray(premature - first, np.int32)
    if marks is not None:
        header["waves"] = marks.waves.spans_ms()
        arrays["wavePeaks"] = np.asarray(marks.r_peaks - first, np.int32)
    if attribution is not None:
        header["attribution"] = _tint(
            attribution, sample_rate_hz, read_from_s - first / sample_rate_hz
        )
        arrays["attribution"] = attribution.segments.astype(np.float32)
    if other is not None:
        header["otherLabel"], header["ownLabel"] = other.label, other.own_label
        arrays["other"] = np.ascontiguousarray(other.signal_mv[:, first:last])
    if anomaly is not None and anomaly.z is not None:
        header["anomaly"] = {
            "startSample": read_from_s * sample_rate_hz - first,
            "stepSamples": STRIP_S * sample_rate_hz,
        }
        arrays["anomaly"] = np.asarray(anomaly.z, np.float32)
        restored = shown_restored(anomaly, signal_mv, sample_rate_hz, read_from_s)
        arrays["restored"] = np.ascontiguousarray(restored[:, first:last])
    _mount(key=key, data=pack(header, arrays))


def sent_samples(samples: int, sample_rate_hz: float, read_from_s: float) -> tuple[int, int]:
    """Return the range of samples to send to the browser, around the part that was read.

    Example:
        >>> sent_samples(1_000_000, 500.0, 900.0), sent_samples(5000, 500.0, 0.0)
        ((420000, 480000), (0, 5000))
    """
    length = min(round(SENT_S * sample_rate_hz), samples)
    first = round((read_from_s - SENT_S / 2) * sample_rate_hz)
    first = min(max(first, 0), samples - length)
    return first, first + length


def describe(
    signal_mv: EcgSignal,
    sample_rate_hz: float,
    r_peaks: Int[np.ndarray, " beats"],
    flagged: Mapping[str, str],
    spikes: int = 0,
    heart_rate_bpm: float | None = None,
) -> str:
    """Return the recording in words, for screen readers.

    Args:
        signal_mv: (12, samples).
        sample_rate_hz: samples a second.
        r_peaks: beats as sample numbers.
        flagged: lead → reason for its quality flag.
        spikes: number of pacemaker stimuli.
        heart_rate_bpm: as measured (`EcgIntervals`); NaN or None where it is not known.
    """
    parts = [f"12-lead ECG, {signal_mv.shape[1] / sample_rate_hz:.1f} s"]
    if heart_rate_bpm is not None and np.isfinite(heart_rate_bpm):
        parts.append(f"{len(r_peaks)} beats, {heart_rate_bpm:.0f} per minute")
    if spikes:
        parts.append(f"{spikes} pacemaker spikes")
    parts += [f"lead {lead}: {reason}" for lead, reason in flagged.items()]
    return "; ".join(parts)


def _tint(attribution: Attribution, sample_rate_hz: float, start_s: float) -> AttributionTint:
    """Return name, unit, position and full scale of an attribution for the browser."""
    strongest = float(np.percentile(np.abs(attribution.segments), _STRONGEST_PERCENTILE))
    return {
        "name": attribution.name,
        "unit": attribution.unit,
        "strongest": max(strongest, 1e-9),
        "startSample": start_s * sample_rate_hz,
        "segmentSamples": attribution.segment_s * sample_rate_hz,
        "segmentMs": round(1e3 * attribution.segment_s),
    }


def _about_median(
    signal_mv: Float[np.ndarray, "leads samples"],
) -> Float32[np.ndarray, "leads samples"]:
    """Subtract each lead's median; a lead of NaN alone stays NaN."""
    with np.errstate(all="ignore"):
        medians = np.nan_to_num(
            np.nanmedian(np.where(np.isfinite(signal_mv), signal_mv, np.nan), 1)
        )
    return np.asarray(signal_mv - medians[:, None], np.float32)
