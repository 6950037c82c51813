"""Sentences and tables about the strain of one slice."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from ptacl.motion.records import FIRST_SEGMENT_NUMBER, SEGMENTS, Peak
from ptacl.types import Severity
from ptacl.wording import MISSING, number, signed

if TYPE_CHECKING:
    from ptacl.motion.records import SliceMotion

BEFORE_STRAIN = "Before reading the strain"
RING = "circumferential strain, middle of the wall"
MEANING = (
    "Strain: change of a length in the wall since the first frame, the R wave, in percent; "
    "shortening is negative, thickening positive. It is measured by following the muscle through "
    "the images, and not on the area of the cavity. One slice does not show motion through its "
    "plane. Mechanical dispersion: SD of the segments' times to peak. Segments are numbered as at "
    "the mid-ventricular level of the model of the American Heart Association; in other slices "
    "they are the same sectors."
)
_STATES: dict[Severity, str] = {"info": "info", "check": "check", "withhold": "withheld"}


def segment_labels() -> tuple[str, ...]:
    """Return number and name of each segment.

    Example:
        >>> segment_labels()[0]
        '7 anterior'
    """
    return tuple(
        f"{FIRST_SEGMENT_NUMBER + index} {segment}" for index, segment in enumerate(SEGMENTS)
    )


def strain_flags(motion: SliceMotion) -> list[tuple[str, str]]:
    """Return state and sentence of what makes the strain of a slice doubtful."""
    return [(_STATES[flag.severity], flag.text) for flag in motion.flags]


def is_doubtful(motion: SliceMotion) -> bool:
    """Return whether a check of the motion found something that makes it doubtful."""
    return any(flag.severity != "info" for flag in motion.flags)


def strain_sentence(motion: SliceMotion) -> str:
    """Return the peak of the global circumferential strain, its time, and the dispersion."""
    peaks = motion.peaks
    text = f"Peak global circumferential strain **{signed(peaks.gcs.percent)} %**"
    if peaks.gcs.time_ms == peaks.gcs.time_ms:
        text += f" at {number(peaks.gcs.time_ms)} ms after the R wave"
    if peaks.dispersion_ms == peaks.dispersion_ms:
        text += f"; the six segments reach theirs with an SD of {number(peaks.dispersion_ms)} ms"
    return f"{text}."


def strain_table(motion: SliceMotion) -> pd.DataFrame:
    """Return the peaks of a slice with their units, a row each."""
    peaks = motion.peaks
    rows = [
        _peak("Global circumferential, mid-wall", peaks.gcs),
        _peak("Global circumferential, endocardium", peaks.gcs_endocardium),
        *(
            _peak(f"Segment {label}", peak)
            for label, peak in zip(segment_labels(), peaks.segments, strict=True)
        ),
        _peak("Global radial", peaks.radial),
        ("Mechanical dispersion", _with(peaks.dispersion_ms, 0, "ms"), ""),
        ("Systolic strain rate, lowest", _rate(peaks.systolic_rate_per_s), ""),
        ("Diastolic strain rate, highest", _rate(peaks.diastolic_rate_per_s), ""),
        ("Rotation, largest", f"{signed(peaks.rotation_deg)}°", ""),
    ]
    if peaks.rv_free_wall is not None:
        rows.append(_peak("RV free wall", peaks.rv_free_wall))
    return pd.DataFrame(rows, columns=["Strain", "Peak", "Time to peak"]).set_index("Strain")


def _peak(name: str, peak: Peak) -> tuple[str, str, str]:
    return name, f"{signed(peak.percent)} %", _with(peak.time_ms, 0, "ms")


def _with(value: float, decimals: int, unit: str) -> str:
    text = number(value, decimals)
    return text if text == MISSING else f"{text} {unit}"


def _rate(value: float) -> str:
    text = signed(value, 2)
    return text if text == MISSING else f"{text} 1/s"
