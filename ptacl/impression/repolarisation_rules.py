"""Rows of the vocabulary: ST and T by territory, QT, and the summary."""

import math

from ptacl.impression.facts import Facts
from ptacl.impression.rules import (
    MASON,
    PRIORI,
    RAUTAHARJU,
    THYGESEN,
    WAGNER,
    Condition,
    Finding,
    Rule,
)
from ptacl.measurements import LeadWaves
from ptacl.types import Sex

NORMAL = "normal_ecg"
NORMAL_NEEDS, NORMAL_LEADS = ("I", "II", "V1", "V5"), 10
"""Leads without which nothing is called normal, and how many there must be."""
TERRITORIES: dict[str, tuple[str, ...]] = {
    "anterior": ("V1", "V2", "V3", "V4"),
    "inferior": ("II", "III", "aVF"),
    "lateral": ("I", "aVL", "V4", "V5", "V6"),
}
ELEVATED_MV = 0.1
YOUNG_YEARS = 40.0
ST_DEPRESSED_MV = -0.05
T_NEGATIVE_MV, T_DEEP_MV = -0.05, -0.1
LOW_T_LEADS = ("I", "II", "V3", "V4", "V5", "V6")
LOW_T_SHARE, LOW_T_MV, LOW_T_LEAST_R_MV = 0.12, 0.13, 0.3
"""A low T is below this share of R and below this voltage. The recommendations: 10 % and 0.1 mV;
these were chosen on the development records."""
LONGEST_QTC_MS = 600.0
"""Beyond this the end of T is that of a U wave or of noise."""
LONG_QTC_MS: dict[Sex, float] = {"female": 460.0, "male": 450.0}
SHORT_QTC_MS = 330.0
BROAD_QRS_MS = 120.0


def _elevation_limit_mv(lead: str, facts: Facts) -> float:
    """Return the J point that counts as elevated (Wagner et al., 2009)."""
    if lead not in ("V2", "V3"):
        return ELEVATED_MV
    if facts.sex == "female":
        return 0.15
    return 0.25 if facts.age_years is not None and facts.age_years < YOUNG_YEARS else 0.2


def _elevated(territory: str) -> Condition:
    def condition(facts: Facts) -> Finding | None:
        """Return the leads of the territory whose J point is elevated, two at least."""
        matching = [
            lead
            for lead in facts.of(TERRITORIES[territory])
            if lead.j_mv >= _elevation_limit_mv(lead.lead, facts)
        ]
        if len(matching) < 2:
            return None
        words = ", ".join(f"{lead.lead} {_mv(lead.j_mv)}" for lead in matching)
        return Finding(f"J point {words} mV", _names(matching))

    return condition


def _depressed(territory: str) -> Condition:
    def condition(facts: Facts) -> Finding | None:
        """Return the leads of the territory whose ST segment is depressed, two at least."""
        leads = facts.of(TERRITORIES[territory])
        matching = [lead for lead in leads if lead.st_mv <= ST_DEPRESSED_MV]
        if len(matching) < 2:
            return None
        words = ", ".join(f"{lead.lead} {_mv(lead.st_mv)}" for lead in matching)
        return Finding(f"ST 60 ms after QRS: {words} mV", _names(matching))

    return condition


def _negative(leads: list[LeadWaves], limit_mv: float) -> list[LeadWaves]:
    return [lead for lead in leads if lead.t_mv <= limit_mv]


def _inverted_lateral(facts: Facts) -> Finding | None:
    upright = [
        lead for lead in facts.of(TERRITORIES["lateral"]) if lead.tallest_mv >= LOW_T_LEAST_R_MV
    ]
    return _inverted(_negative(upright, T_NEGATIVE_MV))


def _inverted_inferior(facts: Facts) -> Finding | None:
    matching = _negative(facts.of(TERRITORIES["inferior"]), T_NEGATIVE_MV)
    by_lead = {lead.lead: lead.t_mv for lead in matching}
    if "II" not in by_lead and by_lead.get("aVF", 0.0) > T_DEEP_MV:
        return None  # III alone, and with it aVF, is often negative in the healthy
    return _inverted(matching)


def _inverted_anterior(facts: Facts) -> Finding | None:
    matching = _negative(facts.of(("V2", "V3", "V4")), T_NEGATIVE_MV)
    return _inverted(matching)


def _inverted(matching: list[LeadWaves]) -> Finding | None:
    if len(matching) < 2:
        return None
    words = ", ".join(f"{lead.lead} {_mv(lead.t_mv)}" for lead in matching)
    return Finding(f"T {words} mV", _names(matching))


def _low_t(facts: Facts) -> Finding | None:
    matching = [
        lead
        for lead in facts.of(LOW_T_LEADS)
        if lead.tallest_mv >= LOW_T_LEAST_R_MV
        and lead.t_mv < min(LOW_T_SHARE * lead.tallest_mv, LOW_T_MV)
    ]
    if len(matching) < 2:
        return None
    words = ", ".join(f"{lead.lead} {_mv(lead.t_mv)}" for lead in matching)
    return Finding(f"T {words} mV, below {100 * LOW_T_SHARE:.0f} % of R", _names(matching))


def _long_qt(facts: Facts) -> Finding | None:
    qtc, limit = facts.intervals.qtc_ms, LONG_QTC_MS[facts.sex or "female"]
    if not limit <= qtc <= LONGEST_QTC_MS or facts.intervals.qrs_ms >= BROAD_QRS_MS:
        return None
    if facts.rhythm.dominant == "sinus" and math.isnan(facts.intervals.pr_ms):
        return None  # P is there but was not told from T, whose end may be its own
    return Finding(f"QTc {qtc:.0f} ms after Fridericia ({limit:.0f} or more)")


def _short_qt(facts: Facts) -> Finding | None:
    qtc = facts.intervals.qtc_ms
    return Finding(f"QTc {qtc:.0f} ms (below {SHORT_QTC_MS:.0f})") if qtc < SHORT_QTC_MS else None


def _normal(facts: Facts) -> Finding | None:
    intervals = facts.intervals
    known = math.isfinite(intervals.pr_ms) and math.isfinite(intervals.qrs_ms)
    enough = facts.has(*NORMAL_NEEDS) and len(facts.leads) >= NORMAL_LEADS
    if facts.rhythm.dominant != "sinus" or not known or not enough:
        return None
    return Finding(
        f"none of the abnormal rows holds in the {len(facts.leads)} leads that can be used",
        certainty=None if facts.is_complete else "possible",
    )


def _names(leads: list[LeadWaves]) -> tuple[str, ...]:
    return tuple(lead.lead for lead in leads)


def _mv(value: float) -> str:
    return f"{value:.2f}".replace("-", "−")


REPOLARISATION_RULES = (
    *(
        Rule(f"st_elevation_{territory}", "ST and T", f"ST elevation, {territory} leads",
             f"J point {ELEVATED_MV} mV or more in two of {', '.join(leads)} "
             "(V2, V3: 0.15 mV in women, 0.2 in men, 0.25 below 40 years)",
             _elevated(territory), WAGNER, "probable", waves=("ST",),
             excludes=(f"st_depression_{territory}",))
        for territory, leads in TERRITORIES.items()
    ),
    *(
        Rule(f"st_depression_{territory}", "ST and T", f"ST depression, {territory} leads",
             f"ST {-ST_DEPRESSED_MV} mV or more below the level before QRS in two of "
             f"{', '.join(leads)}", _depressed(territory), THYGESEN, "probable", waves=("ST",))
        for territory, leads in TERRITORIES.items()
    ),
    Rule("t_inversion_anterior", "ST and T", "T-wave inversion, anterior leads",
         f"T {-T_NEGATIVE_MV} mV or more below zero in two of V2–V4", _inverted_anterior,
         RAUTAHARJU, "probable", waves=("T",)),
    Rule("t_inversion_inferior", "ST and T", "T-wave inversion, inferior leads",
         f"T {-T_NEGATIVE_MV} mV or more below zero in two of II, III, aVF, with II, or aVF by "
         f"{-T_DEEP_MV} mV", _inverted_inferior, RAUTAHARJU, "probable", waves=("T",)),
    Rule("t_inversion_lateral", "ST and T", "T-wave inversion, lateral leads",
         f"T {-T_NEGATIVE_MV} mV or more below zero in two of I, aVL, V4–V6 with R of "
         f"{LOW_T_LEAST_R_MV} mV", _inverted_lateral, RAUTAHARJU, "probable", waves=("T",),
         implies=("low_t",)),
    Rule("low_t", "ST and T", "Low or flat T waves, nonspecific",
         f"T below {100 * LOW_T_SHARE:.0f} % of R and {LOW_T_MV} mV in two of "
         f"{', '.join(LOW_T_LEADS)}", _low_t, RAUTAHARJU, "probable", waves=("T",)),
    Rule("long_qt", "QT", "Prolonged QT interval",
         f"QTc {LONG_QTC_MS['female']:.0f} ms (women), {LONG_QTC_MS['male']:.0f} ms (men) or more, "
         f"QRS below {BROAD_QRS_MS:.0f} ms", _long_qt, RAUTAHARJU, "probable", waves=("QT",),
         excludes=("short_qt",)),
    Rule("short_qt", "QT", "Short QT interval", f"QTc below {SHORT_QTC_MS:.0f} ms", _short_qt,
         PRIORI, "possible", waves=("QT",)),
    Rule(NORMAL, "summary", "Normal ECG",
         f"{NORMAL_LEADS} usable leads with {', '.join(NORMAL_NEEDS)}, sinus rhythm, PR and QRS "
         "measured, no abnormal row", _normal, MASON, "probable", waves=(), abnormal=False),
)  # fmt: skip
