"""Leads of DICOM channels, identified by code or by label.

Standard: DICOM PS3.3 C.10.9.1.4.1 (channel source), PS3.16 CID 3001 (leads). By default the code
decides. Writers that give every channel the same code, or codes in a different order than their
labels, are detected by the number of distinct leads in each naming, then by Einthoven's law.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from pydicom.dataset import Dataset

from ptacl.io.ecg.leads.einthoven import limb_disagreement
from ptacl.io.ecg.leads.simultaneity import SAME_TIME
from ptacl.io.ecg.leads.twelve_leads import SCP_LEAD_CODES, canonical_lead
from ptacl.io.ecg.recording import Channel
from ptacl.types import LEADS, LIMB, Caveat

_MINUS_AVR = 65
_CALCULATED = {31: "I", 32: "II", 111: "III", 112: "aVR", 113: "aVL", 114: "aVF"} | {
    32 + number: f"V{number}" for number in range(1, 7)
}
"""Codes of leads that were calculated from others ("Derived Lead I")."""


def lead_names(definitions: Sequence[Dataset]) -> tuple[list[str], list[str]]:
    """Return the channels' names by code and by label, each completed from the other."""
    codes = [_name_by_code(definition) for definition in definitions]
    words = [_name_by_words(definition) for definition in definitions]
    by_code = [code or word or "" for code, word in zip(codes, words, strict=True)]
    by_words = [word or code or "" for code, word in zip(codes, words, strict=True)]
    return by_code, by_words


def named_channels(
    channels: Sequence[Channel], definitions: Sequence[Dataset]
) -> tuple[tuple[Channel, ...], tuple[Caveat, ...]]:
    """Return the channels under their lead names, with a caveat if code and label contradict."""
    by_code, by_words = lead_names(definitions)
    differing = [
        lead for code, word in zip(by_code, by_words, strict=True) if code != word
        for lead in (code, word)
    ]  # fmt: skip
    calculated = _calculated(definitions)
    if not differing:
        return _renamed(channels, by_code), calculated
    names, why = by_code, "It is unknown which are right; the codes were used."
    of_code, of_words = (len(set(names) & set(LEADS)) for names in (by_code, by_words))
    if of_code != of_words:
        names = by_words if of_words > of_code else by_code
        why = f"The {_called(names is by_words)} were used: they name more leads."
    else:
        obeys_code, obeys_words = (
            _fits_einthoven(_renamed(channels, n)) for n in (by_code, by_words)
        )
        if obeys_code != obeys_words and None not in (obeys_code, obeys_words):
            names = by_words if obeys_words else by_code
            why = f"The {_called(names is by_words)} were used: they satisfy Einthoven's law."
    leads = ", ".join(lead for lead in LEADS if lead in differing)
    text = f"Codes and labels of the channels name different leads ({leads}). {why}"
    return _renamed(channels, names), (Caveat("lead_code_against_label", text), *calculated)


def _called(is_words: bool) -> str:
    return "labels" if is_words else "codes"


def _renamed(channels: Sequence[Channel], names: Sequence[str]) -> tuple[Channel, ...]:
    return tuple(replace(channel, name=name) for channel, name in zip(channels, names, strict=True))


def _calculated(definitions: Sequence[Dataset]) -> tuple[Caveat, ...]:
    calculated = {_CALCULATED.get(_number(definition) or 0) for definition in definitions}
    leads = [lead for lead in LEADS if lead in calculated]
    if not leads:
        return ()
    text = f"The file states that leads were calculated from others: {', '.join(leads)}."
    return (Caveat("leads_calculated", text),)


def _number(definition: Dataset) -> int | None:
    code = str(_source(definition).get("CodeValue", ""))
    match = re.search(r"(?:^5\.6\.3-9-|^2:)\s*(\d{1,3})$", code)
    return int(match[1]) if match else None


def _name_by_code(definition: Dataset) -> str | None:
    number = _number(definition)
    if number == _MINUS_AVR:
        return "-aVR"
    if number is not None:
        return SCP_LEAD_CODES.get(number) or _CALCULATED.get(number)
    code = str(_source(definition).get("CodeValue", ""))
    lead = canonical_lead(code.rpartition("LEAD_")[2])  # MDC_ECG_LEAD_I
    return lead if lead in LEADS else None


def _name_by_words(definition: Dataset) -> str | None:
    words = (definition.get("ChannelLabel", ""), _source(definition).get("CodeMeaning", ""))
    leads = (canonical_lead(str(text or "")) for text in words)
    return next((lead for lead in leads if lead in LEADS), None)


def _source(definition: Dataset) -> Dataset:
    return (definition.get("ChannelSourceSequence") or [Dataset()])[0]


def _fits_einthoven(channels: Sequence[Channel]) -> bool | None:
    """Return whether the six limb leads fit one heart; None if they are not all present."""
    limb = {channel.name: channel for channel in channels if channel.name in LIMB}
    if len(limb) < len(LIMB) or len({channel.unit for channel in limb.values()}) > 1:
        return None
    return limb_disagreement(np.stack([limb[lead].samples for lead in LIMB])) <= SAME_TIME
