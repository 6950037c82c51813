"""Leads that cannot be used are absent, not estimated, where the model has heads for the others.

An estimate of one or two leads is good enough for the heads of 12 leads; of more it is not. A model
with heads for a lead set reads that set as it is: the other leads are zero, which its encoder knows
as absent.
"""

from collections.abc import Collection
from dataclasses import replace

import numpy as np
from jaxtyping import Float

from ptacl.signal.lead_sets import lead_set
from ptacl.signal.quality.lead_estimate import determined, estimate_samples
from ptacl.signal.quality.lead_limits import off_samples
from ptacl.signal.quality.repair import ESTIMATED, MOST_ESTIMATED, RepairedEcg
from ptacl.types import FROM_INDEPENDENT, LEADS, EcgQuality, LeadQuality


def leave_out_unusable(
    repaired: RepairedEcg,
    signal_mv: Float[np.ndarray, "leads=12 samples"],
    sample_rate_hz: float,
) -> RepairedEcg:
    """Set the leads that cannot be used to zero if they are too many for an estimate.

    Limb leads that follow from good ones are computed. An ECG with at most two estimated leads, or
    without any good lead, is returned unchanged.

    Args:
        repaired: from `repair.repair_leads`.
        signal_mv: as read, in mV; NaN where samples are missing.
        sample_rate_hz: of the signal.
    """
    trusted = np.array([lead in repaired.trusted for lead in LEADS])
    if len(repaired.estimated) <= MOST_ESTIMATED or not trusted.any():
        return repaired
    good = trusted[:, None] & ~off_samples(signal_mv, sample_rate_hz)
    patched = estimate_samples(signal_mv, good, trusted[:, None] & ~good, sample_rate_hz)
    present = determined(trusted)
    follows = present & ~trusted
    of_trusted = FROM_INDEPENDENT[follows] @ np.linalg.pinv(FROM_INDEPENDENT[trusted])
    patched[follows] = of_trusted @ patched[trusted]
    patched[~present] = 0.0
    absent = tuple(LEADS[row] for row in np.flatnonzero(~present))
    return replace(
        repaired,
        signal_mv=patched.astype(signal_mv.dtype),
        per_lead=_as_absent(repaired.per_lead, absent),
        estimated=(),
        absent=absent,
    )


def estimated_as_absent(
    repaired: RepairedEcg,
    signal_mv: Float[np.ndarray, "leads=12 moved"],
    quality: EcgQuality,
    lead_sets: Collection[str],
) -> tuple[Float[np.ndarray, "leads=12 moved"], EcgQuality]:
    """Set estimated leads to zero if the others are exactly one of the sets with heads of its own.

    Checks of the whole ECG come before, since they need a signal in every lead.

    Args:
        repaired: from `repair.repair_leads`, with estimated leads.
        signal_mv: the same ECG at any rate, no NaN.
        quality: of it.
        lead_sets: names of the sets that have heads.
    """
    present = determined(np.array([lead in repaired.trusted for lead in LEADS]))
    names = tuple(lead for lead, there in zip(LEADS, present, strict=True) if there)
    if not any(lead_set(name).leads == names for name in lead_sets):
        return signal_mv, quality
    absent = tuple(lead for lead in LEADS if lead not in names)
    return np.where(present[:, None], signal_mv, 0).astype(signal_mv.dtype), replace(
        quality,
        per_lead=_as_absent(quality.per_lead, absent),
        caveats=tuple(caveat for caveat in quality.caveats if caveat.code != ESTIMATED),
        estimated=(),
        absent=absent,
    )


def _as_absent(
    per_lead: tuple[LeadQuality, ...], absent: tuple[str, ...]
) -> tuple[LeadQuality, ...]:
    """Return the states of the leads; what follows from an absent lead is absent too."""
    return tuple(
        LeadQuality(entry.lead, "bad", "follows from leads that are not used")
        if entry.lead in absent and entry.state != "bad"
        else entry
        for entry in per_lead
    )
