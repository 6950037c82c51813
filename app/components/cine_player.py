"""Player of a cine with its ECG, similarity map and volume curve, synchronised in the browser."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import streamlit as st
from jaxtyping import Float, Int, UInt8

from ptacl.signal.delineation.phase_beat import PHASES, mean_beat_by_phase

from ..charts.palette import CIVIDIS
from .assets import PLAYER_STYLES, join_assets, link_modules, read_player_page
from .clock_curves import ClockCurves
from .contour_layer import ContourLayer, Correction, read_correction
from .headers import CineBeat, CineGeometry, CinePlayerHeader, CurveLabels
from .packing import pack
from .strain_ring import StrainRing

_mount = st.components.v2.component(
    "cine_player",
    html=read_player_page("cine_player/page.html"),
    css=join_assets([*PLAYER_STYLES, "cine_player/style.css"]),
    js=link_modules("cine_player/main.js"),
)


@dataclass(frozen=True, slots=True)
class CurveNames:
    """What the curve shows: volumes of the ventricles by default."""

    left: str = "LV"
    right: str = "RV"
    unit: str = "mL"
    digits: int = 0
    what: str = "Volume of the left ventricle"

    def header(self) -> CurveLabels:
        """Return the labels of the curve for the browser."""
        return {"left": self.left, "right": self.right, "unit": self.unit, "digits": self.digits}


VOLUMES = CurveNames()


def cine_player(
    frames: UInt8[np.ndarray, "frames rows columns"],
    rr_ms: float,
    spacing: tuple[float, float],
    *,
    similarity: Float[np.ndarray, "bins frames"] | None = None,
    path: Int[np.ndarray, " bins"] | None = None,
    ecg_lead_mv: Float[np.ndarray, " samples"] | None = None,
    ecg_sample_rate_hz: float | None = None,
    r_peaks: Int[np.ndarray, " beats"] | None = None,
    ecg_label: str = "ECG lead II",
    volume_ml: Float[np.ndarray, " frames"] | None = None,
    right_volume_ml: Float[np.ndarray, " frames"] | None = None,
    curve: CurveNames = VOLUMES,
    ed_frame: int | None = 0,
    es_frame: int | None = None,
    in_order: bool = True,
    curves: Sequence[ClockCurves] = (),
    contours: ContourLayer | None = None,
    ring: StrainRing | None = None,
    on_correct: Callable[[Correction], None] | None = None,
    title: str = "",
    footnote: str = "",
    autoplay: bool = True,
    key: str,
) -> None:
    """Play one heart cycle; all panels follow one clock without server calls.

    Panels without data are left out. Pointing at the map, the strip or the curve holds the clock
    there, a click keeps it; a drag on the time axis, or [ and ], loops a part of the beat. Space
    plays, arrows step, with Shift they set window and level; + and − magnify. Playback starts
    paused where reduced motion is preferred.

    Args:
        frames: 8-bit frames, evenly spread over the beat, frame 0 at the R wave.
        rr_ms: R-R interval of the scan in ms; NaN where it is not known: then no times are shown.
        spacing: row and column spacing in mm.
        similarity: cosine in [-1, 1] of each ECG segment (by phase) and each frame.
        path: the frame matched to each segment.
        ecg_lead_mv: a lead in mV: with ``r_peaks`` a recording, of which one typical beat and
            the mean beat are shown (none where it has fewer than two); without, a mean beat from
            R to R by phase.
        ecg_sample_rate_hz: sample rate of the recording; names the beat's R-R interval.
        r_peaks: R peaks as sample numbers of ``ecg_lead_mv``.
        ecg_label: name of the lead.
        volume_ml: volume of the left ventricle at each frame.
        right_volume_ml: of the right ventricle, drawn dashed.
        curve: names and unit of what the curves show instead of volumes.
        ed_frame: end of diastole; None where it is not known.
        es_frame: end of systole; by default the frame of least volume.
        in_order: False where frames were shuffled: then no frame is of systole or diastole.
        curves: further curves, a panel each; every one has a value for each frame.
        contours: contours over the frames, which can be hidden and, if editable, be moved.
        ring: the wall coloured by strain, which can be hidden.
        on_correct: called with each contour that was moved, before the page runs again.
        title: a line above the player.
        footnote: text below a saved frame: badge, model, disclaimer.
        autoplay: whether playback starts without a click.
        key: the component's name on the page.
    """
    frames = np.asarray(frames, np.uint8)
    beats, ecg_labels = _beats(ecg_lead_mv, ecg_sample_rate_hz, r_peaks, ecg_label)
    if es_frame is None and volume_ml is not None:
        es_frame = int(np.argmin(volume_ml))
    header: CinePlayerHeader = {
        **geometry(frames, spacing),
        **_beat(rr_ms, ed_frame, es_frame, in_order),
        "curve": curve.header(),
        "curves": [panel.header() for panel in curves],
        "ecgLabels": ecg_labels,
        "title": title,
        "footnote": footnote,
        "autoplay": autoplay,
        "colours": list(CIVIDIS),
        "descriptions": describe(
            frames.shape[0], rr_ms, similarity, volume_ml, ecg_label, curve=curve
        ),
    }
    panels = _panels(similarity, path, volume_ml, right_volume_ml)
    panels |= {f"curves{number}": panel.values() for number, panel in enumerate(curves)}
    panels |= _add_overlays(header, contours, ring)

    def corrected() -> None:
        correction = read_correction(st.session_state[key]["corrected"])
        if on_correct is not None and correction is not None:
            on_correct(correction)

    _mount(
        key=key,
        data=pack(header, {"frames": frames, **panels, **beats}),
        on_corrected_change=corrected,
    )


def _panels(
    similarity: Float[np.ndarray, "bins frames"] | None,
    path: Int[np.ndarray, " bins"] | None,
    volume_ml: Float[np.ndarray, " frames"] | None,
    right_volume_ml: Float[np.ndarray, " frames"] | None,
) -> dict[str, np.ndarray]:
    """Return the arrays of the optional panels in the browser's types."""
    panels = (
        ("similarity", similarity, np.float32),
        ("path", path, np.int32),
        ("volume", volume_ml, np.float32),
        ("rightVolume", right_volume_ml, np.float32),
    )
    return {name: np.asarray(array, dtype) for name, array, dtype in panels if array is not None}


def _add_overlays(
    header: CinePlayerHeader, contours: ContourLayer | None, ring: StrainRing | None
) -> dict[str, np.ndarray]:
    """Describe what is drawn over the frames in the header; return its arrays."""
    arrays: dict[str, np.ndarray] = {}
    if contours is not None:
        header["contours"] = contours.header()
        arrays |= contours.arrays()
    if ring is not None:
        header["ring"] = ring.header()
        arrays |= ring.arrays()
    return arrays


def _beat(rr_ms: float, ed_frame: int | None, es_frame: int | None, in_order: bool) -> CineBeat:
    """Return length and events of the beat for the browser."""
    timed = bool(np.isfinite(rr_ms))
    return {
        "rrMs": float(rr_ms) if timed else 1000.0,
        "timed": timed,
        "edFrame": ed_frame,
        "esFrame": es_frame,
        "inOrder": in_order,
    }


def geometry(
    frames: UInt8[np.ndarray, "frames rows columns"], spacing: tuple[float, float]
) -> CineGeometry:
    """Return size and spacing of the frames for the browser."""
    count, rows, columns = frames.shape
    row_mm, column_mm = spacing
    return {
        "frames": count,
        "rows": rows,
        "columns": columns,
        "spacing": (float(row_mm), float(column_mm)),
    }


def typical_beat(
    lead_mv: Float[np.ndarray, " samples"], r_peaks: Int[np.ndarray, " beats"] | Sequence[int]
) -> tuple[int, int] | None:
    """Return first and last sample of the beat with the median R-R interval.

    None where fewer than two R peaks are inside the recording.

    Example:
        >>> typical_beat(np.zeros(1000), [0, 400, 600, 900])
        (600, 900)
    """
    peaks = np.asarray(r_peaks)
    peaks = peaks[(peaks >= 0) & (peaks < len(lead_mv))]
    if len(peaks) < 2:
        return None
    intervals = np.diff(peaks)
    index = int(np.argsort(intervals, kind="stable")[len(intervals) // 2])
    return int(peaks[index]), int(peaks[index + 1])


def _beats(
    lead_mv: Float[np.ndarray, " samples"] | None,
    sample_rate_hz: float | None,
    r_peaks: Int[np.ndarray, " beats"] | None,
    label: str,
) -> tuple[dict[str, np.ndarray], dict[str, str]]:
    """Return ``beat`` and ``mean``, from R to R on an even grid of phases, and their labels.

    Both are empty without a lead or with fewer than two beats.
    """
    if lead_mv is None:
        return {}, {}
    labels = {"mean": f"{label}, mean beat"}
    if r_peaks is None:
        return {"mean": np.asarray(lead_mv, np.float32)}, labels
    span = typical_beat(lead_mv, r_peaks)
    known = np.nan_to_num(np.asarray(lead_mv, np.float64))
    mean = mean_beat_by_phase(known, np.asarray(r_peaks))
    if span is None or mean is None:
        return {}, {}
    first, last = span
    positions = first + (last - first) * np.arange(PHASES) / PHASES
    beat = np.interp(positions, np.arange(len(known)), known)
    labels["beat"] = f"{label}, one beat"
    if sample_rate_hz is not None:
        labels["beat"] += f" of {1000 * (last - first) / sample_rate_hz:.0f} ms"
    return {"beat": beat.astype(np.float32), "mean": mean}, labels


def describe(
    frames: int,
    rr_ms: float,
    similarity: Float[np.ndarray, "bins frames"] | None,
    volume_ml: Float[np.ndarray, " frames"] | None,
    ecg_label: str,
    *,
    curve: CurveNames = VOLUMES,
) -> dict[str, str]:
    """Describe each panel for screen readers."""
    length = f" of {rr_ms:.0f} ms" if np.isfinite(rr_ms) else ""
    descriptions = {
        "cine": f"Cine of the heart, {frames} frames over one beat{length}.",
        "strip": f"{ecg_label}, from one R wave to the next.",
    }
    if similarity is not None:
        descriptions["map"] = (
            f"Similarity of {similarity.shape[0]} ECG segments and {similarity.shape[1]} frames, "
            f"cosine {similarity.min():.2f} to {similarity.max():.2f}."
        )
    if volume_ml is not None:
        most, least = (f"{v:.{curve.digits}f}" for v in (volume_ml.max(), volume_ml.min()))
        descriptions["curve"] = (
            f"{curve.what} over the beat: {most} {curve.unit} at end of diastole, "
            f"least {least} {curve.unit}."
        )
    return descriptions
