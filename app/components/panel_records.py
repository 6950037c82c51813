"""What a scatter plot is told: its points, their intervals, and the lines among which they lie."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from .headers import PanelHeader

Values = Float[np.ndarray, " subjects"]


@dataclass(frozen=True, slots=True)
class Level:
    """A horizontal line with its name beside the plot, where no point lies."""

    value: float
    words: str
    dashed: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class ScatterPanel:
    """One plot; a subject with NaN in either coordinate is left out."""

    title: str
    note: str
    """A line behind the title, such as a score."""
    across: str
    """What lies on the axis across, with its unit."""
    up: str
    x: Values
    y: Values
    says: tuple[str, str]
    """What the two numbers of a hovered point are called."""
    unit: str
    low: Values | None = None
    """``low`` … ``high``: the interval of ``y``, drawn as a whisker."""
    high: Values | None = None
    levels: Sequence[Level] = ()
    identity: bool = False
    """Whether the dashed line of equal coordinates is drawn."""

    def arrays(self) -> dict[str, Values]:
        """The numbers by name."""
        found = {"x": self.x, "y": self.y, "low": self.low, "high": self.high}
        return {name: values for name, values in found.items() if values is not None}

    def header(self) -> PanelHeader:
        """Everything but the numbers, as JSON knows it."""
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
