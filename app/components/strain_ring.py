"""The wall of the left ventricle over the frames, coloured by the strain of its segments."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int

from ..charts.palette import PUOR
from .headers import RingHeader

LIMIT_PERCENT = 25
"""Strain of the strongest colours: the same for all hearts, so that they may be compared."""


@dataclass(frozen=True, slots=True, eq=False)
class StrainRing:
    """Borders of the wall in every frame, and the strain of its segments."""

    inner: Float[np.ndarray, "angles frames 2"]
    """Material points of the inner border, (column, row) in pixels of the whole slice."""
    outer: Float[np.ndarray, "angles frames 2"]
    segment_of_angle: Int[np.ndarray, " angles"]
    """Index of the segment between each point and the next."""
    strain_percent: Float[np.ndarray, "segments frames"]
    segments: tuple[str, ...]
    """Short name of each segment, drawn in its middle."""
    what: str
    """What is coloured."""
    offset: tuple[int, int] = (0, 0)
    """Row and column of the slice at which the frames that are shown begin."""

    def header(self) -> RingHeader:
        """Return names, scale and place in JSON types."""
        return {
            "offset": self.offset,
            "segments": list(self.segments),
            "limit": LIMIT_PERCENT,
            "colours": list(PUOR),
            "what": self.what,
        }

    def arrays(self) -> dict[str, np.ndarray]:
        """Return points, segments and strain in the browser's types."""
        return {
            "ringPoints": np.stack([self.inner, self.outer]).astype(np.float32),
            "ringSegments": np.asarray(self.segment_of_angle, np.int32),
            "ringStrain": np.asarray(self.strain_percent, np.float32),
        }
