"""Second source of an impression: what is over-represented among the nearest labelled ECGs.

Such a statement does not describe this ECG itself; it is marked as such and comes last.
"""

from collections.abc import Iterable, Mapping

import numpy as np
from jaxtyping import Bool
from scipy.stats import beta

from ptacl.stats.interval import LEVEL, Interval
from ptacl.types import Statement

NEIGHBOURS = 20
FEWEST_WITH = 3
"""Fewest neighbours with a label for a statement."""
SINUS = {"sinus_rhythm", "sinus_tachycardia", "sinus_bradycardia", "sinus_arrhythmia"}
NOT_IN_SINUS = {"neighbours_atrial_fibrillation", "neighbours_atrial_flutter"}
NOT_IN_NARROW_QRS = {"neighbours_left_bundle_branch_block", "neighbours_right_bundle_branch_block"}
NARROW_QRS_MS = 110.0
"""Below this duration there is not even an incomplete block (Surawicz et al., 2009)."""
LEAST_LIFT = 1.5
"""Lower end of the interval of the lift from which a label is over-represented."""


def lift(among: int, of: int, share: float) -> Interval:
    """Return how many times as frequent a label is among neighbours as in the gallery.

    Args:
        among: neighbours with the label.
        of: neighbours.
        share: share of the gallery with the label, above 0.

    Returns:
        The lift with its 95 % interval after Jeffreys (Brown et al., Stat Sci 2001;16:101), the
        share of the gallery taken as known.

    Example:
        >>> times = lift(10, 20, 0.1)
        >>> round(times.value, 1), round(times.low, 1), round(times.high, 1)
        (5.0, 2.9, 7.1)
    """
    tail = (1.0 - LEVEL) / 2.0
    low, high = beta.ppf([tail, 1.0 - tail], among + 0.5, of - among + 0.5)
    return Interval(among / of / share, float(low) / share, float(high) / share)


def neighbour_statements(
    labels: Mapping[str, Bool[np.ndarray, " subjects"]],
    nearest: np.ndarray,
    gallery: str,
) -> tuple[Statement, ...]:
    """Return the labels that are over-represented among the nearest ECGs, the surest first.

    Args:
        labels: title of a label → whether each subject of the gallery has it.
        nearest: rows of the nearest labelled subjects, this ECG itself left out.
        gallery: what the gallery holds, in words: ``simulated hearts``.
    """
    matching: list[tuple[float, Statement]] = []
    for title, has in labels.items():
        among, share = int(has[nearest].sum()), float(has.mean())
        if among < FEWEST_WITH or not share:
            continue
        times = lift(among, len(nearest), share)
        if times.low > LEAST_LIFT:
            matching.append(
                (times.low, _statement(title, among, len(nearest), share, times, gallery))
            )
    return tuple(statement for _, statement in sorted(matching, key=lambda entry: -entry[0]))


def without_refuted(
    found: Iterable[Statement], measured: Iterable[Statement], qrs_ms: float
) -> tuple[Statement, ...]:
    """Drop what is over-represented among neighbours but seen not to be in this ECG.

    Args:
        found: from `neighbour_statements`.
        measured: statements about this ECG.
        qrs_ms: of this ECG; NaN refutes nothing.
    """
    refuted: set[str] = set()
    if any(each.code in SINUS and each.certainty == "definite" for each in measured):
        refuted |= NOT_IN_SINUS
    if qrs_ms < NARROW_QRS_MS:
        refuted |= NOT_IN_NARROW_QRS
    return tuple(each for each in found if each.code not in refuted)


def _statement(
    title: str, among: int, of: int, share: float, times: Interval, gallery: str
) -> Statement:
    return Statement(
        code=f"neighbours_{'_'.join(title.lower().split())}",
        text=f"Frequent among the most similar ECGs: {title}",
        evidence=f"{among} of the {of} nearest {gallery} against {100 * share:.0f} % of all: "
        f"{times.value:.1f} times as many ({times.low:.1f}–{times.high:.1f})",
        source="neighbours",
        certainty="possible",
    )
