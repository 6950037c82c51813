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
MOST_RESIDUAL = 0.05
"""Share of the limb leads' energy that filters leave unexplained; a wrong lead leaves more."""


def deduplicate_leads(
    where: str, given: Sequence[tuple[str, Samples]]
) -> tuple[dict[str, Samples], tuple[Caveat, ...]]:
    """Return each lead once: the first of equal copies, or the one that fits Einthoven's law.

    A copy of another length than the other leads (a separate rhythm strip) is dropped.

    Args:
        where: the file's name, for messages.
        given: lead and samples in mV of every channel that is one.

    Raises:
        BadInput: a lead is present twice with different samples, and the correct one is unknown.
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
        fitting = [copy for copy in copies if not lengths or len(copy) in lengths] or copies
        unlike = [copy for copy in fitting[1:] if not _same(fitting[0], copy)]
        if not unlike:
            chosen[lead] = fitting[0]
            continue
        chosen[lead] = _fitting_copy(where, lead, fitting, versions)
        text = (
            f"Lead {lead} is in the file {len(fitting)} times with different samples; the one that "
            "agrees with the other limb leads was taken."
        )
        caveats.append(Caveat("lead_given_twice", text))
    return chosen, tuple(caveats)


def _same(first: Samples, second: Samples) -> bool:
    if len(first) != len(second):
        return False
    both = np.isfinite(first) & np.isfinite(second)
    if not both.any():
        return bool(np.isnan(first).all() and np.isnan(second).all())
    largest = float(np.abs(first[both] - second[both]).max())
    return largest <= SAME_SHARE * float(np.ptp(first[both]))


def _fitting_copy(
    where: str, lead: str, copies: list[Samples], versions: dict[str, list[Samples]]
) -> Samples:
    """Return the copy that fits the other five limb leads."""
    others = {name: versions.get(name, []) for name in LIMB if name != lead}
    if lead in LIMB and all(len(versions_of_lead) == 1 for versions_of_lead in others.values()):
        length = len(copies[0])
        same_length = all(
            len(versions_of_lead[0]) == length for versions_of_lead in others.values()
        )
        fitting = [
            copy
            for copy in copies
            if same_length
            and len(copy) == length
            and limb_disagreement(
                np.stack([copy if name == lead else others[name][0] for name in LIMB])
            )
            < MOST_RESIDUAL
        ]
        if len(fitting) == 1:
            return fitting[0]
    raise BadInput(
        where,
        f"lead {lead} is present twice with different samples",
        "export each lead once",
        code="ecg.duplicate_lead",
    )
