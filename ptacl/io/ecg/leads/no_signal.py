"""Samples that are no voltage: no-signal markers, saturation, impossible values.

Converters and programs write a special value where an electrode was off or a sample was lost, most
often the lowest 16-bit integer (−32768), as documented by WFDB and others. Read as a voltage it
would be a wave of a hundred millivolts.
"""

from collections.abc import Callable, Sequence

import numpy as np
from jaxtyping import Bool, Float64

from ptacl.io.ecg.leads.lead_names import lead_name
from ptacl.types import Caveat, EcgSignal

MOST_MV = 1e4
"""Largest voltage of an amplifier for patients: IEC 60601-2-25 requires ± 5 mV of signal on ± 300
mV of electrode offset. Ten volts are a fill value, or damage."""
BEYOND_A_BODY_MV = 20.0
"""Four times the ± 5 mV that a 12-lead electrocardiograph must show (IEC 60601-2-25)."""
RAIL_SAMPLES = 5
"""Shortest run of one and the same value, far from the rest: at 500 Hz, 10 ms."""

_INTEGER_ENDS = tuple(
    end for bits in (16, 24, 32) for end in (-(2.0 ** (bits - 1)), 2.0 ** (bits - 1) - 1)
)
_FILLS = (-99999.0, -9999.0, -999.0, 999.0, 9999.0, 99999.0)
"""Fill values that tables use for missing values; markers only if they are outliers."""

Rows = Float64[np.ndarray, "leads samples"]


def no_signal_markers(rows: Rows) -> Bool[np.ndarray, "leads samples"] | None:
    """Return where a stored number marks no signal; None if there are no markers.

    Among integers, an end of the 16-, 24- or 32-bit range is a marker if no sample exceeds it: in
    nanovolts a sample may pass through −32768, and then others exceed it. A round fill value such
    as −9999 is a marker if its distance from all other values is larger than their range.

    Args:
        rows: numbers of all leads as the file holds them.
    """
    known = rows[np.isfinite(rows)] if np.isnan(rows).any() else rows
    if known.size == 0:
        return None
    extremes = sorted({float(known.min()), float(known.max())})
    ends = [value for value in extremes if value in _INTEGER_ENDS]
    fills = [value for value in extremes if value in _FILLS]
    if ends and bool((known % 1).any()):
        ends = []
    others = known[~np.isin(known, ends + fills)] if fills else known[:0]
    marks = ends + [value for value in fills if _is_outlier(value, others)]
    return np.isin(rows, marks) if marks else None


def without_markers(names: Sequence[str], rows: Rows) -> tuple[Rows, tuple[Caveat, ...]]:
    """Return the rows with markers of no signal masked, and a caveat.

    Args:
        names: of the rows.
        rows: numbers as the file holds them.
    """
    marked = no_signal_markers(rows)
    if marked is None:
        return rows, ()
    values = ", ".join(f"{value:.0f}" for value in np.unique(rows[marked]))
    inside = [name for name, row in zip(names, marked, strict=True) if row.any()]
    leads = ", ".join(lead.lead for name in inside if (lead := lead_name(name)))
    text = f"{values} marks no signal; there {leads} counts as missing."
    return np.where(marked, np.nan, rows), (Caveat("no_signal_values", text),)


def may_be_impossible(signal_mv: EcgSignal) -> bool:
    """Return whether a lead spans more than is physiological, or holds anything not finite."""
    if not signal_mv.shape[1]:
        return False
    with np.errstate(invalid="ignore", over="ignore"):
        spans = signal_mv.max(axis=1) - signal_mv.min(axis=1)
    # NaN propagates to the difference, and every comparison with it is False.
    return not bool((spans <= BEYOND_A_BODY_MV).all())


def without_impossible(rows: Rows) -> tuple[Rows, Bool[np.ndarray, " leads"]]:
    """Mask values that are no voltage; return the leads in mV and which ones changed.

    Masked are values beyond `MOST_MV`, and a lead's lowest or highest value if it is more than
    `BEYOND_A_BODY_MV` from the median of the others and either repeats unchanged for `RAIL_SAMPLES`
    or is a single outlier, twice as far as any other.
    """
    cleaned = rows.copy()
    cleaned[~(np.abs(cleaned) <= MOST_MV)] = np.nan
    for lead in cleaned:
        _mask_end(lead, np.nanmin)
        _mask_end(lead, np.nanmax)
    return cleaned, (np.isnan(cleaned) & ~np.isnan(rows)).any(axis=1)


def _mask_end(
    lead: Float64[np.ndarray, " samples"], end_of: Callable[[np.ndarray], np.floating]
) -> None:
    """Mask the lowest or the highest value of a lead, if it is no voltage."""
    if np.isnan(lead).all():
        return
    end = end_of(lead)
    others = lead[(lead != end) & ~np.isnan(lead)]
    if others.size == 0:
        return
    # The other samples give the level of the lead, even if it was off most of the time.
    middle = np.median(others)
    far, next_far = abs(end - middle), abs(end_of(others) - middle)
    at_end = lead == end
    if far > BEYOND_A_BODY_MV and (next_far < far / 2 or longest_run(at_end) >= RAIL_SAMPLES):
        lead[at_end] = np.nan


def in_long_runs(flags: Bool[np.ndarray, " samples"], samples: int) -> Bool[np.ndarray, " samples"]:
    """Return the True values of runs of at least the given length.

    Example:
        >>> in_long_runs(np.array([True, False, True, True]), 2).tolist()
        [False, False, True, True]
    """
    edges = np.flatnonzero(np.diff(np.concatenate([[False], flags, [False]]).astype(np.int8)))
    result = np.zeros_like(flags)
    for start, end in zip(edges[::2], edges[1::2], strict=True):
        result[start:end] = end - start >= samples
    return result


def longest_run(flags: Bool[np.ndarray, " samples"]) -> int:
    """Return the length of the longest run of True.

    Example:
        >>> longest_run(np.array([True, False, True, True]))
        2
    """
    edges = np.flatnonzero(np.diff(np.concatenate([[False], flags, [False]]).astype(np.int8)))
    return int((edges[1::2] - edges[::2]).max(initial=0))


def _is_outlier(value: float, others: Float64[np.ndarray, " values"]) -> bool:
    if others.size == 0:
        return False
    low, high = float(others.min()), float(others.max())
    return min(abs(value - low), abs(value - high)) > high - low
