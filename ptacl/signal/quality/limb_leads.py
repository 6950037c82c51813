"""Check of the limb leads by Einthoven's and Goldberger's law.

Six limb leads depend on two, so four of them are redundant. If the remaining leads agree without
one, two or three of them, and no other choice agrees, those leads are wrong and can be computed
from the others. The difference from the computed lead shows the fault: exchanged labels, inverted
polarity or another scale.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from jaxtyping import Float, Float64

from ptacl.types import LIMB

CONTRADICTS = 0.01
"""Share of the energy that I and II do not explain. Rounding and filters of single leads leave at
most 0.0004 in real files of seven manufacturers; one small inverted lead gives 0.02."""
AGREES = 0.003
CLEARLY = 3.0
"""Factor by which any other choice must disagree more, for the wrong leads to be identified."""
MIN_CORRELATION = 0.97
"""Correlation above which two leads have the same shape."""
SAME_SCALE = 0.05
_NOTHING = 1e-3
"""Relative size below which a computed lead is too small to be compared."""
_NAMES = tuple(LIMB)
_EQUATIONS = np.array(list(LIMB.values()))


@dataclass(frozen=True, slots=True)
class LimbFinding:
    """Limb leads that contradict each other."""

    wrong: tuple[str, ...]
    """Leads that contradict the others; empty if they cannot be identified."""
    text: str
    """Description of the finding, a sentence."""


def examine_limb_leads(
    limb_mv: Float[np.ndarray, "limb_leads=6 samples"],
    recorded: Sequence[str],
    contradicts: float = CONTRADICTS,
) -> LimbFinding | None:
    """Check whether the limb leads are consistent.

    Args:
        limb_mv: I, II, III, aVR, aVL, aVF; NaN where samples are missing.
        recorded: names of the leads that were recorded, not computed from others.
        contradicts: share of unexplained energy above which the leads are inconsistent.

    Returns:
        The finding; None if the leads are consistent or fewer than three were recorded.

    Example:
        >>> i, ii = np.sin(np.arange(100.0)), np.cos(np.arange(100.0))
        >>> six = np.array([i, ii, ii - i, (i + ii) / 2, i - ii / 2, ii - i / 2])
        >>> examine_limb_leads(six, list(LIMB)).text
        'aVR is upside down.'
    """
    rows = [row for row, name in enumerate(_NAMES) if name in recorded]
    whole = limb_mv[:, np.isfinite(limb_mv[rows]).all(axis=0)].astype(np.float64)
    if len(rows) < 3 or whole.shape[1] < 2:
        return None
    moving = whole - whole.mean(axis=1, keepdims=True)
    products = moving @ moving.T
    if not _disagreement(products, rows) > contradicts:
        return None
    wrong = _wrong_leads(products, rows)
    if not wrong:
        return LimbFinding((), "The limb leads contradict each other (Einthoven's law).")
    rest = [row for row in rows if row not in wrong]
    follows = _EQUATIONS @ np.linalg.pinv(_EQUATIONS[rest]) @ moving[rest]
    names = tuple(_NAMES[row] for row in wrong)
    return LimbFinding(names, _describe(wrong, moving, follows))


def _disagreement(products: Float64[np.ndarray, "6 6"], rows: Sequence[int]) -> float:
    """Compute `limb_disagreement` of some of the leads, from their inner products."""
    equations = _EQUATIONS[list(rows)]
    residual = np.eye(len(rows)) - equations @ np.linalg.pinv(equations)
    among = products[np.ix_(rows, rows)]
    energy = float(np.trace(among))
    return float((residual * among).sum()) / energy if energy > 0 else 0.0


def _wrong_leads(products: Float64[np.ndarray, "6 6"], rows: Sequence[int]) -> tuple[int, ...]:
    """Find the fewest leads without which the rest agree; none if the choice is ambiguous."""
    for count in range(1, len(rows) - 2):
        left = {
            out: _disagreement(products, [row for row in rows if row not in out])
            for out in combinations(rows, count)
        }
        ranked = sorted(left, key=left.__getitem__)
        best, value = ranked[0], left[ranked[0]]
        if value < AGREES:
            clear = len(ranked) < 2 or left[ranked[1]] > max(CLEARLY * value, AGREES)
            return best if clear else ()
    return ()


def _describe(
    wrong: tuple[int, ...],
    moving: Float64[np.ndarray, "6 samples"],
    follows: Float64[np.ndarray, "6 samples"],
) -> str:
    labels = [_NAMES[row] for row in wrong]
    matches = [_same_as(moving[row], follows[list(wrong)]) for row in wrong]
    indices = sorted(index for index in matches if index is not None)
    if len(wrong) > 1 and indices == list(range(len(wrong))):
        return f"{_listed(labels)} are exchanged by their labels."
    clauses = [
        _how(label, moving[row], follows[row]) for label, row in zip(labels, wrong, strict=True)
    ]
    return f"{'; '.join(clauses)}."


def _same_as(
    lead: Float64[np.ndarray, " samples"], others: Float64[np.ndarray, "others samples"]
) -> int | None:
    """Return the index of the lead with the same samples; None if there is none."""
    energy = np.maximum((others**2).sum(axis=1), _NOTHING * float(lead @ lead))
    difference = ((others - lead) ** 2).sum(axis=1) / np.maximum(energy, np.finfo(np.float64).eps)
    best = int(difference.argmin())
    return best if difference[best] < SAME_SCALE else None


def _how(
    label: str,
    lead: Float64[np.ndarray, " samples"],
    follows: Float64[np.ndarray, " samples"],
) -> str:
    """Describe how a lead differs from the one computed from the others."""
    size, expected = np.linalg.norm(lead), np.linalg.norm(follows)
    correlation = (
        float(lead @ follows / (size * expected)) if expected > _NOTHING * size > 0 else 0.0
    )
    if abs(correlation) < MIN_CORRELATION:
        return f"{label} contradicts the other limb leads (Einthoven's law)"
    scale = float(lead @ follows) / float(follows @ follows)
    if abs(scale + 1) < SAME_SCALE:
        return f"{label} is upside down"
    return f"{label} is scaled × {scale:.2g}"


def _listed(names: Sequence[str]) -> str:
    return f"{', '.join(names[:-1])} and {names[-1]}"
