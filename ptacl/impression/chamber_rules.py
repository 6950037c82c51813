"""Rows of the vocabulary: hypertrophy and atrial enlargement, and low voltage."""

from ptacl.impression.facts import CHEST_LEADS, LIMB_LEADS, Facts
from ptacl.impression.rules import HANCOCK, MASON, Finding, Rule
from ptacl.types import Sex

SOKOLOW_MV = 3.5
SOKOLOW_FROM_YEARS = 35.0
"""In the younger the QRS is taller without hypertrophy."""
CORNELL_MV: dict[Sex, float] = {"female": 2.0, "male": 2.8}
STRAIN_ST_MV, STRAIN_T_MV = -0.03, -0.05
R_V1_MV = 0.7
P_PULMONALE_MV = 0.25
P_NEGATIVE_V1_MV = 0.12
LOW_LIMB_MV, LOW_CHEST_MV = 0.5, 1.0


def _voltages(facts: Facts) -> tuple[list[str], tuple[str, ...]]:
    """Return the voltage criteria that hold, in words, and their leads."""
    words: list[str] = []
    leads: list[str] = []
    lateral = facts.of(("V5", "V6"))
    if facts.has("V1") and lateral and not _is_young(facts):
        taller = max(lateral, key=lambda lead: lead.tallest_mv)
        sum_mv = facts.leads["V1"].deepest_mv + taller.tallest_mv
        if sum_mv >= SOKOLOW_MV:
            words.append(f"Sokolow–Lyon {sum_mv:.1f} mV ({SOKOLOW_MV:.1f} or more)")
            leads += ["V1", taller.lead]
    if facts.has("aVL", "V3"):
        sum_mv = facts.leads["aVL"].tallest_mv + facts.leads["V3"].deepest_mv
        limit = CORNELL_MV[facts.sex or "male"]
        if sum_mv > limit:
            unknown = "" if facts.sex else ", the limit of men as the sex is not known"
            words.append(f"Cornell {sum_mv:.1f} mV (above {limit:.1f}{unknown})")
            leads += ["aVL", "V3"]
    return words, tuple(leads)


def _is_young(facts: Facts) -> bool:
    return facts.age_years is not None and facts.age_years < SOKOLOW_FROM_YEARS


def _lvh(facts: Facts) -> Finding | None:
    words, leads = _voltages(facts)
    return Finding("; ".join(words), leads) if words else None


def _lvh_strain(facts: Facts) -> Finding | None:
    words, leads = _voltages(facts)
    strained = [
        lead
        for lead in facts.of(("I", "aVL", "V5", "V6"))
        if lead.st_mv <= STRAIN_ST_MV and lead.t_mv <= STRAIN_T_MV
        and lead.tallest_mv > lead.deepest_mv
    ]  # fmt: skip
    if not words or not strained:
        return None
    changed = ", ".join(lead.lead for lead in strained)
    return Finding(
        f"{'; '.join(words)}; ST depressed and T negative in {changed}",
        tuple(dict.fromkeys((*leads, *(lead.lead for lead in strained)))),
    )


def _rvh(facts: Facts) -> Finding | None:
    v1, axis = facts.leads["V1"], facts.intervals.qrs_axis_deg
    if not (v1.r_mv >= R_V1_MV and v1.r_mv > v1.deepest_mv and axis > 90):
        return None
    axis_words = f"axis {axis:.0f}°"
    return Finding(f"R in V1 {v1.r_mv:.2f} mV, taller than S, {axis_words}", ("V1",))


def _right_atrial(facts: Facts) -> Finding | None:
    tall = [lead for lead in facts.of(("II", "III", "aVF")) if lead.p_high_mv > P_PULMONALE_MV]
    if not tall:
        return None
    most = max(tall, key=lambda lead: lead.p_high_mv)
    return Finding(
        f"P in {most.lead} {most.p_high_mv:.2f} mV (above {P_PULMONALE_MV})",
        tuple(lead.lead for lead in tall),
    )


def _left_atrial(facts: Facts) -> Finding | None:
    v1 = facts.leads["V1"]
    if not -v1.p_low_mv > max(P_NEGATIVE_V1_MV, v1.p_high_mv):
        return None
    depth = f"{-v1.p_low_mv:.2f} mV"
    return Finding(f"P in V1 negative by {depth} (above {P_NEGATIVE_V1_MV})", ("V1",))


def _low_limb(facts: Facts) -> Finding | None:
    tallest = max(lead.peak_to_peak_mv for lead in facts.of(LIMB_LEADS))
    if tallest > LOW_LIMB_MV:
        return None
    return Finding(f"limb leads at most {tallest:.2f} mV ({LOW_LIMB_MV} or less)", LIMB_LEADS)


def _low_voltage(facts: Facts) -> Finding | None:
    limb = _low_limb(facts)
    tallest = max(lead.peak_to_peak_mv for lead in facts.of(CHEST_LEADS))
    if limb is None or tallest > LOW_CHEST_MV:
        return None
    chest = f"chest leads at most {tallest:.2f} mV ({LOW_CHEST_MV} or less)"
    return Finding(f"{limb.evidence}, {chest}", LIMB_LEADS + CHEST_LEADS)


CHAMBER_RULES = (
    Rule("lvh_strain", "chambers",
         "Voltage criteria for left ventricular hypertrophy with secondary ST–T changes",
         "as the row below, with ST depressed and T negative in I, aVL, V5 or V6", _lvh_strain,
         HANCOCK, "probable", waves=("QRS", "ST", "T"),
         implies=("lvh", "st_depression_lateral", "t_inversion_lateral"),
         excludes=("low_voltage", "low_voltage_limb")),
    Rule("lvh", "chambers", "Voltage criteria for left ventricular hypertrophy",
         f"Sokolow–Lyon {SOKOLOW_MV} mV from {SOKOLOW_FROM_YEARS:.0f} years on, or Cornell above "
         f"{CORNELL_MV['female']:.1f} mV (women), {CORNELL_MV['male']:.1f} mV (men)", _lvh,
         HANCOCK, "probable", excludes=("low_voltage", "low_voltage_limb")),
    Rule("rvh", "chambers", "Right ventricular hypertrophy",
         f"R in V1 {R_V1_MV} mV or more and taller than S, axis above 90°", _rvh, HANCOCK,
         "probable", needs=("V1", "I", "aVF"), excludes=("low_voltage",)),
    Rule("right_atrial", "chambers", "Right atrial enlargement",
         f"P above {P_PULMONALE_MV} mV in II, III or aVF", _right_atrial, HANCOCK, "possible",
         waves=("P",), needs=("II",)),
    Rule("left_atrial", "chambers", "Left atrial enlargement",
         f"P in V1 more negative than {P_NEGATIVE_V1_MV} mV", _left_atrial, HANCOCK, "possible",
         waves=("P",), needs=("V1",)),
    Rule("low_voltage", "voltage", "Low QRS voltage",
         f"limb leads {LOW_LIMB_MV} mV or less and chest leads {LOW_CHEST_MV} mV or less",
         _low_voltage, MASON, needs=LIMB_LEADS + CHEST_LEADS, implies=("low_voltage_limb",)),
    Rule("low_voltage_limb", "voltage", "Low QRS voltage in the limb leads",
         f"all limb leads {LOW_LIMB_MV} mV or less from peak to peak", _low_limb, MASON,
         needs=LIMB_LEADS),
)  # fmt: skip
