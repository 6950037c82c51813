"""Consistency of the six limb leads, which are determined by two of them.

Einthoven (1912): III = II − I. Goldberger (1942): aVR, aVL and aVF from the same two. The six limb
leads therefore span a plane; the residual is noise, rounding, or a mislabelled lead.
"""

import numpy as np
from jaxtyping import Float

from ptacl.types import LIMB

_EQUATIONS = np.array(list(LIMB.values()))
_RESIDUAL = np.eye(len(LIMB)) - _EQUATIONS @ np.linalg.pinv(_EQUATIONS)
"""Projection of six limb leads onto what no pair of I and II can explain."""


def limb_disagreement(limb_mv: Float[np.ndarray, "limb_leads=6 samples"]) -> float:
    """Return the share of the limb leads' energy that no pair of I and II explains, 0 to 1.

    Each lead is centred on its own mean: an offset is no contradiction. Samples at which any lead
    is missing are ignored; NaN if fewer than two remain, or all leads are constant.

    Args:
        limb_mv: I, II, III, aVR, aVL, aVF in that order, in one unit.

    Example:
        >>> i, ii = np.sin(np.arange(100.0)), np.cos(np.arange(100.0))
        >>> six = np.array([i, ii, ii - i, -(i + ii) / 2, i - ii / 2, ii - i / 2])
        >>> round(limb_disagreement(six), 6), round(limb_disagreement(six[[1, 0, 2, 3, 4, 5]]), 2)
        (0.0, 0.46)
    """
    whole = limb_mv[:, np.isfinite(limb_mv).all(axis=0)].astype(np.float64)
    if whole.shape[1] < 2:
        return float("nan")
    moving = whole - whole.mean(axis=1, keepdims=True)
    energy = float((moving**2).sum())
    return float(((_RESIDUAL @ moving) ** 2).sum()) / energy if energy > 0 else float("nan")
