"""Repair of an ECG: leads that must not be used are estimated from the others."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float

from ptacl.signal.quality.identical_leads import equal_leads
from ptacl.signal.quality.lead_estimate import determined, estimate_samples, guessed
from ptacl.signal.quality.lead_limits import off_samples
from ptacl.signal.quality.lead_states import AssessedLeads, assess_leads
from ptacl.signal.quality.limb_leads import AGREES, LimbFinding, examine_limb_leads
from ptacl.types import LEADS, LIMB, Caveat, LeadQuality
from ptacl.wording import listed

MOST_ESTIMATED = 2
"""Maximum number of estimated leads out of the eight independent ones. The loss of accuracy by one
or two is measured for each gallery (`gallery.interval_widening`); more are not estimated."""
ESTIMATED = "leads_estimated"
"""Code of the caveat that names the estimated leads."""
_LIMBS = len(LIMB)
Samples = Bool[np.ndarray, "leads=12 samples"]
Leads = Bool[np.ndarray, " leads=12"]


@dataclass(frozen=True, slots=True)
class RepairedEcg:
    """ECG with the states of its leads, bad ones estimated."""

    signal_mv: Float[np.ndarray, "leads=12 samples"]
    """The original array if nothing was repaired; NaN where a lead could not be estimated."""
    per_lead: tuple[LeadQuality, ...]
    estimated: tuple[str, ...] = ()
    """Independent leads that are estimated as a whole."""
    caveats: tuple[Caveat, ...] = ()
    trusted: tuple[str, ...] = LEADS
    """Leads that were recorded and may be used."""
    absent: tuple[str, ...] = ()
    """Leads that are set to zero, since too few are good for an estimate (`absent_leads`)."""


def repair_leads(
    signal_mv: Float[np.ndarray, "leads=12 samples"],
    sample_rate_hz: float,
    missing: Mapping[str, str],
    odd: Mapping[str, str] | None = None,
) -> RepairedEcg:
    """Assess the leads and estimate those that must not be used from the others.

    A bad lead is replaced as a whole; of a good one, only the segments in which it is off. Limb
    leads that contradict the others are computed from these. An ECG without faults is returned
    unchanged.

    Args:
        signal_mv: as read, in mV; NaN where samples are missing.
        sample_rate_hz: of the signal.
        missing: lead → ``derived``, ``flat``, ``gaps`` or ``absent``, from the reader.
        odd: leads that the check of the whole ECG found bad, with the reason.
    """
    off = off_samples(signal_mv, sample_rate_hz)
    assessed = assess_leads(signal_mv, off, sample_rate_hz, missing)
    states = {entry.lead: entry for entry in assessed.per_lead}
    states |= {lead: LeadQuality(lead, "bad", reason) for lead, reason in (odd or {}).items()}
    bad = np.array([states[lead].state == "bad" for lead in LEADS])
    recorded = np.array([missing.get(lead) not in ("derived", "absent") for lead in LEADS])
    wanted = recorded | np.array([missing.get(lead) == "absent" for lead in LEADS])
    limbs_mv = np.where(off, np.nan, signal_mv)[:_LIMBS]
    copies = equal_leads(np.where(off, np.nan, signal_mv))
    finding = None if copies else _law(limbs_mv, recorded & ~bad)
    wrong = bad | _named(finding.wrong if finding else ())
    states |= _contradicting(finding, states)
    caveats = (*copies, *_limb_caveats(finding))
    trusted = recorded & ~wrong
    if shared := _shared_electrode(signal_mv, recorded, bad, assessed):
        trusted[:_LIMBS] &= _named(shared.usable)[:_LIMBS]
        caveats += shared.caveats
    states |= _following(states, bad, trusted)
    good = trusted[:, None] & ~off
    names = tuple(LEADS[row] for row in np.flatnonzero(trusted))
    replaced = _replaced(good, wanted)
    if not replaced.any():
        return RepairedEcg(signal_mv, tuple(states.values()), (), caveats, names)
    estimated = guessed(trusted)
    if len(estimated) > MOST_ESTIMATED:  # such an ECG is not usable and is not repaired
        return RepairedEcg(signal_mv, tuple(states.values()), estimated, caveats, names)
    repaired = estimate_samples(signal_mv, good, replaced, sample_rate_hz).astype(signal_mv.dtype)
    caveats += _estimate_caveats(estimated, off, trusted, sample_rate_hz)
    return RepairedEcg(repaired, tuple(states.values()), estimated, caveats, names)


def _replaced(good: Samples, recorded: Leads) -> Samples:
    """Return the samples to estimate: recorded or absent but not good, or computed from such."""
    replaced = recorded[:, None] & ~good
    # A computed limb lead must be recomputed where one of its sources is replaced.
    touched = replaced[:_LIMBS].any(axis=0)
    replaced[:_LIMBS] |= ~recorded[:_LIMBS, None] & touched
    return replaced


def _named(leads: tuple[str, ...]) -> Leads:
    return np.array([lead in leads for lead in LEADS])


def _law(limbs_mv: Float[np.ndarray, "limb_leads=6 samples"], usable: Leads) -> LimbFinding | None:
    """Check the individually usable limb leads by Einthoven's law."""
    return examine_limb_leads(limbs_mv, [LEADS[row] for row in np.flatnonzero(usable[:_LIMBS])])


def _contradicting(
    finding: LimbFinding | None, states: Mapping[str, LeadQuality]
) -> dict[str, LeadQuality]:
    reason = "inconsistent with the other limb leads"
    return {
        lead: LeadQuality(lead, "check", reason)
        for lead in (finding.wrong if finding else ())
        if states[lead].state != "bad"
    }


def _following(
    states: Mapping[str, LeadQuality], bad: Leads, trusted: Leads
) -> dict[str, LeadQuality]:
    """Return bad limb leads that follow from good ones exactly; their state becomes check."""
    follows = determined(trusted)
    return {
        lead: LeadQuality(lead, "check", f"{states[lead].reason}, computed from other limb leads")
        for row, lead in enumerate(LEADS[:_LIMBS])
        if bad[row] and follows[row]
    }


def _limb_caveats(finding: LimbFinding | None) -> tuple[Caveat, ...]:
    if finding is None:
        return ()
    if not finding.wrong:
        text = f"{finding.text} It cannot be determined which of them is wrong."
        return (Caveat("limb_leads_contradict", text, "withhold"),)
    verb = "It was" if len(finding.wrong) == 1 else "They were"
    text = f"{finding.text} {verb} computed from the other limb leads instead."
    return (Caveat("limb_leads_mended", text, "check"),)


@dataclass(frozen=True, slots=True)
class _Shared:
    """Limb leads that were computed from the same two electrodes, one of them bad."""

    usable: tuple[str, ...]
    caveats: tuple[Caveat, ...] = ()


def _shared_electrode(
    signal_mv: Float[np.ndarray, "leads=12 samples"],
    recorded: Leads,
    bad: Leads,
    assessed: AssessedLeads,
) -> _Shared | None:
    """Select the usable limb lead if a bad one is consistent with the others by Einthoven's law.

    If a device computes limb leads from two, the noise of an electrode is in most of them, and the
    bad lead would be recomputed from them with the same noise. Only the least disturbed lead is
    kept then, if it is not bad. A flat lead among consistent ones means a right-leg electrode on an
    arm, or a dead channel: then no limb lead corresponds to its name.
    """
    rows = np.flatnonzero(recorded[:_LIMBS])
    spoiled = [int(row) for row in rows if bad[row]]
    if not spoiled or rows.size < 3:
        return None
    # As read, including samples at the rails: a fault of a single lead contradicts the others.
    names = [LEADS[row] for row in rows]
    if examine_limb_leads(signal_mv[:_LIMBS], names, AGREES) is not None:
        return None
    flat = [LEADS[row] for row in spoiled if assessed.per_lead[row].reason == "flat"]
    if flat:
        text = (
            f"Lead {flat[0]} is flat and the other limb leads agree with that: the electrode of "
            "the right leg is exchanged with another, or a channel is dead."
        )
        return _Shared((), (Caveat("flat_limb_lead", text, "withhold"),))
    calmest = int(rows[assessed.disturbance[rows].argmin()])
    return _Shared(() if bad[calmest] else (LEADS[calmest],))


def _estimate_caveats(
    estimated: tuple[str, ...], off: Samples, trusted: Leads, sample_rate_hz: float
) -> tuple[Caveat, ...]:
    """Return the caveats that name estimated leads and segments."""
    caveats = []
    if estimated:
        which = "Lead" if len(estimated) == 1 else "Leads"
        text = (
            f"{which} {listed(estimated)} could not be used and "
            f"{'was' if len(estimated) == 1 else 'were'} estimated from the others."
        )
        caveats.append(Caveat(ESTIMATED, text, "check"))
    patched = off.any(axis=1) & trusted
    if patched.any():
        names = [LEADS[row] for row in np.flatnonzero(patched)]
        longest = off[patched].sum(axis=1).max() / sample_rate_hz
        text = (
            f"{listed(names)}: up to {longest:.2g} s without a signal, estimated from the other "
            "leads."
        )
        caveats.append(Caveat("stretches_estimated", text, "check"))
    return tuple(caveats)
