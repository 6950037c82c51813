"""Rows of the vocabulary: bundle branch and fascicular blocks, and the frontal axis."""

from ptacl.impression.facts import Facts
from ptacl.impression.rules import SURAWICZ, Finding, Rule
from ptacl.measurements import LeadWaves

BROAD_MS, INCOMPLETE_MS = 120.0, 110.0
R_PRIME_MV, R_PRIME_MS = 0.1, 16.0
LATE_R_MS = 60.0
"""From the onset of QRS to the peak of R in V5 or V6 (left), or in V1 (right bundle branch)."""
WIDE_S_MS = 40.0
SEPTAL_Q_MV = 0.05
V1_R_SHARE, LEAST_LATERAL_R_MV, S_SHARE = 0.35, 0.3, 0.15
CLEARLY_BROAD_MS = 130.0
"""From here on a positive QRS in two lateral leads is enough (women with true left bundle branch
block: Strauss et al., Am J Cardiol 2011;107:927)."""
LEFT_DEG, LAFB_DEG, RIGHT_DEG, LPFB_DEG = -30.0, -45.0, 90.0, 100.0
"""The recommendations give 90° for a posterior fascicular block; the young reach it too."""

AFTER_LBBB = (
    "rbbb_lafb", "rbbb", "incomplete_lbbb", "incomplete_rbbb", "ivcd", "lafb", "lpfb",
    "lvh_strain", "lvh", "anterior_infarct", "inferior_infarct", "lateral_infarct",
    "poor_r_progression", "st_elevation_anterior", "st_elevation_inferior",
    "st_elevation_lateral", "st_depression_anterior", "st_depression_inferior",
    "st_depression_lateral", "t_inversion_anterior", "t_inversion_inferior",
    "t_inversion_lateral", "low_t", "long_qt",
)  # fmt: skip
"""What left bundle branch block contradicts, or hides: its own QRS, ST and T changes resemble
hypertrophy, infarction and ischaemia (Surawicz, Hancock, Wagner et al., 2009)."""


def _qrs(facts: Facts) -> str:
    return f"QRS {facts.intervals.qrs_ms:.0f} ms"


def _v1_negative(facts: Facts) -> bool:
    v1 = facts.leads["V1"]
    return v1.tallest_mv < V1_R_SHARE * v1.deepest_mv


def _late(facts: Facts) -> list[str]:
    """Return the lateral leads with a late R, none if I or V6 has a septal Q."""
    if any(-facts.leads[lead].q_mv >= SEPTAL_Q_MV for lead in ("I", "V6")):
        return []
    lateral = facts.of(("I", "V5", "V6"))
    return [
        lead.lead
        for lead in lateral
        if lead.tallest_mv > lead.deepest_mv and lead.r_peak_ms >= LATE_R_MS
    ]


def _positive(facts: Facts) -> list[str]:
    """Return the lateral leads with a positive QRS throughout: a notched R has an early peak."""
    return [
        lead.lead
        for lead in facts.of(("I", "V5", "V6"))
        if lead.tallest_mv >= LEAST_LATERAL_R_MV
        and -lead.q_mv < SEPTAL_Q_MV
        and -lead.s_mv <= S_SHARE * lead.tallest_mv
    ]


def _lbbb(facts: Facts) -> Finding | None:
    if not facts.intervals.qrs_ms >= BROAD_MS or not _v1_negative(facts):
        return None
    if late := _late(facts):
        words = f"late R without Q in {', '.join(late)}"
    elif facts.intervals.qrs_ms >= CLEARLY_BROAD_MS and len(positive := _positive(facts)) >= 2:
        words = f"QRS positive throughout in {', '.join(positive)}"
    else:
        return None
    return Finding(f"{_qrs(facts)}, V1 negative, {words}", ("V1", "V5", "V6", "I"))


def _incomplete_lbbb(facts: Facts) -> Finding | None:
    if not INCOMPLETE_MS <= facts.intervals.qrs_ms < BROAD_MS or not _v1_negative(facts):
        return None
    late = _late(facts)
    if len(late) < 2:
        return None
    words = f"{_qrs(facts)}, V1 negative, late R without Q in {', '.join(late)}"
    return Finding(words, ("V1", "V5", "V6", "I"))


def _right_bundle(v1: LeadWaves) -> str:
    """Return R′ or the late R of V1 in words; empty without either."""
    if v1.r2_mv >= R_PRIME_MV and v1.r2_ms >= R_PRIME_MS:
        return f"R′ {v1.r2_mv:.2f} mV in V1"
    if v1.tallest_mv > v1.deepest_mv and v1.r_peak_ms >= LATE_R_MS:
        return f"R of {v1.tallest_mv:.2f} mV in V1 at {v1.r_peak_ms:.0f} ms"
    return ""


def _rbbb(facts: Facts) -> Finding | None:
    if not facts.intervals.qrs_ms >= BROAD_MS:
        return None
    right = _right_bundle(facts.leads["V1"])
    wide = [lead.lead for lead in facts.of(("I", "V6")) if lead.s_ms >= WIDE_S_MS]
    if not right or not wide:
        return None
    words = f"{_qrs(facts)}, {right}, S {WIDE_S_MS:.0f} ms or longer in {' and '.join(wide)}"
    return Finding(words, ("V1", *wide))


def _incomplete_rbbb(facts: Facts) -> Finding | None:
    v1 = facts.leads["V1"]
    prime = v1.r2_mv >= R_PRIME_MV and v1.r2_ms >= R_PRIME_MS
    if not prime or not facts.intervals.qrs_ms < BROAD_MS:
        return None
    return Finding(f"{_qrs(facts)}, R′ {v1.r2_mv:.2f} mV in V1", ("V1",))


def _ivcd(facts: Facts) -> Finding | None:
    if not facts.intervals.qrs_ms >= BROAD_MS:
        return None
    return Finding(f"{_qrs(facts)} ({BROAD_MS:.0f} or more) without the shape of a bundle branch")


def _left_anterior(facts: Facts) -> Finding | None:
    axis = facts.intervals.qrs_axis_deg
    if not -90 <= axis <= LAFB_DEG:
        return None
    inferior = facts.of(("II", "III", "aVF"))
    rs = [lead.lead for lead in inferior if lead.r_mv > 0 and -lead.s_mv > lead.tallest_mv]
    if "III" not in rs or facts.leads["aVL"].tallest_mv <= facts.leads["aVL"].deepest_mv:
        return None
    return Finding(f"axis {_degrees(axis)}, rS in {', '.join(rs)}, R in aVL", ("aVL", *rs))


def _rbbb_lafb(facts: Facts) -> Finding | None:
    right, left = _rbbb(facts), _left_anterior(facts)
    if right is None or left is None:
        return None
    return Finding(f"{right.evidence}; {left.evidence}", (*right.leads, *left.leads))


def _lpfb(facts: Facts) -> Finding | None:
    axis, i, iii = facts.intervals.qrs_axis_deg, facts.leads["I"], facts.leads["III"]
    if not LPFB_DEG <= axis <= 180 or not facts.intervals.qrs_ms < BROAD_MS:
        return None
    if not (i.r_mv > 0 and -i.s_mv > i.r_mv and iii.q_mv < 0 and iii.tallest_mv > -iii.q_mv):
        return None
    return Finding(f"axis {_degrees(axis)}, rS in I, qR in III", ("I", "III"))


def _left_axis(facts: Facts) -> Finding | None:
    axis = facts.intervals.qrs_axis_deg
    return Finding(f"axis {_degrees(axis)}") if -90 <= axis < LEFT_DEG else None


def _right_axis(facts: Facts) -> Finding | None:
    axis = facts.intervals.qrs_axis_deg
    return Finding(f"axis {_degrees(axis)}") if RIGHT_DEG < axis <= 180 else None


def _extreme_axis(facts: Facts) -> Finding | None:
    axis = facts.intervals.qrs_axis_deg
    return Finding(f"axis {_degrees(axis)}") if -180 <= axis < -90 else None


def _degrees(value: float) -> str:
    return f"{value:.0f}°".replace("-", "−")


CONDUCTION_RULES = (
    Rule("lbbb", "ventricular conduction", "Left bundle branch block",
         f"QRS {BROAD_MS:.0f} ms or more, V1 negative, R peak in I, V5 or V6 {LATE_R_MS:.0f} ms "
         f"after onset or later, no Q in I and V6; or {CLEARLY_BROAD_MS:.0f} ms or more and two "
         "of them positive throughout", _lbbb, SURAWICZ, needs=("I", "V1", "V6"),
         excludes=AFTER_LBBB),
    Rule("rbbb_lafb", "ventricular conduction",
         "Right bundle branch block and left anterior fascicular block", "both of the rows below",
         _rbbb_lafb, SURAWICZ, needs=("I", "III", "aVL", "V1", "V6"),
         implies=("rbbb", "lafb", "left_axis"), excludes=("incomplete_lbbb", "incomplete_rbbb",
                                                          "ivcd", "lpfb")),
    Rule("rbbb", "ventricular conduction", "Right bundle branch block",
         f"QRS {BROAD_MS:.0f} ms or more, R′ or late R in V1, S of {WIDE_S_MS:.0f} ms in I or V6",
         _rbbb, SURAWICZ, needs=("I", "V1", "V6"),
         excludes=("incomplete_lbbb", "incomplete_rbbb", "ivcd", "rvh", "t_inversion_anterior",
                   "st_depression_anterior")),
    Rule("incomplete_lbbb", "ventricular conduction", "Incomplete left bundle branch block",
         f"as left bundle branch block, QRS {INCOMPLETE_MS:.0f}–{BROAD_MS - 1:.0f} ms",
         _incomplete_lbbb, SURAWICZ, "probable", needs=("I", "V1", "V6"),
         excludes=("incomplete_rbbb", "ivcd")),
    Rule("incomplete_rbbb", "ventricular conduction", "Incomplete right bundle branch block",
         f"QRS below {BROAD_MS:.0f} ms, R′ of {R_PRIME_MV:.1f} mV and {R_PRIME_MS:.0f} ms in V1",
         _incomplete_rbbb, SURAWICZ, "probable", needs=("V1",), excludes=("ivcd",)),
    Rule("ivcd", "ventricular conduction", "Nonspecific intraventricular conduction delay",
         f"QRS {BROAD_MS:.0f} ms or more, none of the above", _ivcd, SURAWICZ,
         needs=("I", "V1", "V6")),
    Rule("lafb", "ventricular conduction", "Left anterior fascicular block",
         f"axis −90° to {_degrees(LAFB_DEG)}, rS in III, R in aVL", _left_anterior, SURAWICZ,
         needs=("I", "III", "aVL"), implies=("left_axis",), excludes=("lpfb",)),
    Rule("lpfb", "ventricular conduction", "Left posterior fascicular block",
         f"axis {_degrees(LPFB_DEG)} to 180°, rS in I, qR in III, QRS below {BROAD_MS:.0f} ms",
         _lpfb, SURAWICZ, "possible", needs=("I", "III"), implies=("right_axis",)),
)  # fmt: skip

AXIS_RULES = (
    Rule("extreme_axis", "axis", "Extreme axis deviation", "axis −180° to −90°", _extreme_axis,
         SURAWICZ, needs=("I", "aVF"), excludes=("left_axis", "right_axis")),
    Rule("left_axis", "axis", "Left axis deviation", f"axis −90° to {_degrees(LEFT_DEG)}",
         _left_axis, SURAWICZ, needs=("I", "aVF"), excludes=("right_axis",), abnormal=False),
    Rule("right_axis", "axis", "Right axis deviation", f"axis {_degrees(RIGHT_DEG)} to 180°",
         _right_axis, SURAWICZ, needs=("I", "aVF"), abnormal=False),
)  # fmt: skip
