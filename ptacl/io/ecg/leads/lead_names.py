"""Lead names as spelled in files: the lead, its sign, and additional remarks.

A remark in brackets may be irrelevant (``I (Einthoven)``), invert the lead (``aVR (inverted)``) or
change it (``V4 (right)``, which is V4R). A remark is therefore ignored only if it is known to be
harmless.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from ptacl.io.ecg.units import is_voltage
from ptacl.types import INDEPENDENT_LEADS, LEADS

LONGEST_NAME = 64
"""Longest name in characters; longer ones name no lead and would be slow to match."""

_SPELLINGS = (
    {lead.lower(): lead for lead in LEADS}
    | {f"c{number}": f"V{number}" for number in range(1, 7)}
    | {prefix + lead.lower(): lead for lead in ("I", "II", "III") for prefix in "dl"}
    | {f"{prefix}{number}": "I" * number for number in (1, 2, 3) for prefix in "dl"}
)
_GLUED = {f"{word}{lead.lower()}": lead for lead in LEADS for word in ("ecg", "ekg", "lead")}
"""``LeadII``; not ``Lead2``, which in a numbered list of leads may be another one."""
_WORDS = re.compile(
    r"\b(mdc|ecg|ekg|lead|channel|derivation|derivación|dérivation|derivazione|ableitung|abl|"
    r"einthoven|goldberger|wilson)\b(?:[-:.](?=\S))?"
)
"""Words around a lead's name, with a joining hyphen; a hyphen after a space is a minus sign."""
_BRACKETS = re.compile(r"\(([^()]*)\)|\[([^\[\]]*)\]")
_INVERTED_WORDS = (
    r"inverted|inv|inverse|negative|negated|neg|minus|reversed|flipped|upside down|"
    r"invertiert|umgekehrt|negativ|invertid[oa]|invertit[oa]|inversée?|négatif|négative"
)
_INVERTED = re.compile(rf"\b(?:{_INVERTED_WORDS})\b\.?")
_TURNED_REMARK = re.compile(
    rf"(?:{_INVERTED_WORDS})\.?|[-\u2212\u2013]|[x*×·]?\s*[-\u2212\u2013]\s*1"
)
_MINUS = re.compile(r"\s*[-\u2212\u2013](?=\S)")
_GLUED_TURN = re.compile(r"(.+?)(?:neg|inv)")
"""``MDC_ECG_LEAD_AVRneg``, as ISO 11073-10102 spells −aVR."""
_HARMLESS = re.compile(
    r"(?:(?:einthoven|goldberger|wilson|limb|extremity|frontal|chest|precordial|augmented|unipolar|"
    r"bipolar|standard|raw|filtered|unfiltered|original|analog|digital|derived|calculated|computed|"
    r"measured|recorded|resting|rest|rhythm|strip|ecg|ekg|signal|lead|adu|adc|counts?|lsb|steps?|"
    r"not inverted|non-?inverted|upright|ch(?:annel)?\.?\s*#?\d{1,2}|#?\d{1,2}|\d+\s*k?hz)[\s,]*)+"
)
_ELECTRODES = {
    "I": {"la-ra", "l-r"}, "II": {"ll-ra", "lf-ra", "f-r"}, "III": {"ll-la", "lf-la", "f-l"},
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class LeadName:
    """Interpretation of a channel's name."""

    lead: str
    inverted: bool = False
    """Whether the channel holds the negative of the lead."""
    remark: str = ""
    """Remarks that are not known to be harmless, in lower case."""


def canonical_lead(name: str) -> str | None:
    """Return the lead of a channel name; None for Frank leads, V7, −aVR, respiration …

    Example:
        >>> canonical_lead("Lead I (Einthoven)"), canonical_lead("MDC_ECG_LEAD_AVR")
        ('I', 'aVR')
        >>> canonical_lead("EKG-II"), canonical_lead("ECG -aVR"), canonical_lead("vx")
        ('II', None, None)
    """
    interpreted = lead_name(name)
    return (
        None
        if interpreted is None or interpreted.inverted or interpreted.remark
        else interpreted.lead
    )


@lru_cache(maxsize=4096)
def lead_name(name: str) -> LeadName | None:
    """Interpret a channel's name; None if it is none of the twelve leads.

    Example:
        >>> lead_name("aVR (inverted)")
        LeadName(lead='aVR', inverted=True, remark='')
        >>> lead_name("V4 (right)")
        LeadName(lead='V4', inverted=False, remark='right')
    """
    if len(name) > LONGEST_NAME:
        return None
    low = name.lower()
    remarks = [(square or round).strip() for square, round in _BRACKETS.findall(low)]
    rest, words = _INVERTED.subn(" ", _WORDS.sub(" ", _bare(low)))
    rest, minus = _MINUS.subn("", rest, count=1) if _MINUS.match(rest) else (rest, 0)
    plain = re.sub(r"\s+", "", rest)
    lead = _SPELLINGS.get(plain) or _GLUED.get(plain)
    glued = _GLUED_TURN.fullmatch(plain) if lead is None else None
    lead = _SPELLINGS.get(glued[1]) if glued else lead
    if lead is None:
        return None
    turns = [remark for remark in remarks if _TURNED_REMARK.fullmatch(remark)]
    strange = [
        square for square in remarks if square not in turns and not _is_harmless(square, lead)
    ]
    return LeadName(lead, bool(words or minus or glued or turns), ", ".join(strange))


def lead_names(names: Sequence[str]) -> list[LeadName | None]:
    """Interpret the channel names of one file together.

    A channel with an unknown remark is ignored, unless eight leads or more have the same remark:
    then it describes the recording and not a lead.
    """
    interpreted = [lead_name(name) for name in names]
    bearers: dict[str, set[str]] = {}
    for item in interpreted:
        if item and item.remark:
            bearers.setdefault(item.remark, set()).add(item.lead)
    general = {remark for remark, leads in bearers.items() if leads.issuperset(INDEPENDENT_LEADS)}
    return [
        item if item is None or not item.remark or item.remark in general else None
        for item in interpreted
    ]


def _bare(name: str) -> str:
    """Return a name without its brackets."""
    return _BRACKETS.sub(" ", name).replace("_", " ")


def _is_harmless(remark: str, lead: str) -> bool:
    return (
        not remark
        or is_voltage(remark)
        or bool(_HARMLESS.fullmatch(remark))
        or _SPELLINGS.get(remark) == lead
        or re.sub(r"\s+", "", remark) in _ELECTRODES.get(lead, ())
    )
