"""Further curves on the player's clock: areas, strain."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from jaxtyping import Float, Float32

from ptacl.wording import number

from .headers import ClockPanel


@dataclass(frozen=True, slots=True, eq=False)
class ClockLine:
    """One curve over the beat."""

    name: str
    values: Float[np.ndarray, " frames"]
    """A value for each frame of the cine; NaN where there is none."""
    colour: str
    on_dark: str = ""
    """Colour on a dark background; by default the same."""
    dash: tuple[int, ...] = ()
    """Strokes and gaps in pixels; none for a solid line."""


@dataclass(frozen=True, slots=True, eq=False)
class ClockCurves:
    """Curves with one unit, drawn in a panel of their own."""

    title: str
    unit: str
    lines: Sequence[ClockLine]
    digits: int = 1
    marks: Sequence[tuple[str, int | None]] = field(default=())
    """(label, frame) of moments marked on the first curve; those without a frame are left out."""

    def header(self) -> ClockPanel:
        """Return names, colours and marks in JSON types."""
        return {
            "title": self.title,
            "unit": self.unit,
            "digits": self.digits,
            "lines": [
                {
                    "name": line.name,
                    "colour": line.colour,
                    "onDark": line.on_dark or line.colour,
                    "dash": list(line.dash),
                }
                for line in self.lines
            ],
            "marks": [
                {"label": label, "frame": frame} for label, frame in self.marks if frame is not None
            ],
            "description": self._description(),
        }

    def values(self) -> Float32[np.ndarray, "lines frames"]:
        """Return the values of all curves."""
        return np.stack([np.asarray(line.values, np.float32) for line in self.lines])

    def _description(self) -> str:
        """Describe the panel for screen readers: the range of each curve."""
        ranges = [
            f"{line.name} {number(np.nanmin(line.values), self.digits)} to "
            f"{number(np.nanmax(line.values), self.digits)}"
            for line in self.lines
            if np.isfinite(line.values).any()
        ]
        unit = f" in {self.unit}" if self.unit else ""
        return f"{self.title}{unit} over the beat: {', '.join(ranges)}."
