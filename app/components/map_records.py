"""Records of the map: colouring, lines of the hover card, and the drawn selection."""

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote, unquote

import numpy as np
from jaxtyping import Bool, Float, Float32, UInt16

from ptacl.gallery.projection import inside

Positions = Float[np.ndarray, "subjects xy=2"]
NOT_MEASURED = 65535
_FEWEST_CORNERS = 3


@dataclass(frozen=True, slots=True)
class Colouring:
    """Quantity that colours the points."""

    label: str
    """Name of the quantity with its unit."""
    values: Float[np.ndarray, " subjects"]
    """Numbers, or indices in ``names``; NaN where unknown."""
    names: tuple[str, ...] = ()
    """Category names; empty where the values are numbers."""

    def range(self) -> tuple[float, float]:
        """Return the ends of the colour scale: the 2nd and 98th percentile, robust to outliers."""
        finite = self.values[np.isfinite(self.values)]
        if not finite.size:
            return 0.0, 1.0
        low, high = (float(edge) for edge in np.percentile(finite, [2, 98]))
        return low, high


@dataclass(frozen=True, slots=True)
class Note:
    """A line of the hover card: one quantity of every subject, in whole numbers."""

    name: str
    unit: str
    values: Float[np.ndarray, " subjects"]
    """0 or more; NaN where unknown."""

    def whole(self) -> UInt16[np.ndarray, " subjects"]:
        """Return the values as two bytes a subject."""
        known = np.clip(np.nan_to_num(self.values), 0, NOT_MEASURED - 1)
        return np.where(np.isfinite(self.values), np.rint(known), NOT_MEASURED).astype(np.uint16)


@dataclass(frozen=True, slots=True)
class Selection:
    """Polygon drawn on the map, and legend entries that were hidden."""

    polygon: Float32[np.ndarray, "corners xy=2"]
    """In the units of the map; no corners where nothing was drawn."""
    hidden: tuple[str, ...] = ()
    """Names in the legend (categories, layers) that are hidden."""

    @property
    def drawn(self) -> bool:
        """Whether there is a polygon."""
        return len(self.polygon) >= _FEWEST_CORNERS

    def subjects(
        self, layers: Mapping[str, Positions], colouring: Colouring | None = None
    ) -> Bool[np.ndarray, " subjects"]:
        """Return which subjects have a visible point (ECG or heart) inside the polygon."""
        by_layer = [
            inside(self.polygon, xy) for name, xy in layers.items() if name not in self.hidden
        ]
        if not by_layer:
            return np.zeros(len(next(iter(layers.values()))), dtype=bool)
        chosen = np.any(by_layer, axis=0)
        if colouring is not None:
            hidden = [index for index, name in enumerate(colouring.names) if name in self.hidden]
            chosen &= ~np.isin(colouring.values, hidden)
        return chosen

    def to_text(self) -> str:
        """Return the selection for a link: eight bytes a corner as base64, then hidden names.

        Example:
            >>> Selection(np.zeros((0, 2), np.float32), ("women",)).to_text()
            ',women'
        """
        corners = base64.urlsafe_b64encode(self.polygon.astype("<f4").tobytes()).decode()
        return ",".join([corners, *(quote(name, safe="") for name in self.hidden)])

    @classmethod
    def from_text(cls, text: str) -> "Selection":
        """Return the selection of a link; an empty one where the link is damaged."""
        corners, *hidden = text.split(",")
        try:
            numbers = np.frombuffer(base64.urlsafe_b64decode(corners), dtype="<f4")
            polygon = numbers.reshape(-1, 2).astype(np.float32)
        except (binascii.Error, ValueError):
            return NOTHING_DRAWN
        if not np.isfinite(polygon).all():
            return NOTHING_DRAWN
        return cls(polygon, tuple(unquote(name) for name in hidden))


NOTHING_DRAWN = Selection(np.zeros((0, 2), dtype=np.float32))
