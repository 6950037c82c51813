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

LeadRows = Float64[np.ndarray, "leads=8 3"]


def draw_lead_rows(rng: np.random.Generator) -> LeadRows:
    """The lead matrix with chest electrodes a little off their places."""
    place = np.arange(6) + 0.25 * rng.standard_normal() + 0.35 * rng.standard_normal(6)
    chest = np.stack([np.interp(place, np.arange(6), column) for column in _LEAD_ROWS[2:].T], 1)
    rows = np.vstack([_LEAD_ROWS[:2], chest])
    gain = np.exp(np.where(np.arange(8) < 2, 0.05, 0.12) * rng.standard_normal(8))
    spread = np.where(np.arange(8) < 2, 0.04, 0.08)[:, None]
    return rows * gain[:, None] + spread * rng.standard_normal((8, 3))


def rotation(frontal_deg: float, horizontal_deg: float) -> Float64[np.ndarray, "3 3"]:
    """Turn a vector inferiorly (frontal plane) and anteriorly (horizontal plane)."""
    f, h = np.radians([frontal_deg, horizontal_deg])
    in_front = np.array([[np.cos(f), -np.sin(f), 0], [np.sin(f), np.cos(f), 0], [0, 0, 1]])
    across = np.array([[np.cos(h), 0, np.sin(h)], [0, 1, 0], [-np.sin(h), 0, np.cos(h)]])
    return in_front @ across
