"""Rows of the vocabulary: Q waves by territory, and poor R progression."""

from ptacl.impression.facts import Facts
from ptacl.impression.rules import THYGESEN, WAGNER, Finding, Rule
from ptacl.measurements import LeadWaves

Q_MS, Q_MV, Q_LEAST_MV, Q_SHARE = 30.0, 0.1, 0.05, 0.25
WIDE_Q_MS = 40.0
"""Lateral leads with a tall R have a septal Q of 30 ms in the healthy: there a Q counts if it is
this long or has a quarter of R."""
ANTERIOR_Q_MS = 20.0
POOR_R_MV = 0.2
INFERIOR, LATERAL = ("II", "III", "aVF"), ("I", "aVL", "V5", "V6")


def pathological(lead: LeadWaves) -> bool:
    """Return whether a lead has a QS complex or a Q wave of infarction.

    A Q wave counts from 30 ms and 0.1 mV on, a shallower one if it has a quarter of the height of
    R, as by the older definition.
    """
    depth = -lead.q_mv
    if lead.is_qs:
        return depth >= Q_MV
    deep = depth >= Q_MV or (depth >= Q_LEAST_MV and depth >= Q_SHARE * lead.tallest_mv)
    return lead.q_ms >= Q_MS and deep


def _words(leads: list[LeadWaves]) -> str:
    return ", ".join(
        f"{'QS' if lead.is_qs else 'Q'} in {lead.lead} ({-lead.q_mv:.2f} mV, {lead.q_ms:.0f} ms)"
        for lead in leads
    )


def _if_two(matching: list[LeadWaves]) -> Finding | None:
    if len(matching) < 2:
        return None
    return Finding(_words(matching), tuple(lead.lead for lead in matching))


def _inferior(facts: Facts) -> Finding | None:
    return _if_two([lead for lead in facts.of(INFERIOR) if pathological(lead)])


def _lateral(facts: Facts) -> Finding | None:
    matching = [
        lead
        for lead in facts.of(LATERAL)
        if pathological(lead)
        and (lead.q_ms >= WIDE_Q_MS or -lead.q_mv >= Q_SHARE * lead.tallest_mv)
    ]
    return _if_two(matching)


def _anterior(facts: Facts) -> Finding | None:
    matching = [
        lead
        for lead in facts.of(("V2", "V3", "V4"))
        if -lead.q_mv >= max(Q_LEAST_MV, Q_SHARE * lead.tallest_mv)
        and (lead.is_qs or lead.q_ms >= ANTERIOR_Q_MS)
    ]
    if not any(lead.lead in ("V2", "V3") for lead in matching):
        return None
    return Finding(_words(matching), tuple(lead.lead for lead in matching))


def _poor_r(facts: Facts) -> Finding | None:
    v3 = facts.leads["V3"]
    if v3.tallest_mv >= POOR_R_MV or v3.deepest_mv < POOR_R_MV:
        return None
    return Finding(f"R in V3 {v3.tallest_mv:.2f} mV (below {POOR_R_MV})", ("V1", "V2", "V3"))


INFARCT_RULES = (
    Rule("anterior_infarct", "infarction", "Anterior infarction, age undetermined",
         f"QS in V2 or V3, or Q of {ANTERIOR_Q_MS:.0f} ms and a quarter of R", _anterior,
         THYGESEN, "probable", implies=("poor_r_progression",)),
    Rule("inferior_infarct", "infarction", "Inferior infarction, age undetermined",
         f"QS, or Q of {Q_MS:.0f} ms and {Q_MV} mV (or a quarter of R), in two of II, III, aVF",
         _inferior, THYGESEN, "probable"),
    Rule("lateral_infarct", "infarction", "Lateral infarction, age undetermined",
         f"QS, or Q of {Q_MS:.0f} ms and a quarter of R or {WIDE_Q_MS:.0f} ms and {Q_MV} mV, in "
         "two of I, aVL, V5, V6", _lateral, THYGESEN, "probable"),
    Rule("poor_r_progression", "infarction",
         "Poor R-wave progression, anterior infarction possible", f"R in V3 below {POOR_R_MV} mV",
         _poor_r, WAGNER, "possible", needs=("V3",)),
)  # fmt: skip
