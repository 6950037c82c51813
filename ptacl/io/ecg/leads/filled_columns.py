"""Columns of a printout whose unrecorded time is filled with a constant.

The table of a digitised printout may hold zeros, or the last value, where the paper shows another
lead. As voltages they would be leads that are disconnected most of the time.
"""

from collections.abc import Collection, Mapping

import numpy as np
from jaxtyping import Float64

from ptacl.types import LEADS, Caveat

Samples = Float64[np.ndarray, " _"]
Extent = tuple[int, int]
"""First sample of a segment, and the one after its last."""
STRIP, COLUMN = 0.9, 0.55
"""Shares of the recording: a rhythm strip varies for longer than the first, a lead of a column for
less than the second."""
FEWEST_IN_COLUMNS = 9
"""Of the twelve leads: three may be rhythm strips."""
CONSTANT_SHARE, SAMPLES_CHECKED = 0.45, 16
"""A lead of a column is constant for at least this share of the recording at its beginning or end;
this many samples of it, evenly spaced, are checked first."""
SAME = 0.02
"""Share of the recording by which starts or ends of the leads of a column may differ."""


def remove_filling(
    leads: Mapping[str, Samples],
) -> tuple[dict[str, Samples], tuple[Caveat, ...]]:
    """Replace the constants in the time of other columns by NaN.

    All leads but the rhythm strips must be constant outside one segment, and the segments must
    follow one another over the whole recording, or all start with it if there is a strip.

    Args:
        leads: in mV.
    """
    unchanged = dict(leads), ()
    lengths = {len(samples) for samples in leads.values()}
    if len(leads) < len(LEADS) or len(lengths) > 1 or not _may_be_filled(leads):
        return unchanged
    total = lengths.pop()
    extents = {lead: extent for lead, samples in leads.items()
               if (extent := _extent(samples)) is not None}  # fmt: skip
    columns = {lead: (a, b) for lead, (a, b) in extents.items() if b - a <= COLUMN * total}
    strips = [lead for lead, (a, b) in extents.items() if b - a >= STRIP * total]
    if len(columns) + len(strips) < len(LEADS) or len(columns) < FEWEST_IN_COLUMNS:
        return unchanged
    if not (
        _follow(columns.values(), total) or (strips and _start_together(columns.values(), total))
    ):
        return unchanged
    text = (
        "A constant fills the time for which the printout shows another lead: it counts as missing."
    )
    recorded = {lead: _only(samples, columns[lead]) if lead in columns else samples
            for lead, samples in leads.items()}  # fmt: skip
    return recorded, (Caveat("filled_columns", text, "info"),)


def _may_be_filled(leads: Mapping[str, Samples]) -> bool:
    """Check cheaply whether enough leads are constant at their beginning or end."""
    moving = 0
    for samples in leads.values():
        constant = int(CONSTANT_SHARE * len(samples))
        step = max(constant // SAMPLES_CHECKED, 1)
        ends = samples[:constant:step], samples[: -constant - 1 : -step]
        moving += all(_varies(end) for end in ends)
        if moving > len(LEADS) - FEWEST_IN_COLUMNS:
            return False
    return True


def _varies(samples: Samples) -> bool:
    """Check whether a value differs from the first; most often the last one does."""
    return bool(samples.size) and bool(samples[-1] != samples[0] or (samples != samples[:1]).any())


def _extent(samples: Samples) -> Extent | None:
    """Return the segment between constant ends; None if there is none, or if samples are missing.

    A value that occurs once is a sample; twice it may be filling.
    """
    changes = np.flatnonzero(np.diff(samples))
    if np.isnan(samples).any() or not changes.size:
        return None
    first, last = int(changes[0]), int(changes[-1]) + 1
    return first + 1 if first else 0, last if last + 1 < len(samples) else len(samples)


def _follow(extents: Collection[Extent], total: int) -> bool:
    """Check whether segments form columns, each starting where the previous one ends."""
    end, start = 0, None
    for first, last in sorted(extents):
        is_same = start is not None and first - start <= SAME * total
        if not is_same and abs(first - end) > SAME * total:
            return False
        start, end = (start if is_same else first), max(end, last)
    return abs(total - end) <= SAME * total


def _start_together(extents: Collection[Extent], total: int) -> bool:
    return all(first <= SAME * total for first, _ in extents)


def _only(samples: Samples, extent: Extent) -> Samples:
    recorded = np.full(len(samples), np.nan)
    recorded[extent[0] : extent[1]] = samples[extent[0] : extent[1]]
    return recorded
