"""Leads that must not be used, and the ECG with each of them estimated from the others."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float

from ptacl.signal.quality.identical_leads import equal_leads
from ptacl.signal.quality.lead_estimate import determined, guessed, repair
from ptacl.signal.quality.lead_limits import off_samples
from ptacl.signal.quality.lead_states import JudgedLeads, judge_leads
from ptacl.signal.quality.limb_leads import AGREES, LimbFinding, examine_limb_leads
from ptacl.types import LEADS, LIMB, Caveat, LeadQuality

MOST_ESTIMATED = 2
"""Of the eight independent leads. What one or two cost is measured for each gallery
(`gallery.widening`); more are not estimated."""
ESTIMATED = "leads_estimated"
"""Code of the caveat that names them."""
_LIMBS = len(LIMB)
Samples = Bool[np.ndarray, "leads=12 samples"]
Leads = Bool[np.ndarray, " leads=12"]


@dataclass(frozen=True, slots=True)
class Mended:
    """An ECG whose leads were judged, and mended where they had to be."""

    signal_mv: Float[np.ndarray, "leads=12 samples"]
    """The array that was given where nothing had to be mended; NaN where nothing can be said."""
    per_lead: tuple[LeadQuality, ...]
    estimated: tuple[str, ...] = ()
    """Independent leads whose whole course is an estimate."""
    caveats: tuple[Caveat, ...] = ()


def mend(
    signal_mv: Float[np.ndarray, "leads=12 samples"],
    sample_rate_hz: float,
    missing: Mapping[str, str],
    odd: Mapping[str, str] | None = None,
) -> Mended:
    """Judge the leads and replace what must not be used by what the others say of it.

    A lead that is bad is replaced as a whole, stretches where a good one is off by themselves. Limb
    leads that contradict the others follow from these. An ECG without any of that stays as it is,
    bit by bit.

    Args:
        signal_mv: as read, in mV; NaN where samples are missing.
        sample_rate_hz: of the signal.
        missing: lead → ``derived``, ``flat`` or ``gaps``, from the reader.
        odd: leads that were found bad by what the whole ECG says, with the reason.
    """
    off = off_samples(signal_mv, sample_rate_hz)
    judged = judge_leads(signal_mv, off, sample_rate_hz, missing)
    states = {entry.lead: entry for entry in judged.per_lead}
    states |= {lead: LeadQuality(lead, "bad", reason) for lead, reason in (odd or {}).items()}
    bad = np.array([states[lead].state == "bad" for lead in LEADS])
    recorded = np.array([missing.get(lead) != "derived" for lead in LEADS])
    limbs_mv = np.where(off, np.nan, signal_mv)[:_LIMBS]
    copies = equal_leads(np.where(off, np.nan, signal_mv))
    finding = None if copies else _law(limbs_mv, recorded & ~bad)
    wrong = bad | _named(finding.wrong if finding else ())
    states |= _contradicting(finding, states)
    caveats = (*copies, *_limb_caveats(finding))
    trusted = recorded & ~wrong
    if shared := _shared_electrode(signal_mv, recorded, bad, judged):
        trusted[:_LIMBS] &= _named(shared.kept)[:_LIMBS]
        caveats += shared.caveats
    states |= _following(states, bad, trusted)
    good = trusted[:, None] & ~off
    replaced = _replaced(good, recorded)
    if not replaced.any():
        return Mended(signal_mv, tuple(states.values()), (), caveats)
    estimated = guessed(trusted)
    if len(estimated) > MOST_ESTIMATED:  # nothing is said of such an ECG; it stays as it was read
        return Mended(signal_mv, tuple(states.values()), estimated, caveats)
    mended = repair(signal_mv, good, replaced, sample_rate_hz).astype(signal_mv.dtype)
    caveats += _estimate_caveats(estimated, off, trusted, sample_rate_hz)
    return Mended(mended, tuple(states.values()), estimated, caveats)


def _replaced(good: Samples, recorded: Leads) -> Samples:
    """What is to be estimated: all that was recorded and is not good, and what hangs on it."""
    replaced = recorded[:, None] & ~good
    # A computed limb lead holds what its sources held; it is made anew where one of them is.
    touched = replaced[:_LIMBS].any(axis=0)
    replaced[:_LIMBS] |= ~recorded[:_LIMBS, None] & touched
    return replaced


def _named(leads: tuple[str, ...]) -> Leads:
    return np.array([lead in leads for lead in LEADS])


def _law(limbs_mv: Float[np.ndarray, "limb_leads=6 samples"], usable: Leads) -> LimbFinding | None:
    """What Einthoven's law says of the limb leads that are usable by themselves."""
    return examine_limb_leads(limbs_mv, [LEADS[row] for row in np.flatnonzero(usable[:_LIMBS])])


def _contradicting(
    finding: LimbFinding | None, states: Mapping[str, LeadQuality]
) -> dict[str, LeadQuality]:
    reason = "not what the other limb leads say"
    return {
        lead: LeadQuality(lead, "check", reason)
        for lead in (finding.wrong if finding else ())
        if states[lead].state != "bad"
    }


def _following(
    states: Mapping[str, LeadQuality], bad: Leads, trusted: Leads
) -> dict[str, LeadQuality]:
    """Bad limb leads that follow from good ones: nothing is lost, so they are to be checked."""
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
        text = f"{finding.text} Which of them is wrong cannot be told."
        return (Caveat("limb_leads_contradict", text, "withhold"),)
    held = "It was" if len(finding.wrong) == 1 else "They were"
    text = f"{finding.text} {held} computed from the other limb leads instead."
    return (Caveat("limb_leads_mended", text, "check"),)


@dataclass(frozen=True, slots=True)
class _Shared:
    """Limb leads that go back to the same two, one of which is bad."""

    kept: tuple[str, ...]
    caveats: tuple[Caveat, ...] = ()


def _shared_electrode(
    signal_mv: Float[np.ndarray, "leads=12 samples"],
    recorded: Leads,
    bad: Leads,
    judged: JudgedLeads,
) -> _Shared | None:
    """Which limb lead may be kept where a bad one agrees with the others by Einthoven's law.

    A device that computes limb leads from two carries the noise of an electrode into most of them,
    and the rest would give a bad lead back as it was. So the calmest alone is kept, if it is not
    bad. A flat lead among lawful ones is a right-leg electrode on an arm, or a dead channel: then
    no limb lead is what its name says.
    """
    rows = np.flatnonzero(recorded[:_LIMBS])
    spoiled = [int(row) for row in rows if bad[row]]
    if not spoiled or rows.size < 3:
        return None
    # As they were read, rails and all: what one lead alone holds contradicts the others.
    names = [LEADS[row] for row in rows]
    if examine_limb_leads(signal_mv[:_LIMBS], names, AGREES) is not None:
        return None
    flat = [LEADS[row] for row in spoiled if judged.per_lead[row].reason == "flat"]
    if flat:
        text = (
            f"Lead {flat[0]} is flat and the other limb leads agree with that: the electrode of "
            "the right leg is exchanged with another, or a channel is dead."
        )
        return _Shared((), (Caveat("flat_limb_lead", text, "withhold"),))
    calmest = int(rows[judged.disturbance[rows].argmin()])
    return _Shared(() if bad[calmest] else (LEADS[calmest],))


def _estimate_caveats(
    estimated: tuple[str, ...], off: Samples, trusted: Leads, sample_rate_hz: float
) -> tuple[Caveat, ...]:
    """What was estimated: whole leads, and stretches."""
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
            "leads there."
        )
        caveats.append(Caveat("stretches_estimated", text, "check"))
    return tuple(caveats)


def listed(names: tuple[str, ...] | list[str]) -> str:
    """Names as a phrase.

    >>> listed(["I", "II", "V1"])
    'I, II and V1'
    """
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
