"""A lead that a file holds more than once: lead II again as the rhythm strip under the others."""

from collections.abc import Sequence

import numpy as np

from ptacl.io.leads import canonical_lead
from ptacl.io.recording import Channel
from ptacl.types import Caveat


def without_doubles(
    channels: Sequence[Channel],
) -> tuple[tuple[Channel, ...], tuple[Caveat, ...]]:
    """Each of the twelve leads once, in the file's order; other channels as they are.

    Of a lead that is there twice the channel with most samples counts, and of equals the first. It
    is told where another does not repeat it, since nobody can say which one was meant.
    """
    kept: dict[str, Channel] = {}
    others: list[Channel] = []
    contradicted: list[str] = []
    for channel in channels:
        lead = canonical_lead(channel.name)
        if lead is None:
            others.append(channel)
        elif lead not in kept:
            kept[lead] = channel
        else:
            first = kept[lead]
            if not _repeats(first, channel):
                contradicted.append(lead)
            if _held(channel) > _held(first):
                kept[lead] = channel
    caveats = tuple(_twice(lead) for lead in dict.fromkeys(contradicted))
    return (*kept.values(), *others), caveats


def _held(channel: Channel) -> int:
    return int(np.isfinite(channel.samples).sum())


def _repeats(first: Channel, second: Channel) -> bool:
    """Whether two channels agree wherever both hold samples; true where they never both do."""
    if first.unit != second.unit:
        return False
    count = min(len(first.samples), len(second.samples))
    one, two = first.samples[:count], second.samples[:count]
    both = np.isfinite(one) & np.isfinite(two)
    return bool(np.array_equal(one[both], two[both]))


def _twice(lead: str) -> Caveat:
    text = (
        f"Lead {lead} is in the file twice with different samples. The one with more samples was "
        "used, the first where both have as many."
    )
    return Caveat("lead_twice", text)
