"""Leads that a file holds more than once, such as lead II repeated as the rhythm strip."""

from collections.abc import Mapping, Sequence

import numpy as np

from ptacl.io.ecg.leads.einthoven import limb_disagreement
from ptacl.io.ecg.leads.twelve_leads import canonical_lead
from ptacl.io.ecg.recording import Channel
from ptacl.types import LIMB, Caveat

SAME_SHARE = 0.05
"""Largest difference of two copies, as a share of the lead's range, if only the filter or the
rounding differs."""
MOST_FILTERED = 0.05
"""Largest share of the limb leads' energy that may violate Einthoven's law in a correct lead:
different filtering leaves a small residual, a wrong lead a tenth and more."""


def without_duplicates(
    channels: Sequence[Channel],
) -> tuple[tuple[Channel, ...], tuple[Caveat, ...]]:
    """Return each of the twelve leads once, in the file's order; other channels unchanged.

    Of duplicates the channel with most samples is kept, of equals the first. A caveat is given if
    the others do not repeat it; of limb leads the only one that fits Einthoven's law is kept then.
    """
    copies: dict[str, list[Channel]] = {}
    others: list[Channel] = []
    for channel in channels:
        lead = canonical_lead(channel.name)
        if lead is None:
            others.append(channel)
        else:
            copies.setdefault(lead, []).append(channel)
    chosen = {lead: max(same, key=_known_samples) for lead, same in copies.items()}
    differing = [
        lead
        for lead, same in copies.items()
        if not all(_repeats(chosen[lead], copy) for copy in same)
    ]
    caveats = []
    for lead in differing:
        lawful = _fitting_copy(chosen, lead, copies[lead])
        chosen[lead] = lawful or chosen[lead]
        caveats.append(_duplicate_caveat(lead, lawful is not None))
    return (*chosen.values(), *others), tuple(caveats)


def _known_samples(channel: Channel) -> int:
    return int(np.isfinite(channel.samples).sum())


def _repeats(first: Channel, second: Channel) -> bool:
    """Return whether two channels agree wherever both have samples; True if they never do.

    A strip with other filtering or rounding is the same lead.
    """
    if first.unit != second.unit:
        return False
    count = min(len(first.samples), len(second.samples))
    earlier, later = first.samples[:count], second.samples[:count]
    both = np.isfinite(earlier) & np.isfinite(later)
    if not both.any():
        return True
    largest = float(np.abs(earlier[both] - later[both]).max())
    return largest <= SAME_SHARE * float(np.ptp(earlier[both]))


def _fitting_copy(
    chosen: Mapping[str, Channel], lead: str, copies: Sequence[Channel]
) -> Channel | None:
    """Return the only copy of a limb lead that fits the other five; None if undecidable."""
    if lead not in LIMB or not set(LIMB) <= set(chosen):
        return None
    fitting = [copy for copy in copies if _fits_einthoven({**chosen, lead: copy})]
    return fitting[0] if len(fitting) == 1 else None


def _fits_einthoven(named: Mapping[str, Channel]) -> bool:
    limb = [named[lead] for lead in LIMB]
    if len({(channel.unit, len(channel.samples)) for channel in limb}) > 1:
        return False
    return limb_disagreement(np.stack([channel.samples for channel in limb])) <= MOST_FILTERED


def _duplicate_caveat(lead: str, by_law: bool) -> Caveat:
    used = (
        "The one that fits the other limb leads was used."
        if by_law
        else "The one with more samples was used, the first if they have equally many."
    )
    text = f"Lead {lead} is in the file more than once with different samples. {used}"
    return Caveat("lead_given_twice", text)
