"""Duplicate leads of a file: a separate rhythm strip, or one lead under two names."""

from collections.abc import Sequence

import numpy as np
from jaxtyping import Float64

from ptacl.errors import BadInput
from ptacl.io.ecg.leads.einthoven import limb_disagreement
from ptacl.types import LIMB, Caveat

Samples = Float64[np.ndarray, " _"]
"""One lead; others may have another length."""

SAME_SHARE = 0.05
"""Largest difference of two copies, as a share of the lead's range, if only the filter or the
rounding differs."""
LAWFUL = 0.05
"""Share of the limb leads' energy that filters leave unexplained; a wrong lead leaves more."""


def one_each(
    where: str, given: Sequence[tuple[str, Samples]]
) -> tuple[dict[str, Samples], tuple[Caveat, ...]]:
    """Return each lead once: the first of equal copies, or the one that fits Einthoven's law.

    A copy of another length than the other leads (a separate rhythm strip) is dropped.

    Args:
        where: the file's name, for messages.
        given: lead and samples in mV of every channel that is one.

    Raises:
        BadInput: a lead is there twice with different samples, and nothing tells which is right.
    """
    versions: dict[str, list[Samples]] = {}
    for lead, samples in given:
        versions.setdefault(lead, []).append(samples)
    chosen = {lead: copies[0] for lead, copies in versions.items() if len(copies) == 1}
    caveats = []
    for lead, copies in versions.items():
        if lead in chosen:
            continue
        lengths = {len(samples) for samples in chosen.values()}
        fitting = [one for one in copies if not lengths or len(one) in lengths] or copies
        unlike = [one for one in fitting[1:] if not _same(fitting[0], one)]
        if not unlike:
            chosen[lead] = fitting[0]
            continue
        chosen[lead] = _lawful(where, lead, fitting, versions)
        text = (
            f"Lead {lead} is in the file {len(fitting)} times with different samples; the one that "
            "agrees with the other limb leads was taken."
        )
        caveats.append(Caveat("lead_given_twice", text))
    return chosen, tuple(caveats)


def _same(one: Samples, other: Samples) -> bool:
    if len(one) != len(other):
        return False
    both = np.isfinite(one) & np.isfinite(other)
    if not both.any():
        return bool(np.isnan(one).all() and np.isnan(other).all())
    furthest = float(np.abs(one[both] - other[both]).max())
    return furthest <= SAME_SHARE * float(np.ptp(one[both]))


def _lawful(
    where: str, lead: str, copies: list[Samples], versions: dict[str, list[Samples]]
) -> Samples:
    """Return the copy that fits the other five limb leads."""
    others = {name: versions.get(name, []) for name in LIMB if name != lead}
    if lead in LIMB and all(len(held) == 1 for held in others.values()):
        length = len(copies[0])
        alike = all(len(held[0]) == length for held in others.values())
        found = [
            copy
            for copy in copies
            if alike
            and len(copy) == length
            and limb_disagreement(
                np.stack([copy if name == lead else others[name][0] for name in LIMB])
            )
            < LAWFUL
        ]
        if len(found) == 1:
            return found[0]
    raise BadInput(
        where,
        f"lead {lead} is there twice with different samples",
        "export each lead once",
        code="ecg.duplicate_lead",
    )
