"""How electrodes see the heart vector: the lead matrix, electrodes off their places, the turn.

Axes of the vector: x to the patient's left, y downwards, z to the back.
"""

import numpy as np
from jaxtyping import Float64

_LEAD_ROWS = np.array([
    (.725, -.301, -.016), (.276, 1.016, -.146),
    (-.600, .306, -.440), (-.017, .183, -1.722), (1.03, -.005, -1.147),
    (1.21, .134, -.478), (1.07, .192, -.066), (.765, .243, .092),
])  # fmt: skip
"""I, II, V1–V6 of the vector (x, y, z)."""

_LIMBS = 2
_OFF_PLACE = np.array([0.30, 0.38, 0.50, 0.45, 0.40, 0.40])
"""SD of where chest electrodes are put, in distances from one to the next."""
_ACROSS = 0.3
"""Share of a frontal turn that the chest leads see, and of a horizontal one that the limbs see."""
_NEIGHBOURS = 0.7
"""Correlation of what happens to one chest electrode and to the next."""
_ALIKE = np.eye(8)
_ALIKE[_LIMBS:, _LIMBS:] = np.linalg.cholesky(
    _NEIGHBOURS ** np.abs(np.subtract.outer(np.arange(6), np.arange(6)))
)

LeadRows = Float64[np.ndarray, "leads=8 3"]


def lead_normals(rng: np.random.Generator, count: int) -> Float64[np.ndarray, "leads=8 count"]:
    """Standard normals of each lead, alike in chest leads that are near each other."""
    return _ALIKE @ rng.standard_normal((8, count))


def draw_lead_rows(rng: np.random.Generator) -> LeadRows:
    """The lead matrix with chest electrodes a little off their places."""
    n = lead_normals(rng, 5)
    place = np.arange(6) + _OFF_PLACE * n[_LIMBS:, 0]
    chest = np.stack([np.interp(place, np.arange(6), column) for column in _LEAD_ROWS[2:].T], 1)
    rows = np.vstack([_LEAD_ROWS[:2], chest])
    gain = np.exp(np.where(np.arange(8) < _LIMBS, 0.08, 0.19) * n[:, 1])
    spread = np.where(np.arange(8) < _LIMBS, 0.04, 0.08)[:, None]
    return rows * gain[:, None] + spread * n[:, 2:]


def turned(rows: LeadRows, frontal_deg: float, horizontal_deg: float) -> LeadRows:
    """What the leads see of a vector that is turned; each plane little of the other's turn.

    In normal records R in I is high or low whatever R in V3 to V6 is. A vector that turned for all
    leads alike would move them together.
    """
    limbs = rows[:_LIMBS] @ rotation(frontal_deg, _ACROSS * horizontal_deg)
    chest = rows[_LIMBS:] @ rotation(_ACROSS * frontal_deg, horizontal_deg)
    return np.vstack([limbs, chest])


def rotation(frontal_deg: float, horizontal_deg: float) -> Float64[np.ndarray, "3 3"]:
    """Turn a vector inferiorly (frontal plane) and anteriorly (horizontal plane)."""
    f, h = np.radians([frontal_deg, horizontal_deg])
    in_front = np.array([[np.cos(f), -np.sin(f), 0], [np.sin(f), np.cos(f), 0], [0, 0, 1]])
    across = np.array([[np.cos(h), 0, np.sin(h)], [0, 1, 0], [-np.sin(h), 0, np.cos(h)]])
    return in_front @ across
