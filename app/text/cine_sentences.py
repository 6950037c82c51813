"""Sentences about one measured cine: what is not to be trusted, volumes, corrections, the ECG."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ptacl.errors import BadInput, PtaclError
from ptacl.inference.measured_table import MeasuredRow
from ptacl.segmentation.records import AREA_LENGTH, SUMMATION, Method
from ptacl.types import CineMatch, Severity
from ptacl.wording import number, signed

from .labels import listed

if TYPE_CHECKING:
    from ptacl.segmentation.records import CineInspection

BEFORE_CINE = "Before reading the numbers"
METHODS: dict[Method, str] = {SUMMATION: "summation of slices", AREA_LENGTH: "area–length"}
_ADVICE = {
    "cine.not_short_axis": "Give the short-axis cine. If it is one, though its name or plane says "
    "otherwise, `ptacl segment --any-series` reads it.",
    "cine.no_rr_interval": "Give the R–R interval and press Read.",
    "cine.implausible_times": "Give the R–R interval and press Read.",
    "cine.no_order": "`ptacl segment --order` takes what orders the frames.",
}
"""Code of a refused cine → what helps, where the readers name options of the command line."""
_STATES: dict[Severity, str] = {"info": "info", "check": "check", "withhold": "withheld"}
MEASURED_INTERVAL = (
    "The interval holds the errors of contours, of slices between the ones that were taken, and of "
    "the method; it does not hold errors that the flags above name."
)
CORRECT_HELP = (
    "*Correct* stops the cine: drag a contour in the frame shown, or make it wider or narrower; "
    "everything is measured again."
)
UNLIKE = (
    "This cine is unlike the cines that the model was trained on: it gets contours and volumes, "
    "but no embedding and no similar hearts."
)
DIFFERENCE_MEANING = (
    "Difference: measured on the cine minus predicted from the ECG; its interval takes both errors "
    "as independent. The ECG was inspected without the cine."
)


def flag_lines(inspection: CineInspection) -> list[tuple[str, str]]:
    """Return state and sentence of each quality flag, the gravest first; slices count from 1."""
    several = len(inspection.slices) > 1
    return [
        (
            _STATES[flag.severity],
            f"Slice {flag.slice + 1}: {flag.text}"
            if several and flag.slice is not None
            else flag.text,
        )
        for flag in inspection.flags
    ]


def slice_label(inspection: CineInspection, index: int) -> str:
    """Return the label of a slice: its number, where it is, and marks for findings and corrections.

    Args:
        inspection: the cine.
        index: of the slice.
    """
    count = len(inspection.slices)
    ends = {0: " base", count - 1: " apex"}
    label = f"{index + 1}{ends.get(index, '')}"
    if any(flag.severity != "info" for flag in inspection.slice_measurements[index].flags):
        label += " :material/warning:"
    if any(place == index for place, _ in inspection.corrected):
        label += " :material/draw:"
    return label


def player_title(title: str, inspection: CineInspection, index: int) -> str:
    """Return the line above the player, which a saved picture carries."""
    count = len(inspection.slices)
    return f"{title} · slice {index + 1} of {count}" if count > 1 else title


def reading_lines(inspection: CineInspection) -> list[tuple[str, str]]:
    """Return state and sentence of each caveat of the reader, once for all slices."""
    caveats = {
        caveat.code + caveat.text: caveat for cine in inspection.slices for caveat in cine.caveats
    }
    return [(_STATES[caveat.severity], caveat.text) for caveat in caveats.values()]


def contours_verdict(inspection: CineInspection) -> tuple[str, str]:
    """Return the state of the contours and what it rests on."""
    withheld = [flag for flag in inspection.flags if flag.severity == "withhold"]
    doubtful = [flag for flag in inspection.flags if flag.severity == "check"]
    if withheld:
        return "withheld", "Some numbers are not given; the reason is below."
    if doubtful:
        count = f"{len(doubtful)} findings" if len(doubtful) > 1 else "one finding"
        return "check", f"{count.capitalize()} below; look at the contours before the numbers."
    return "good", "Nothing doubtful was found in the contours. They were not seen by a person."


def refusal(error: PtaclError) -> str:
    """Return why a cine was refused, with advice for the page instead of the command line."""
    advice = _ADVICE.get(error.code)
    if advice is None or not isinstance(error, BadInput):
        return str(error)
    return f"{error.where}: {error.found}. {advice}"


def slices_sentence(inspection: CineInspection) -> str:
    """Return what was read: slices, frames, and what is missing."""
    slices = inspection.slices
    frames = sorted({len(cine.frames) for cine in slices})
    count = f"{len(slices)} slices" if len(slices) > 1 else "one slice"
    text = f"{count.capitalize()} of {listed([str(n) for n in frames])} frames"
    if all(cine.two_phases for cine in slices):
        text = f"{count.capitalize()} at end-diastole and end-systole only"
    step = inspection.measurement.coverage.step_mm
    if step is not None and len(slices) > 1:
        text += f", {step:.1f} mm apart"
    left_out = len(inspection.unreadable)
    if left_out:
        text += f"; {left_out} left out" if left_out > 1 else "; one left out"
    return f"{text}."


def no_volume_sentence(inspection: CineInspection) -> str:
    """Return why there is no volume; empty where there is one."""
    if inspection.measurement.phenotypes:
        return ""
    reasons = [flag.text for flag in inspection.flags if flag.severity == "withhold"]
    reason = inspection.measurement.coverage.text or next(iter(reasons), "")
    return f"No volume is given. {reason} Areas of each slice are.".replace("  ", " ")


def method_sentence(rows: Sequence[MeasuredRow], *, single: bool) -> str:
    """Return how the volumes were measured."""
    methods = list(dict.fromkeys(METHODS[row.method] for row in rows))
    if not methods:
        return ""
    text = f"Measured by {listed(methods)}. {MEASURED_INTERVAL}"
    if single:
        return (
            f"{text} One slice does not show how long the ventricle is: the interval holds how "
            "people of one size differ in it."
        )
    return text


def corrected_sentence(inspection: CineInspection) -> str:
    """Return how many frames were corrected by hand; empty for none."""
    count = len(inspection.corrected)
    if not count:
        return ""
    slices = len({index for index, _ in inspection.corrected})
    frames = f"{count} frames" if count > 1 else "one frame"
    where = f"{slices} slices" if slices > 1 else "one slice"
    return f"Corrected by hand: {frames} in {where}. Everything is measured on these contours."


def difference_sentence(rows: Sequence[MeasuredRow]) -> str:
    """Return how what the ECG predicted compares with what was measured."""
    compared = [row for row in rows if row.difference is not None]
    if not compared:
        return ""
    outside = [row for row in compared if row.predicted and not row.within_prediction]
    if not outside:
        return (
            f"All {len(compared)} measured values are within the 90 % intervals of what the ECG "
            "predicted."
        )
    named = listed(
        [f"{row.name} ({signed(row.difference or 0.0, 0)} {row.unit})" for row in outside]
    )
    return (
        f"Outside the 90 % interval of what the ECG predicted: {named}; the other "
        f"{len(compared) - len(outside)} within."
    )


def match_sentence(match: CineMatch) -> str:
    """Return whether the model knows such cines, with distance and limit."""
    found = match.familiarity
    if found is None:
        return "The gallery has too few cines to tell whether the model knows cines like this one."
    distances = f"distance {number(found.distance, 1)}, limit {number(found.limit, 1)}"
    if match.familiar:
        return f"In distribution for the model ({distances})."
    return f"{UNLIKE} ({distances[:1].upper()}{distances[1:]}.)"
