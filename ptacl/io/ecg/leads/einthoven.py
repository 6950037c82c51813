"""Whether six limb leads can belong to one heart: they follow from two of them.

Einthoven (1912): III = II − I. Goldberger (1942): aVR, aVL and aVF from the same two. So any six
recorded limb leads lie in a plane, and what lies beside it is noise, rounding, or another lead than
its name says.
"""

import numpy as np
from jaxtyping import Float

from ptacl.types import LIMB

_EQUATIONS = np.array(list(LIMB.values()))
_BESIDE = np.eye(len(LIMB)) - _EQUATIONS @ np.linalg.pinv(_EQUATIONS)
"""What a set of six limb leads holds that no I and II can explain."""


def limb_disagreement(limb_mv: Float[np.ndarray, "limb_leads=6 samples"]) -> float:
    """Share of the limb leads' energy that no pair of I and II explains, from 0 to 1.

    Each lead counts about its own mean: an offset is no contradiction. Samples at which any lead is
    missing are left out; NaN where fewer than two are left, or nothing moves.

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
    return float(((_BESIDE @ moving) ** 2).sum()) / energy if energy > 0 else float("nan")
