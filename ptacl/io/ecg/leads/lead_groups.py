"""Groups of leads on one time axis: printout columns, rhythm strips, limb and chest leads.

Files with several groups of leads give the start time of each, the same time for all, or none. The
same time can be genuine (limb leads in one group, chest leads in another) or be the time of the
whole printout, whose four columns of 2.5 s were recorded one after the other.
"""

from collections.abc import Sequence, Set
from dataclasses import dataclass

import numpy as np

from ptacl.errors import BadInput
from ptacl.io.ecg.leads.rhythm_strip import without_duplicates
from ptacl.io.ecg.leads.simultaneity import recorded_together
from ptacl.io.ecg.leads.twelve_leads import CHEST, canonical_lead
from ptacl.io.ecg.recording import Channel
from ptacl.io.plausibility import SHORTEST_ECG_S
from ptacl.types import LEADS, LIMB, Caveat

STRIP_FITS = 0.05
"""Largest difference in length between a rhythm strip and the columns above it, as a share."""
MOST_GAPS = 7
"""Largest number of samples, gaps included, for each stored one: four columns of 2.5 s give four,
six columns of two leads each give six."""
MOST_COLUMNS = 6
"""Most columns of a printout; with more parts the order cannot be assumed."""
SAME_RATE = 1e-3
PARTLY = 0.9
"""A lead with a smaller share of the recording was recorded in a part of it."""


@dataclass(frozen=True, slots=True, eq=False)
class Group:
    """Leads that were recorded together."""

    channels: tuple[Channel, ...]
    sample_rate_hz: float | None
    start_s: float | None
    """Start in seconds on a clock that the groups share; None if not stated."""

    @property
    def leads(self) -> frozenset[str]:
        """Its leads among the standard twelve."""
        names = (canonical_lead(channel.name) for channel in self.channels)
        return frozenset(name for name in names if name)

    @property
    def size(self) -> int:
        """Samples of its longest lead."""
        return max((len(channel.samples) for channel in self.channels), default=0)

    @property
    def is_whole(self) -> bool:
        """Whether the twelve leads follow from its own."""
        return determine_twelve(self.leads)


def determine_twelve(leads: Set[str]) -> bool:
    """Return whether all twelve leads follow from these: two limb leads, and V1 to V6."""
    return len(leads & set(LIMB)) >= 2 and set(CHEST) <= leads


@dataclass(frozen=True, slots=True)
class AlignedGroups:
    """Several groups combined."""

    channels: tuple[Channel, ...]
    sample_rate_hz: float | None
    caveats: tuple[Caveat, ...]


def align_groups(where: str, groups: Sequence[Group]) -> AlignedGroups:
    """Return the longest group that determines twelve leads, or all groups as one recording.

    Args:
        where: the file's name, for messages.
        groups: of the rhythm, in the file's order; medians are left out before.

    Raises:
        BadInput: different sample rates, or too far apart in time for one recording.
    """
    whole = [group for group in groups if group.is_whole]
    if whole or len(groups) == 1:
        longest = max(whole or groups, key=lambda group: group.size)
        channels, duplicate_caveats = without_duplicates(longest.channels)
        caveats = partial_lead_caveats(channels, longest.sample_rate_hz)
        return AlignedGroups(channels, longest.sample_rate_hz, caveats + duplicate_caveats)
    together = _of_one_rate(groups)
    if together is None and determine_twelve(_leads_of(groups)):
        message = "its groups of leads have no sample rate in common"
        raise BadInput(where, message, "export all leads at one rate", code="ecg.different_rates")
    if together is None or not together[0].sample_rate_hz:
        fullest = max(groups, key=lambda group: (len(group.leads), group.size))
        return AlignedGroups(fullest.channels, fullest.sample_rate_hz, ())  # raise its own reason
    rate_hz = together[0].sample_rate_hz
    starts, guessed = _starts_s(where, together, rate_hz)
    channels, duplicate_caveats = without_duplicates(_placed(where, together, starts, rate_hz))
    return AlignedGroups(
        channels, rate_hz, guessed + partial_lead_caveats(channels, rate_hz) + duplicate_caveats
    )


def _leads_of(groups: Sequence[Group]) -> frozenset[str]:
    return frozenset().union(*(group.leads for group in groups))


def _of_one_rate(groups: Sequence[Group]) -> list[Group] | None:
    """Return groups of one sample rate that determine twelve leads; None if no rate does."""
    for rate_hz in dict.fromkeys(group.sample_rate_hz for group in groups):
        same_rate = [group for group in groups if _is_near(group.sample_rate_hz, rate_hz)]
        if determine_twelve(_leads_of(same_rate)):
            return same_rate
    return None


def _is_near(one_hz: float | None, other_hz: float | None) -> bool:
    """Return whether two rates differ by no more than the rounding of a time step."""
    if not one_hz or not other_hz:
        return one_hz == other_hz
    return abs(one_hz / other_hz - 1) < SAME_RATE


def partial_lead_caveats(channels: Sequence[Channel], rate_hz: float | None) -> tuple[Caveat, ...]:
    """Return a caveat if most leads were recorded in a part of the time, naming it.

    One lead that was off at the beginning is not a printout of columns.
    """
    size = max((len(channel.samples) for channel in channels), default=0)
    spans = {lead: span for channel in channels if (lead := canonical_lead(channel.name))
             and (span := _span(channel))}  # fmt: skip
    partly = [span for span in spans.values() if span[1] - span[0] < PARTLY * size]
    if not rate_hz or 2 * len(partly) < len(spans) or not partly:
        return ()
    by_span: dict[str, list[str]] = {}
    for lead in sorted(spans, key=LEADS.index):
        first, end = (round(edge / rate_hz, 1) for edge in spans[lead])
        by_span.setdefault(f"{first:g} to {end:g} s", []).append(lead)
    parts = "; ".join(f"{', '.join(leads)} {span}" for span, leads in by_span.items())
    text = (
        "The leads were not recorded all at one time, and each is missing where it was not "
        f"recorded: {parts}."
    )
    return (Caveat("leads_in_turn", text),)


def _span(channel: Channel) -> tuple[int, int] | None:
    known = np.flatnonzero(np.isfinite(channel.samples))
    return (int(known[0]), int(known[-1]) + 1) if len(known) else None


def _starts_s(
    where: str, groups: Sequence[Group], rate_hz: float
) -> tuple[list[float], tuple[Caveat, ...]]:
    stated = [group.start_s for group in groups if group.start_s is not None]
    if len(stated) == len(groups) and len(set(stated)) > 1:
        return [start - min(stated) for start in stated], ()
    if _are_sequential(groups, rate_hz):
        if len(_columns(groups)) > MOST_COLUMNS:
            message = "the recording times of its leads are missing"
            raise BadInput(where, message, "export all leads of one time", code="ecg.no_times")
        return _in_a_row(groups, rate_hz), (_assumed("one after the other, in the file's order"),)
    # One time for all groups is common for leads that were recorded simultaneously.
    caveats = () if len(stated) == len(groups) else (_assumed("as recorded at the same time"),)
    return [0.0] * len(groups), caveats


def _assumed(how: str) -> Caveat:
    text = f"The file lacks the recording times of its groups of leads. They were read {how}."
    return Caveat("group_times_assumed", text)


def _columns(groups: Sequence[Group]) -> list[Group]:
    """Return the groups that are not rhythm strips.

    A strip repeats leads of shorter groups, or is as long as all others together.
    """
    columns = []
    for number, group in enumerate(groups):
        others = [other for other in groups if other is not group]
        shorter = [g for g in others if g.size < group.size]
        repeated = [*shorter, *(g for g in groups[:number] if g.size == group.size)]
        length = sum(other.size for other in others)
        is_length = len(others) > 1 and abs(group.size / max(length, 1) - 1) <= STRIP_FITS
        if not group.leads <= _leads_of(repeated) and not is_length:
            columns.append(group)
    return columns


def _are_sequential(groups: Sequence[Group], rate_hz: float) -> bool:
    """Return whether groups without start times are the columns of a printout.

    Evidence in this order: a rhythm strip as long as all columns together; the signals themselves;
    a length of one column that is too short for an ECG.
    """
    columns = _columns(groups)
    sizes = [group.size for group in columns]
    strips = [group.size for group in groups if group not in columns]
    if len(columns) < 2:
        return False
    if any(abs(strip / sum(sizes) - 1) <= STRIP_FITS for strip in strips):
        return True
    together = recorded_together([group.channels for group in columns], rate_hz)
    return max(sizes) < SHORTEST_ECG_S * rate_hz if together is None else not together


def _in_a_row(groups: Sequence[Group], rate_hz: float) -> list[float]:
    columns = _columns(groups)
    starts, at = [], 0
    for group in groups:
        starts.append(at / rate_hz if group in columns else 0.0)
        at += group.size if group in columns else 0
    return starts


def _placed(
    where: str, groups: Sequence[Group], starts_s: Sequence[float], rate_hz: float
) -> list[Channel]:
    firsts = [round(start * rate_hz) for start in starts_s]
    size = max(first + group.size for first, group in zip(firsts, groups, strict=True))
    count = len(frozenset().union(*(group.leads for group in groups)))
    stored = sum(len(c.samples) for g in groups for c in g.channels if canonical_lead(c.name))
    if size * count > MOST_GAPS * stored:
        raise BadInput(
            where, "its leads do not form one recording", "export it again", code="ecg.no_times"
        )
    placed = []
    for first, group in zip(firsts, groups, strict=True):
        for channel in group.channels:
            whole = np.full(size, np.nan)
            whole[first : first + len(channel.samples)] = channel.samples
            placed.append(Channel(channel.name, whole, channel.unit))
    return placed
