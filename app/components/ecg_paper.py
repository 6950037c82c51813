"""A 12-lead ECG on paper, at true proportions, with calipers."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Literal

import numpy as np
import streamlit as st
from jaxtyping import Float, Float32, Int

from components.assets import SHARED_SCRIPTS, join_assets, read_asset
from components.packing import pack
from components.paper_layout import SHEET_S, PaperLayout, lay_out
from ptacl.types import EcgSignal

_mount = st.components.v2.component(
    "ecg_paper",
    html=read_asset("ecg_paper/page.html"),
    css=join_assets(["shared/base.css", "ecg_paper/style.css"]),
    js=join_assets(
        [*SHARED_SCRIPTS, "ecg_paper/drawing.js", "ecg_paper/calipers.js", "ecg_paper/main.js"]
    ),
)


def ecg_paper(
    signal_mv: EcgSignal,
    sample_rate_hz: float,
    *,
    layout: PaperLayout = "3x4",
    speed_mm_s: float = 25.0,
    gain_mm_mv: float = 10.0,
    start_s: float = 0.0,
    r_peaks: Int[np.ndarray, " beats"] | None = None,
    filter_label: str = "",
    flagged_leads: Mapping[str, str] | None = None,
    shading: Float[np.ndarray, "leads=12 steps"] | None = None,
    shading_label: str = "",
    scale: Literal["true", "fit"] = "true",
    key: str,
) -> None:
    """Show 10 s of a 12-lead ECG on paper.

    At true scale a millimetre is 96/25.4 CSS pixels and the sheet scrolls sideways where the
    window is narrower; the person may fit it to the width, which the footer then says. Each lead
    is drawn about its own median, so that an electrode's offset does not push it off its row.

    Args:
        signal_mv: (12, samples) in mV, leads in the canonical order; NaN lifts the pen.
        sample_rate_hz: samples a second.
        layout: rows x columns; ``3x4`` adds a 10 s lead II rhythm strip.
        speed_mm_s: paper speed, usually 25 (also 12.5 or 50).
        gain_mm_mv: usually 10 (also 5 or 20).
        start_s: where the sheet begins in a recording longer than 10 s.
        r_peaks: beats as sample numbers, ticked along the last row.
        filter_label: the display filter's band, printed in the footer.
        flagged_leads: lead -> why it needs a second look, printed beside its name.
        shading: (12, steps) in [0, 1] over the whole recording: tint behind each lead.
        shading_label: what the tint means.
        scale: what is shown first.
        key: the component's name on the page.
    """
    centred = _about_median(signal_mv)
    sheet = lay_out(
        centred,
        sample_rate_hz,
        layout=layout,
        speed_mm_s=speed_mm_s,
        gain_mm_mv=gain_mm_mv,
        start_s=start_s,
    )
    flagged = dict(flagged_leads or {})
    peaks = np.zeros(0, np.int32) if r_peaks is None else np.asarray(r_peaks, np.int32)
    arrays = {"signal": centred, "peaks": peaks}
    if shading is not None:
        arrays["shading"] = np.asarray(shading, np.float32)
    header = {
        "sheet": asdict(sheet),
        "sampleRateHz": float(sample_rate_hz),
        "speedMmS": float(speed_mm_s),
        "gainMmMv": float(gain_mm_mv),
        "flagged": flagged,
        "footer": footer(speed_mm_s, gain_mm_mv, filter_label),
        "excerpt": excerpt(signal_mv.shape[1] / sample_rate_hz, start_s),
        "shadingLabel": shading_label,
        "description": describe(signal_mv, sample_rate_hz, peaks, flagged),
        "scale": scale,
    }
    _mount(key=key, data=pack(header, arrays))


def footer(speed_mm_s: float, gain_mm_mv: float, filter_label: str) -> str:
    """Return speed, gain and filter as the clinic prints them.

    Example:
        >>> footer(25.0, 10.0, "0.5–40 Hz")
        '25 mm/s · 10 mm/mV · 0.5–40 Hz'
    """
    return " · ".join(
        part for part in (f"{speed_mm_s:g} mm/s", f"{gain_mm_mv:g} mm/mV", filter_label) if part
    )


def excerpt(duration_s: float, start_s: float) -> str:
    """Say which part of a longer recording the sheet shows; empty where it shows it all.

    Example:
        >>> excerpt(60.0, 20.0)
        '20–30 s of 60 s'
    """
    if duration_s <= SHEET_S and start_s == 0:
        return ""
    return f"{start_s:g}–{min(start_s + SHEET_S, duration_s):g} s of {duration_s:g} s"


def describe(
    signal_mv: EcgSignal,
    sample_rate_hz: float,
    r_peaks: Int[np.ndarray, " beats"],
    flagged: Mapping[str, str],
) -> str:
    """Return the sheet in words, for those who hear the page."""
    parts = [f"12-lead ECG, {signal_mv.shape[1] / sample_rate_hz:.1f} s"]
    rate = heart_rate_bpm(r_peaks, sample_rate_hz)
    if rate is not None:
        parts.append(f"{len(r_peaks)} beats marked, {rate:.0f} per minute")
    parts += [f"lead {lead}: {reason}" for lead, reason in flagged.items()]
    return "; ".join(parts) + "."


def heart_rate_bpm(r_peaks: Sequence[int] | np.ndarray, sample_rate_hz: float) -> float | None:
    """Return the mean rate between the first and the last beat; None below two beats."""
    if len(r_peaks) < 2:
        return None
    return 60.0 * sample_rate_hz * (len(r_peaks) - 1) / float(r_peaks[-1] - r_peaks[0])


def _about_median(signal_mv: EcgSignal) -> Float32[np.ndarray, "leads samples"]:
    """Subtract each lead's median; a lead of NaN alone stays NaN."""
    with np.errstate(all="ignore"):
        medians = np.nan_to_num(
            np.nanmedian(np.where(np.isfinite(signal_mv), signal_mv, np.nan), 1)
        )
    return np.asarray(signal_mv - medians[:, None], np.float32)
