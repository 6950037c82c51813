"""Lead names as files spell them, and twelve leads from whichever of them a file holds."""

import re
from collections.abc import Mapping

import numpy as np
from jaxtyping import Float64

from ptacl.errors import BadInput
from ptacl.types import LEADS, LIMB, EcgSignal

Samples = Float64[np.ndarray, " samples"]

CHEST = LEADS[6:]

SCP_LEAD_CODES = {1: "I", 2: "II", 61: "III", 62: "aVR", 63: "aVL", 64: "aVF"} | {
    2 + number: f"V{number}" for number in range(1, 7)
}
"""Codes of the leads in SCP-ECG (EN 1064, table 4) and DICOM (5.6.3-9-n; ISO 11073-10102, 2:n).
Others are V7, V3R, Frank and the like."""

LONGEST_NAME = 64
"""Characters; what is longer names no lead, and would take long to be judged."""

_SPELLINGS = (
    {lead.lower(): lead for lead in LEADS}
    | {f"c{number}": f"V{number}" for number in range(1, 7)}
    | {prefix + lead.lower(): lead for lead in ("I", "II", "III") for prefix in "dl"}
    | {f"{prefix}{number}": "I" * number for number in (1, 2, 3) for prefix in "dl"}
)

_GLUED = {f"{word}{lead.lower()}": lead for lead in LEADS for word in ("ecg", "ekg", "lead")}
"""``LeadII``; not ``Lead2``, which in a numbered list of leads may be another."""


_WORDS = re.compile(
    r"\b(mdc|ecg|ekg|lead|channel|derivation|derivación|dérivation|derivazione|ableitung|abl|"
    r"einthoven|goldberger|wilson)\b(?:[-:.](?=\S))?"
)
"""What stands around a lead's name; a hyphen that joins is theirs, one after a space a minus."""


def canonical_lead(name: str) -> str | None:
    """The lead that a file's channel name means; None for Frank leads, V7, −aVR, respiration …

    Example:
        >>> canonical_lead("Lead I (Einthoven)"), canonical_lead("MDC_ECG_LEAD_AVR")
        ('I', 'aVR')
        >>> canonical_lead("EKG-II"), canonical_lead("ECG -aVR"), canonical_lead("vx")
        ('II', None, None)
    """
    if len(name) > LONGEST_NAME:
        return None
    plain = re.sub(r"\(.*?\)|\[.*?\]", " ", name.lower()).replace("_", " ")
    plain = re.sub(r"\s+", "", _WORDS.sub(" ", plain))
    return _SPELLINGS.get(plain) or _GLUED.get(plain)


def complete_leads(
    named: Mapping[str, Samples], where: str = "ECG"
) -> tuple[EcgSignal, dict[str, str]]:
    """Twelve leads in canonical order from a file's channels.

    The limb leads follow from any two of them: III = II − I, aVR = −(I + II)/2, aVL = I − II/2,
    aVF = II − I/2. A lead without a single sample counts as absent. V1–V6 must be there.

    Args:
        named: channel name as the file spells it → samples in mV, all of one length, NaN in gaps.
        where: the file's name, for messages.

    Returns:
        The signal (12, samples) in mV, and what is to be known of a lead: ``derived``, ``flat``
        or ``gaps``.

    Raises:
        BadInput: a lead is there twice, lengths differ, or independent leads are missing.

    Example:
        >>> one = np.ones(4)
        >>> chest = {f"V{i}": one for i in range(1, 7)}
        >>> signal, missing = complete_leads({"I": one, "aVF": one, **chest})
        >>> signal[1, 0], missing["II"]  # aVF = II - I/2
        (np.float32(1.5), 'derived')
    """
    named_leads = _by_lead(named, where)
    given = {lead: samples for lead, samples in named_leads.items() if _has_samples(samples)}
    limb = {lead: given[lead] for lead in LIMB if lead in given}
    absent = [lead for lead in CHEST if lead not in given]
    if absent or len(limb) < 2:
        raise _too_few(given, limb, absent, where)
    einthoven = _leads_one_and_two(limb)
    derived = {lead: np.asarray(LIMB[lead]) @ einthoven for lead in LIMB if lead not in limb}
    whole = given | derived
    signal = np.stack([whole[lead] for lead in LEADS]).astype(np.float32)
    return signal, _states(signal, set(derived))


def _by_lead(named: Mapping[str, Samples], where: str) -> dict[str, Samples]:
    given: dict[str, Samples] = {}
    for name, samples in named.items():
        lead = canonical_lead(name)
        if lead is None:
            continue
        if lead in given:
            raise BadInput(where, f"lead {lead} is there twice", "export each lead once")
        given[lead] = samples
    if len({len(samples) for samples in given.values()}) > 1:
        raise BadInput(where, "its leads differ in length", "export all leads of one recording")
    return given


def _has_samples(samples: Samples) -> bool:
    return bool(np.isfinite(samples).any())


def _leads_one_and_two(limb: Mapping[str, Samples]) -> Float64[np.ndarray, "2 samples"]:
    # LIMB lists I and II first, so they are taken as they are where the file has them.
    first, second = list(limb)[:2]
    return np.linalg.inv([LIMB[first], LIMB[second]]) @ np.stack([limb[first], limb[second]])


def _too_few(
    given: Mapping[str, Samples], limb: Mapping[str, Samples], absent: list[str], where: str
) -> BadInput:
    wanted = [lead for lead in ("I", "II") if lead not in limb][: 2 - len(limb)]
    needed = ", ".join(wanted + absent) if len(limb) < 2 else ", ".join(absent)
    held = ", ".join(lead for lead in LEADS if lead in given) or "none that is known"
    count = len(given)
    # Wrist and limb recorders have no chest leads: no export of theirs can be enough.
    limb_alone = bool(limb) and len(absent) == len(CHEST)
    return BadInput(
        where,
        f"it holds {count} of the 12 standard leads ({held}); missing: {needed}",
        "give an ECG with the chest leads V1 to V6"
        if limb_alone
        else "export all 12 leads, or at least two limb leads and V1 to V6",
    )


def _states(signal: EcgSignal, derived: set[str]) -> dict[str, str]:
    states = {}
    for lead, samples in zip(LEADS, signal, strict=True):
        held = samples[~np.isnan(samples)]
        if lead in derived:
            states[lead] = "derived"
        elif held.size < samples.size:
            states[lead] = "gaps"
        elif np.ptp(held) == 0:
            states[lead] = "flat"
    return states
