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
_TURNED_WORDS = (
    r"inverted|inv|inverse|negative|negated|neg|minus|reversed|flipped|upside down|"
    r"invertiert|umgekehrt|negativ|invertid[oa]|invertit[oa]|inversée?|négatif|négative"
)
_TURNED_BESIDE = re.compile(rf"\b(?:{_TURNED_WORDS})\b\.?")
_TURNED_REMARK = re.compile(
    rf"(?:{_TURNED_WORDS})\.?|[-\u2212\u2013]|[x*×·]?\s*[-\u2212\u2013]\s*1"
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
    turned: bool = False
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
    said = lead_name(name)
    return None if said is None or said.turned or said.remark else said.lead


@lru_cache(maxsize=4096)
def lead_name(name: str) -> LeadName | None:
    """Interpret a channel's name; None if it is none of the twelve leads.

    Example:
        >>> lead_name("aVR (inverted)")
        LeadName(lead='aVR', turned=True, remark='')
        >>> lead_name("V4 (right)")
        LeadName(lead='V4', turned=False, remark='right')
    """
    if len(name) > LONGEST_NAME:
        return None
    low = name.lower()
    remarks = [(one or other).strip() for one, other in _BRACKETS.findall(low)]
    beside, words = _TURNED_BESIDE.subn(" ", _WORDS.sub(" ", _bare(low)))
    beside, minus = _MINUS.subn("", beside, count=1) if _MINUS.match(beside) else (beside, 0)
    plain = re.sub(r"\s+", "", beside)
    lead = _SPELLINGS.get(plain) or _GLUED.get(plain)
    glued = _GLUED_TURN.fullmatch(plain) if lead is None else None
    lead = _SPELLINGS.get(glued[1]) if glued else lead
    if lead is None:
        return None
    turns = [remark for remark in remarks if _TURNED_REMARK.fullmatch(remark)]
    strange = [one for one in remarks if one not in turns and not _is_harmless(one, lead)]
    return LeadName(lead, bool(words or minus or glued or turns), ", ".join(strange))


def lead_names(names: Sequence[str]) -> list[LeadName | None]:
    """Interpret the channel names of one file together.

    A channel with an unknown remark is ignored, unless eight leads or more have the same remark:
    then it describes the recording and not a lead.
    """
    said = [lead_name(name) for name in names]
    bearers: dict[str, set[str]] = {}
    for one in said:
        if one and one.remark:
            bearers.setdefault(one.remark, set()).add(one.lead)
    general = {remark for remark, leads in bearers.items() if leads.issuperset(INDEPENDENT_LEADS)}
    return [one if one is None or not one.remark or one.remark in general else None for one in said]


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
