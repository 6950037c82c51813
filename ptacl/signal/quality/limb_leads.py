"""Which limb lead breaks Einthoven's and Goldberger's law, and what is wrong with it.

Six limb leads hang on two, so four of them check the others. Where leaving out one, two or three
makes the rest agree, and no other choice does, those are wrong and follow from the rest; how they
differ from what follows tells what happened: labels exchanged, upside down, another scale.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from jaxtyping import Float, Float64

from ptacl.types import LIMB

CONTRADICTS = 0.01
"""Share of the energy that no I and II explain. Rounding and the filters of single leads leave
0.0004 at most in the real files of seven makers; one small lead upside down gives 0.02."""
AGREES = 0.003
CLEARLY = 3.0
"""Another choice must disagree so many times more, else none is told from the others."""
ALIKE = 0.97
"""Correlation from which a lead counts as what it is compared with."""
SAME_SCALE = 0.05
_NOTHING = 1e-3
"""Of a lead's size: what follows from the others is then no lead to compare it with."""
_NAMES = tuple(LIMB)
_EQUATIONS = np.array(list(LIMB.values()))


@dataclass(frozen=True, slots=True)
class LimbFinding:
    """Limb leads that contradict each other."""

    wrong: tuple[str, ...]
    """Those that do not fit the others, which agree; empty where none can be told."""
    text: str
    """A sentence: what was found."""


def examine_limb_leads(
    limb_mv: Float[np.ndarray, "limb_leads=6 samples"],
    recorded: Sequence[str],
    contradicts: float = CONTRADICTS,
) -> LimbFinding | None:
    """What is wrong among the limb leads; None where they agree, or nothing checks them.

    Args:
        limb_mv: I, II, III, aVR, aVL, aVF; NaN where samples are missing.
        recorded: those of them that were recorded and not computed from others.
        contradicts: share of the energy from which they contradict each other.

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
    wrong = _culprits(products, rows)
    if not wrong:
        return LimbFinding((), "The limb leads contradict each other (Einthoven's law).")
    rest = [row for row in rows if row not in wrong]
    follows = _EQUATIONS @ np.linalg.pinv(_EQUATIONS[rest]) @ moving[rest]
    names = tuple(_NAMES[row] for row in wrong)
    return LimbFinding(names, _tell(wrong, moving, follows))


def _disagreement(products: Float64[np.ndarray, "6 6"], rows: Sequence[int]) -> float:
    """As `limb_disagreement`, of some of the leads, from their inner products."""
    equations = _EQUATIONS[list(rows)]
    beside = np.eye(len(rows)) - equations @ np.linalg.pinv(equations)
    among = products[np.ix_(rows, rows)]
    energy = float(np.trace(among))
    return float((beside * among).sum()) / energy if energy > 0 else 0.0


def _culprits(products: Float64[np.ndarray, "6 6"], rows: Sequence[int]) -> tuple[int, ...]:
    """The fewest leads without which the rest agree; none where two choices are as good."""
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


def _tell(
    wrong: tuple[int, ...],
    moving: Float64[np.ndarray, "6 samples"],
    follows: Float64[np.ndarray, "6 samples"],
) -> str:
    labels = [_NAMES[row] for row in wrong]
    held = [_same_as(moving[row], follows[list(wrong)]) for row in wrong]
    places = sorted(place for place in held if place is not None)
    if len(wrong) > 1 and places == list(range(len(wrong))):
        return f"{_listed(labels)} are exchanged by their labels."
    clauses = [
        _how(label, moving[row], follows[row]) for label, row in zip(labels, wrong, strict=True)
    ]
    return f"{'; '.join(clauses)}."


def _same_as(
    lead: Float64[np.ndarray, " samples"], others: Float64[np.ndarray, "others samples"]
) -> int | None:
    """Which of the others this lead is, sample by sample."""
    energy = np.maximum((others**2).sum(axis=1), _NOTHING * float(lead @ lead))
    apart = ((others - lead) ** 2).sum(axis=1) / np.maximum(energy, np.finfo(np.float64).eps)
    best = int(apart.argmin())
    return best if apart[best] < SAME_SCALE else None


def _how(
    label: str,
    lead: Float64[np.ndarray, " samples"],
    follows: Float64[np.ndarray, " samples"],
) -> str:
    """How a lead differs from what the others say of it."""
    size, expected = np.linalg.norm(lead), np.linalg.norm(follows)
    alike = float(lead @ follows / (size * expected)) if expected > _NOTHING * size > 0 else 0.0
    if abs(alike) < ALIKE:
        return f"{label} is not what the other limb leads say (Einthoven's law)"
    scale = float(lead @ follows) / float(follows @ follows)
    if abs(scale + 1) < SAME_SCALE:
        return f"{label} is upside down"
    return f"{label} is scaled × {scale:.2g}"


def _listed(names: Sequence[str]) -> str:
    return f"{', '.join(names[:-1])} and {names[-1]}"
