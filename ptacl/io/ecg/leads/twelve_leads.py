"""Twelve leads in canonical order from the leads of a file."""

from collections.abc import Collection, Mapping, Sequence
from math import isfinite, isnan

import numpy as np
from jaxtyping import Float64

from ptacl.errors import BadInput
from ptacl.io.ecg.leads.lead_names import canonical_lead, lead_name
from ptacl.types import LEADS, LIMB, EcgSignal

Samples = Float64[np.ndarray, " _"]
"""One lead; others may have another length."""

CHEST = LEADS[6:]
FEWEST_CHEST_LEADS = 3
"""Fewest chest leads with samples, of the six that a file names; with fewer it is a recording of
the limb leads."""

SCP_LEAD_CODES = {1: "I", 2: "II", 61: "III", 62: "aVR", 63: "aVL", 64: "aVF"} | {
    2 + number: f"V{number}" for number in range(1, 7)
}
"""Lead codes of SCP-ECG (EN 1064, table 4) and DICOM (5.6.3-9-n; ISO 11073-10102, 2:n). Others are
V7, V3R, Frank leads and the like."""


def complete_leads(
    named: Mapping[str, Samples], where: str = "ECG", *, any_leads: bool = False
) -> tuple[EcgSignal, dict[str, str]]:
    """Return twelve leads in canonical order from a file's channels.

    The limb leads follow from any two of them: III = II − I, aVR = −(I + II)/2, aVL = I − II/2, aVF
    = II − I/2. A limb lead without any sample is derived like an absent one. A chest lead without
    any sample stays missing: its electrode was off.

    Args:
        named: channel name as the file spells it → samples in mV, all of one length, NaN in gaps.
        where: the file's name, for messages.
        any_leads: whether independent leads may be missing, as long as one lead has samples; a
            missing lead is NaN.

    Returns:
        The signal (12, samples) in mV, and what is to be known of a lead: ``derived``, ``flat``,
        ``gaps`` or ``absent``.

    Raises:
        BadInput: a lead is present twice, lengths differ, or independent leads are missing.

    Example:
        >>> one = np.ones(4)
        >>> chest = {f"V{i}": one for i in range(1, 7)}
        >>> signal, missing = complete_leads({"I": one, "aVF": one, **chest})
        >>> signal[1, 0], missing["II"]  # aVF = II - I/2
        (np.float32(1.5), 'derived')
    """
    given = _by_lead(named, where)
    present = {lead for lead, samples in given.items() if _has_samples(samples)}
    limb = {lead: given[lead] for lead in LIMB if lead in present}
    if any_leads:
        return _as_far_as_given(given, present, limb)
    require_enough_leads(where, given, [lead for lead in CHEST if lead in given], list(limb))
    if len(present.intersection(CHEST)) < FEWEST_CHEST_LEADS:
        require_enough_leads(
            where, present, [lead for lead in CHEST if lead in present], list(limb)
        )
    whole = dict(given)
    derived = {lead for lead in LIMB if lead not in limb}
    if derived:
        einthoven = _leads_one_and_two(limb)
        whole |= {lead: np.asarray(LIMB[lead]) @ einthoven for lead in derived}
    with np.errstate(over="ignore"):  # beyond 32 bits: `assemble.to_ecg` detects infinite values
        signal = np.stack([whole[lead] for lead in LEADS], dtype=np.float32, casting="same_kind")
    return signal, _states(signal, derived)


def _as_far_as_given(
    given: Mapping[str, Samples], present: Collection[str], limb: Mapping[str, Samples]
) -> tuple[EcgSignal, dict[str, str]]:
    """Return the leads of an ECG of any lead set; those that neither exist nor follow are NaN."""
    length = max((len(samples) for samples in given.values()), default=0)
    signal = np.full((len(LEADS), length), np.nan, dtype=np.float32)
    derived = {lead for lead in LIMB if lead not in limb} if len(limb) >= 2 else set()
    einthoven = _leads_one_and_two(limb) if derived else None
    for row, lead in enumerate(LEADS):
        if lead in derived and einthoven is not None:
            signal[row] = np.asarray(LIMB[lead]) @ einthoven
        elif lead in present:
            signal[row] = given[lead]
    absent = {lead: "absent" for lead in LEADS if lead not in present and lead not in derived}
    return signal, _states(signal, derived) | absent


def require_a_lead(where: str, given: Collection[str]) -> None:
    """Refuse a file without any of the 12 leads.

    Raises:
        BadInput: it holds none of them.
    """
    if not given:
        require_enough_leads(where, given, (), ())


def require_enough_leads(
    where: str, given: Collection[str], chest: Collection[str], limb: Collection[str]
) -> None:
    """Refuse a file in which chest leads, or two limb leads, are missing.

    Args:
        where: the file's name.
        given: all leads that it holds.
        chest: the chest leads among them that count.
        limb: the limb leads among them that count.

    Raises:
        BadInput: leads are missing; the message lists present and missing leads.
    """
    absent = [lead for lead in CHEST if lead not in chest]
    if not absent and len(limb) >= 2:
        return
    wanted = [lead for lead in ("I", "II") if lead not in limb][: max(2 - len(limb), 0)]
    names = ", ".join(lead for lead in LEADS if lead in given) or "none that is known"
    # Wrist and limb recorders have no chest leads: another export does not help.
    limb_alone = bool(limb) and len(absent) == len(CHEST)
    raise BadInput(
        where,
        f"it holds {len(given)} of the 12 standard leads ({names}); "
        f"missing: {', '.join(wanted + absent)}",
        "give an ECG with the chest leads V1 to V6"
        if limb_alone
        else "export all 12 leads, or at least two limb leads and V1 to V6",
        code="ecg.missing_leads",
    )


def lead_indices(where: str, names: Sequence[str], rates: Sequence[int]) -> list[int]:
    """Return the indices of the leads; if rates differ, of those of one rate that suffice.

    Args:
        where: the file's name, for messages.
        names: of all channels, leads or not.
        rates: samples of each in one frame or record of the file.

    Raises:
        BadInput: no leads of one rate suffice.
    """
    by_rate: dict[int, list[int]] = {}
    for index, (name, rate) in enumerate(zip(names, rates, strict=True)):
        if rate and lead_name(name):
            by_rate.setdefault(rate, []).append(index)
    if len(by_rate) < 2:
        return next(iter(by_rate.values()), [])
    for indices in sorted(by_rate.values(), key=len, reverse=True):
        leads = {lead.lead for index in indices if (lead := lead_name(names[index]))}
        if leads.issuperset(CHEST) and len(leads.intersection(LIMB)) >= 2:
            return indices
    raise BadInput(
        where,
        "its leads differ in their rate",
        "export all leads at one rate",
        code="ecg.different_rates",
    )


def _by_lead(named: Mapping[str, Samples], where: str) -> dict[str, Samples]:
    given: dict[str, Samples] = {}
    for name, samples in named.items():
        lead = canonical_lead(name)
        if lead is None:
            continue
        if lead in given:
            raise BadInput(
                where,
                f"lead {lead} is present twice",
                "export each lead once",
                code="ecg.duplicate_lead",
            )
        given[lead] = samples
    if len({len(samples) for samples in given.values()}) > 1:
        raise BadInput(
            where,
            "its leads differ in length",
            "export all leads of one recording",
            code="ecg.unequal_leads",
        )
    return given


def _has_samples(samples: Samples) -> bool:
    return bool(samples.size) and (isfinite(samples[0]) or bool(np.isfinite(samples).any()))


def _leads_one_and_two(limb: Mapping[str, Samples]) -> Float64[np.ndarray, "2 samples"]:
    # LIMB lists I and II first, so they are used directly if the file has them.
    first, second = list(limb)[:2]
    if (first, second) == ("I", "II"):
        return np.stack([limb["I"], limb["II"]])
    return np.linalg.inv([LIMB[first], LIMB[second]]) @ np.stack([limb[first], limb[second]])


def _states(signal: EcgSignal, derived: Collection[str]) -> dict[str, str]:
    if not signal.shape[1]:
        return {}
    states = {}
    lows, highs = signal.min(axis=1).tolist(), signal.max(axis=1).tolist()
    for lead, low, high in zip(LEADS, lows, highs, strict=True):  # NaN propagates to both
        if lead in derived:
            states[lead] = "derived"
        elif isnan(low):
            states[lead] = "gaps"
        elif low == high:
            states[lead] = "flat"
    return states
