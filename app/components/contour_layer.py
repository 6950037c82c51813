"""Contours over the frames of the cine player, and what comes back when one was moved."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float32

from .headers import ContoursHeader

Ring = Float32[np.ndarray, "_ 2"]
"""Points (column, row) in pixels of the whole slice; integers are centres of pixels."""


@dataclass(frozen=True, slots=True)
class ContourStyle:
    """Name and look of one contour."""

    key: str
    label: str
    colour: str


@dataclass(frozen=True, slots=True, eq=False)
class ContourLayer:
    """The contours of all frames of one slice."""

    styles: tuple[ContourStyle, ...]
    rings: Mapping[str, Sequence[Sequence[Ring]]]
    """Key of the style → a list of rings for each frame."""
    target: str
    """Names the slice; a correction brings it back, so that it never meets another slice."""
    offset: tuple[int, int] = (0, 0)
    """Row and column of the slice at which the frames that are shown begin."""
    corrected_frames: tuple[int, ...] = ()
    """Frames that were corrected by hand, which are marked."""
    editable: bool = True

    def header(self) -> ContoursHeader:
        """Return names, colours and marks in JSON types."""
        return {
            "outlines": [
                {"key": style.key, "label": style.label, "colour": style.colour}
                for style in self.styles
            ],
            "offset": self.offset,
            "target": self.target,
            "correctedFrames": list(self.corrected_frames),
            "editable": self.editable,
        }

    def arrays(self) -> dict[str, np.ndarray]:
        """Return all points one after the other, and (frame, style, start, count) of each ring."""
        points: list[Ring] = []
        places: list[tuple[int, int, int, int]] = []
        start = 0
        for number, style in enumerate(self.styles):
            for frame, rings in enumerate(self.rings.get(style.key, ())):
                for ring in rings:
                    places.append((frame, number, start, len(ring)))
                    points.append(np.asarray(ring, np.float32))
                    start += len(ring)
        return {
            "contourPoints": np.concatenate([np.zeros((0, 2), np.float32), *points]),
            "contourRings": np.array(places, np.int32).reshape(-1, 4),
        }


@dataclass(frozen=True, slots=True, eq=False)
class Correction:
    """One ring that a person moved."""

    target: str
    frame: int
    key: str
    """Of the contour's style."""
    ring: int
    """Number of the ring within its contour and frame."""
    points: Ring


def read_correction(message: object) -> Correction | None:
    """Return the correction of a message of the browser; None if it is not one.

    Args:
        message: what the player sent; checked, because a browser may send anything.
    """
    if not isinstance(message, Mapping):
        return None
    target, key = message.get("target"), message.get("key")
    frame, ring = message.get("frame"), message.get("ring")
    try:
        points = np.asarray(message.get("points"), np.float32)
    except (TypeError, ValueError):
        return None
    if not (isinstance(target, str) and isinstance(key, str)):
        return None
    if not (isinstance(frame, int) and isinstance(ring, int) and min(frame, ring) >= 0):
        return None
    if points.ndim != 2 or points.shape[1] != 2 or not np.isfinite(points).all():
        return None
    return Correction(target, frame, key, ring, points)
