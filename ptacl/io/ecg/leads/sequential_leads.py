"""Leads that were not recorded simultaneously: printout columns, or leads with gaps.

A printed 12-lead ECG shows four columns of 2.5 s with three leads each, possibly over a rhythm
strip; tables digitised from a print hold what the paper shows. Some keep each lead at its time,
others begin every column at time zero.
"""

from collections.abc import Mapping

import numpy as np
from jaxtyping import Float64

from ptacl.io.ecg.leads.einthoven import limb_disagreement
from ptacl.io.plausibility import SHORTEST_ECG_S
from ptacl.types import LEADS, LIMB, Caveat, EcgSignal

Samples = Float64[np.ndarray, " _"]
"""One lead; others may have another length."""
COLUMNS = (LEADS[:3], LEADS[3:6], LEADS[6:9], LEADS[9:])
"""Columns of a printout; each is recorded for a quarter of the time."""
_SAME_LENGTH = 0.01
"""Relative difference in length of columns: those of a printout differ by a sample or two."""
MOST_RESIDUAL = 0.1
"""Largest share of the limb leads' energy that violates Einthoven's law in a digitised printout: a
hundredth of a millivolt of pen width under half a millivolt of signal is far less."""


def arrange_columns(
    leads: Mapping[str, Samples], sample_rate_hz: float
) -> tuple[dict[str, Samples], tuple[Caveat, ...]]:
    """Arrange printout columns that all begin at time zero as leads of one length.

    Columns are identified by their length, a quarter of the strip's or of the usual ten seconds,
    and by the limb leads: I, II and III are consistent, and so are aVR, aVL and aVF, but the six
    are not as they would be if recorded simultaneously. Other leads are returned unchanged.

    Args:
        leads: the twelve leads in mV, of any lengths; empty ends as NaN.
        sample_rate_hz: what the ECG is read at.
    """
    lengths = {lead: _known_length(samples) for lead, samples in leads.items()}
    shortest = min(lengths.values(), default=0)
    if len(leads) < len(LEADS) or not shortest:
        return dict(leads), ()
    if len(set(lengths.values())) == 1 and shortest >= SHORTEST_ECG_S * sample_rate_hz:
        return dict(leads), ()
    total = 4 * shortest
    if not all(
        _is_near(length, shortest) or _is_near(length, total) for length in lengths.values()
    ):
        return dict(leads), ()
    if not _are_columns(leads, shortest):
        return dict(leads), ()
    total = max(total, *lengths.values())
    text = (
        "The file holds columns as on paper, each a quarter of the time; they were put one after "
        "another: I, II, III, then aVR, aVL, aVF, then V1 to V3, then V4 to V6."
    )
    placed = {
        lead: _placed(samples[: lengths[lead]], total, column * total // 4)
        for column, names in enumerate(COLUMNS)
        for lead, samples in ((lead, leads[lead]) for lead in names)
    }
    return placed, (Caveat("columns_of_a_print", text),)


def gap_caveats(
    signal_mv: EcgSignal, missing: Mapping[str, str], sample_rate_hz: float
) -> tuple[Caveat, ...]:
    """Return the caveats about missing samples.

    Args:
        signal_mv: (12, samples) in mV.
        missing: lead → state, from `leads.complete_leads`.
        sample_rate_hz: for the length of the gaps.
    """
    gaps = {lead: np.isnan(signal_mv[LEADS.index(lead)]) for lead in missing
            if missing[lead] == "gaps"}  # fmt: skip
    empty = [lead for lead, absent in gaps.items() if absent.all()]
    partly = {lead: absent for lead, absent in gaps.items() if lead not in empty}
    caveats = []
    if empty:
        text = f"{_listed(empty)} {'holds' if len(empty) == 1 else 'hold'} no samples at all."
        caveats.append(Caveat("lead_without_samples", text))
    if partly and np.any(list(partly.values()), axis=0).all():
        text = "The leads were recorded in sequence, as on paper, and never all simultaneously."
        caveats.append(Caveat("leads_in_turn", text))
    elif partly:
        lengths = [f"{lead} for {n.sum() / sample_rate_hz:.3g} s" for lead, n in partly.items()]
        caveats.append(Caveat("gaps", f"Samples are missing: {', '.join(lengths)}."))
    return tuple(caveats)


def _listed(leads: list[str]) -> str:
    return f"Lead {leads[0]}" if len(leads) == 1 else f"Leads {', '.join(leads)}"


def _known_length(samples: Samples) -> int:
    if samples.size and np.isfinite(samples[-1]):
        return len(samples)
    known = np.flatnonzero(np.isfinite(samples))
    return int(known[-1]) + 1 if known.size else 0


def _is_near(length: int, wanted: int) -> bool:
    return abs(length - wanted) <= max(_SAME_LENGTH * wanted, 2)


def _are_columns(leads: Mapping[str, Samples], length: int) -> bool:
    """Return whether the limb leads are consistent within each column and not across them."""
    limb = np.stack([leads[lead][:length] for lead in LIMB])
    limb = limb - np.nanmean(limb, axis=1, keepdims=True)
    together = limb_disagreement(limb)
    lead_i, lead_ii, lead_iii, avr, avl, avf = limb
    within = np.nanmean((lead_iii - lead_ii + lead_i) ** 2) + np.nanmean((avr + avl + avf) ** 2)
    return bool(within < MOST_RESIDUAL * np.nanmean(limb**2) < np.inf and together > MOST_RESIDUAL)


def _placed(samples: Samples, total: int, start: int) -> Float64[np.ndarray, " total"]:
    if len(samples) > total // 2:
        start = 0  # a rhythm strip over the whole time
    whole = np.full(total, np.nan)
    end = min(start + len(samples), total)
    whole[start:end] = samples[: end - start]
    return whole
