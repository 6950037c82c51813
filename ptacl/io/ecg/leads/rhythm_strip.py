"""A lead that a file holds more than once: lead II again as the rhythm strip under the others."""

from collections.abc import Mapping, Sequence

import numpy as np

from ptacl.io.ecg.leads.einthoven import limb_disagreement
from ptacl.io.ecg.leads.twelve_leads import canonical_lead
from ptacl.io.ecg.recording import Channel
from ptacl.types import LIMB, Caveat

SAME_SHARE = 0.05
"""Of a lead's range: a second copy differs by less where only its filter or its rounding does."""
MOST_FILTERED = 0.05
"""Share of the limb leads' energy that Einthoven's law may leave over where a lead is right: one
that is filtered otherwise than the five beside it leaves some, another lead a tenth and more."""


def without_doubles(
    channels: Sequence[Channel],
) -> tuple[tuple[Channel, ...], tuple[Caveat, ...]]:
    """Each of the twelve leads once, in the file's order; other channels as they are.

    Of a lead that is there twice the channel with most samples counts, and of equals the first. It
    is told where the others do not repeat it; of limb leads the one counts then that alone obeys
    Einthoven's law.
    """
    copies: dict[str, list[Channel]] = {}
    others: list[Channel] = []
    for channel in channels:
        lead = canonical_lead(channel.name)
        if lead is None:
            others.append(channel)
        else:
            copies.setdefault(lead, []).append(channel)
    kept = {lead: max(held, key=_held) for lead, held in copies.items()}
    differing = [
        lead for lead, held in copies.items() if not all(_repeats(kept[lead], one) for one in held)
    ]
    caveats = []
    for lead in differing:
        lawful = _lawful(kept, lead, copies[lead])
        kept[lead] = lawful or kept[lead]
        caveats.append(_twice(lead, lawful is not None))
    return (*kept.values(), *others), tuple(caveats)


def _held(channel: Channel) -> int:
    return int(np.isfinite(channel.samples).sum())


def _repeats(first: Channel, second: Channel) -> bool:
    """Whether two channels agree wherever both hold samples; true where they never both do.

    A strip that is filtered or rounded otherwise is the same lead.
    """
    if first.unit != second.unit:
        return False
    count = min(len(first.samples), len(second.samples))
    one, two = first.samples[:count], second.samples[:count]
    both = np.isfinite(one) & np.isfinite(two)
    if not both.any():
        return True
    furthest = float(np.abs(one[both] - two[both]).max())
    return furthest <= SAME_SHARE * float(np.ptp(one[both]))


def _lawful(kept: Mapping[str, Channel], lead: str, copies: Sequence[Channel]) -> Channel | None:
    """The only copy of a limb lead that fits the other five; None where they cannot tell."""
    if lead not in LIMB or not set(LIMB) <= set(kept):
        return None
    fitting = [copy for copy in copies if _obeys({**kept, lead: copy})]
    return fitting[0] if len(fitting) == 1 else None


def _obeys(named: Mapping[str, Channel]) -> bool:
    limb = [named[lead] for lead in LIMB]
    if len({(channel.unit, len(channel.samples)) for channel in limb}) > 1:
        return False
    return limb_disagreement(np.stack([channel.samples for channel in limb])) <= MOST_FILTERED


def _twice(lead: str, by_law: bool) -> Caveat:
    used = (
        "The one that fits the other limb leads was used."
        if by_law
        else "The one with more samples was used, the first where they have as many."
    )
    text = f"Lead {lead} is in the file more than once with different samples. {used}"
    return Caveat("lead_given_twice", text)
