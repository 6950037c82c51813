"""Records of a scatter plot: points, intervals and reference lines."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from .headers import PanelHeader

Values = Float[np.ndarray, " subjects"]


@dataclass(frozen=True, slots=True)
class Level:
    """A horizontal line with its label at the side of the plot."""

    value: float
    words: str
    dashed: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class ScatterPanel:
    """One plot; a subject with NaN in either coordinate is left out."""

    title: str
    note: str
    """Text after the title, such as a score."""
    across: str
    """Title of the horizontal axis, with its unit."""
    up: str
    x: Values
    y: Values
    says: tuple[str, str]
    """Names of the two values of a hovered point."""
    unit: str
    low: Values | None = None
    """``low`` … ``high``: the interval of ``y``, drawn as a whisker."""
    high: Values | None = None
    levels: Sequence[Level] = ()
    identity: bool = False
    """Whether the dashed line of equal coordinates is drawn."""

    def arrays(self) -> dict[str, Values]:
        """Return the values by name, without absent intervals."""
        arrays = {"x": self.x, "y": self.y, "low": self.low, "high": self.high}
        return {name: values for name, values in arrays.items() if values is not None}

    def header(self) -> PanelHeader:
        """Return titles, units and lines in JSON types."""
        return {
            "title": self.title,
            "note": self.note,
            "across": self.across,
            "up": self.up,
            "says": self.says,
            "unit": self.unit,
            "levels": [
                {"value": level.value, "words": level.words, "dashed": level.dashed}
                for level in self.levels
            ],
            "identity": self.identity,
        }
