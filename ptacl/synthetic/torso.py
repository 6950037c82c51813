"""Projection of the heart vector to the leads: lead matrix, electrode misplacement, rotation.

Axes of the vector: x to the patient's left, y downwards, z to the back.
"""

import numpy as np
from jaxtyping import Float64

_LEAD_ROWS = np.array([
    (.725, -.301, -.016), (.276, 1.016, -.146),
    (-.600, .306, -.440), (-.017, .183, -1.722), (1.03, -.005, -1.147),
    (1.21, .134, -.478), (1.07, .192, -.066), (.765, .243, .092),
])  # fmt: skip
"""Coefficients of I, II, V1–V6 on the heart vector (x, y, z)."""

_LIMBS = 2
_MISPLACEMENT_SD = np.array([0.30, 0.38, 0.50, 0.45, 0.40, 0.40])
"""SD of the position of chest electrodes, in distances between adjacent electrodes."""
_ACROSS = 0.3
"""Share of a frontal rotation in the chest leads, and of a horizontal one in the limb leads."""
_NEIGHBOURS = 0.7
"""Correlation between adjacent chest electrodes."""
_LEAD_CORRELATION_ROOT = np.eye(8)
_LEAD_CORRELATION_ROOT[_LIMBS:, _LIMBS:] = np.linalg.cholesky(
    _NEIGHBOURS ** np.abs(np.subtract.outer(np.arange(6), np.arange(6)))
)

LeadRows = Float64[np.ndarray, "leads=8 3"]


def lead_normals(rng: np.random.Generator, count: int) -> Float64[np.ndarray, "leads=8 count"]:
    """Draw standard normals for each lead, correlated between adjacent chest leads."""
    return _LEAD_CORRELATION_ROOT @ rng.standard_normal((8, count))


def draw_lead_rows(rng: np.random.Generator) -> LeadRows:
    """Draw a lead matrix with slightly misplaced chest electrodes."""
    n = lead_normals(rng, 5)
    positions = np.arange(6) + _MISPLACEMENT_SD * n[_LIMBS:, 0]
    chest = np.stack([np.interp(positions, np.arange(6), column) for column in _LEAD_ROWS[2:].T], 1)
    rows = np.vstack([_LEAD_ROWS[:2], chest])
    gain = np.exp(np.where(np.arange(8) < _LIMBS, 0.08, 0.19) * n[:, 1])
    spread = np.where(np.arange(8) < _LIMBS, 0.04, 0.08)[:, None]
    return rows * gain[:, None] + spread * n[:, 2:]


def rotate_leads(rows: LeadRows, frontal_deg: float, horizontal_deg: float) -> LeadRows:
    """Rotate the lead matrix, with weak coupling between the frontal and the horizontal plane.

    In normal records R in I is independent of R in V3 to V6; a common rotation of the vector for
    all leads would correlate them.

    Args:
        rows: the lead matrix.
        frontal_deg: rotation in the frontal plane, positive inferiorly.
        horizontal_deg: rotation in the horizontal plane, positive anteriorly.
    """
    limbs = rows[:_LIMBS] @ rotation(frontal_deg, _ACROSS * horizontal_deg)
    chest = rows[_LIMBS:] @ rotation(_ACROSS * frontal_deg, horizontal_deg)
    return np.vstack([limbs, chest])


def rotation(frontal_deg: float, horizontal_deg: float) -> Float64[np.ndarray, "3 3"]:
    """Return the matrix that rotates inferiorly (frontal plane) and anteriorly (horizontal)."""
    f, h = np.radians([frontal_deg, horizontal_deg])
    in_front = np.array([[np.cos(f), -np.sin(f), 0], [np.sin(f), np.cos(f), 0], [0, 0, 1]])
    across = np.array([[np.cos(h), 0, np.sin(h)], [0, 1, 0], [-np.sin(h), 0, np.cos(h)]])
    return in_front @ across
