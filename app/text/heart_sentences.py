"""Sentences about contours of the gallery's hearts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from .labels import listed

if TYPE_CHECKING:
    from ptacl.segmentation.records import CineInspection

_NAMED = 4
"""Doubtful hearts that are listed; of more, only their number is given."""


def contours_note(inspections: Mapping[str, CineInspection]) -> str:
    """Return what the contours of hearts are, and which of them to look at with care.

    Args:
        inspections: at least one, by subject.
    """
    info = next(iter(inspections.values())).segmenter
    trained = ", trained on synthetic scenes" if info.synthetic else ""
    text = (
        f"Contours: drawn by {info.name} {info.version}{trained}, on the gallery's "
        "reduced cine of one slice. They were not checked by a person."
    )
    doubtful = [subject for subject, own in inspections.items() if is_doubtful(own)]
    if not doubtful:
        return text
    if len(inspections) == 1:
        reasons = " ".join(f.text for f in inspections[doubtful[0]].flags if f.severity != "info")
        return f"{text} Check them: {reasons}"
    named = listed(doubtful) if len(doubtful) <= _NAMED else f"{len(doubtful)} hearts"
    return f"{text} Check those of {named}: something in them is unusual."


def is_doubtful(inspection: CineInspection) -> bool:
    """Return whether a check of the contours found something unusual."""
    return any(flag.severity != "info" for flag in inspection.flags)
