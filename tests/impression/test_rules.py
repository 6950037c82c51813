"""Each rule on a normal ECG in which one thing is changed."""

import math
from dataclasses import replace

import pytest

from ptacl.impression.solver import statements_of
from ptacl.impression.vocabulary import RULES
from ptacl.types import LEADS
from tests.impression.made_facts import SINUS, made_facts

RBBB = {
    "V1": {"r2_mv": 0.8, "r2_ms": 50.0},
    "I": {"s_ms": 60.0, "s_mv": -0.3},
    "V6": {"s_ms": 60.0},
}
LBBB = {
    "V1": {"r_mv": 0.05, "s_mv": -1.8}, "I": {"r_peak_ms": 75.0}, "V5": {"r_peak_ms": 80.0},
    "V6": {"r_peak_ms": 80.0, "st_mv": -0.1, "t_high_mv": 0.0, "t_low_mv": -0.3},
}  # fmt: skip
LEFT_ANTERIOR = {
    "II": {"r_mv": 0.2, "s_mv": -0.8}, "III": {"r_mv": 0.2, "s_mv": -1.1},
    "aVF": {"r_mv": 0.2, "s_mv": -0.9}, "aVL": {"r_mv": 0.9},
}  # fmt: skip
LOW = {lead: {"r_mv": 0.2, "s_mv": -0.1, "q_mv": 0.0} for lead in LEADS[:6]}

LOW_CHEST = {lead: {"r_mv": 0.4, "s_mv": -0.3} for lead in LEADS[6:]}


def codes(facts) -> list[str]:
    return [statement.code for statement in statements_of(facts)]


def test_a_normal_ecg_is_called_normal_with_its_rhythm():
    statements = statements_of(made_facts())
    assert [s.text for s in statements] == ["Sinus rhythm, 70/min", "Normal ECG"]
    assert all(s.evidence for s in statements)


@pytest.mark.parametrize(
    ("expected", "facts"),
    [
        ("sinus_tachycardia", made_facts(heart_rate_bpm=120.0)),
        ("sinus_bradycardia", made_facts(heart_rate_bpm=42.0)),
        ("sinus_arrhythmia", made_facts(rhythm=replace(SINUS, range_share=0.4, range_ms=350.0))),
        ("atrial_fibrillation", made_facts(rhythm=replace(SINUS, dominant="atrial_fibrillation"))),
        ("atrial_flutter", made_facts(rhythm=replace(SINUS, dominant="flutter"))),
        ("possible_flutter", made_facts(rhythm=replace(SINUS, dominant="possible_flutter"))),
        ("ectopic_atrial", made_facts(rhythm=replace(SINUS, dominant="ectopic_atrial"))),
        ("no_p_wave", made_facts(rhythm=replace(SINUS, dominant="no_p_wave"))),
        ("fast_response", made_facts(rhythm=replace(SINUS, dominant="atrial_fibrillation"),
                                     heart_rate_bpm=130.0)),
        ("slow_response", made_facts(rhythm=replace(SINUS, dominant="atrial_fibrillation"),
                                     heart_rate_bpm=40.0)),
        ("bigeminy", made_facts(rhythm=replace(SINUS, alternates=True, ventricular_ectopics=5))),
        ("ventricular_ectopics", made_facts(rhythm=replace(SINUS, ventricular_ectopics=1))),
        ("supraventricular_ectopics",
         made_facts(rhythm=replace(SINUS, supraventricular_ectopics=2))),
        ("ventricular_pacing", made_facts(rhythm=replace(SINUS, paced="ventricles", spikes=9))),
        ("dual_pacing", made_facts(rhythm=replace(SINUS, paced="both", spikes=18))),
        ("atrial_pacing", made_facts(rhythm=replace(SINUS, paced="atria", spikes=9))),
        ("pacing", made_facts(rhythm=replace(SINUS, paced="unclear", spikes=3))),
        ("first_degree_av_block", made_facts(pr_ms=240.0)),
        ("short_pr", made_facts(pr_ms=100.0)),
        ("pre_excitation", made_facts(pr_ms=100.0, qrs_ms=125.0)),
        ("lbbb", made_facts(LBBB, qrs_ms=150.0)),
        ("incomplete_lbbb", made_facts(LBBB, qrs_ms=115.0)),
        ("rbbb", made_facts(RBBB, qrs_ms=140.0)),
        ("rbbb_lafb", made_facts(RBBB | LEFT_ANTERIOR, qrs_ms=140.0, qrs_axis_deg=-60.0)),
        ("incomplete_rbbb", made_facts(RBBB, qrs_ms=105.0)),
        ("ivcd", made_facts({"V5": {"s_mv": -0.5}, "V6": {"q_mv": -0.1}}, qrs_ms=130.0)),
        ("lafb", made_facts(LEFT_ANTERIOR, qrs_axis_deg=-55.0)),
        ("lpfb", made_facts({"I": {"r_mv": 0.2, "s_mv": -0.7},
                             "III": {"q_mv": -0.1, "q_ms": 20.0, "r_mv": 1.2}},
                            qrs_axis_deg=115.0)),
        ("left_axis", made_facts(qrs_axis_deg=-40.0)),
        ("right_axis", made_facts(qrs_axis_deg=105.0)),
        ("extreme_axis", made_facts(qrs_axis_deg=-140.0)),
        ("lvh", made_facts({"V1": {"s_mv": -2.0}, "V5": {"r_mv": 2.4}})),
        ("lvh", made_facts({"aVL": {"r_mv": 1.3}, "V3": {"s_mv": -0.9}})),
        ("lvh_strain", made_facts({
            "V1": {"s_mv": -2.0}, "V5": {"r_mv": 2.4, "st_mv": -0.1, "t_high_mv": 0.0,
                                         "t_low_mv": -0.2}})),
        ("rvh", made_facts({"V1": {"r_mv": 1.0, "s_mv": -0.3}}, qrs_axis_deg=110.0)),
        ("right_atrial", made_facts({"II": {"p_high_mv": 0.3}})),
        ("left_atrial", made_facts({"V1": {"p_low_mv": -0.2}})),
        ("low_voltage_limb", made_facts(LOW)),
        ("low_voltage", made_facts(LOW | LOW_CHEST)),
        ("anterior_infarct", made_facts({"V2": {"q_mv": -1.2, "q_ms": 70.0, "r_mv": 0.0}})),
        ("inferior_infarct", made_facts({"III": {"q_mv": -0.4, "q_ms": 45.0},
                                         "aVF": {"q_mv": -0.2, "q_ms": 35.0}})),
        ("lateral_infarct", made_facts({"I": {"q_mv": -0.3, "q_ms": 45.0},
                                        "aVL": {"q_mv": -0.3, "q_ms": 45.0}})),
        ("poor_r_progression", made_facts({"V3": {"r_mv": 0.1}})),
        ("st_elevation_inferior", made_facts({"II": {"j_mv": 0.15}, "aVF": {"j_mv": 0.15}})),
        ("st_elevation_anterior", made_facts({"V2": {"j_mv": 0.2}, "V3": {"j_mv": 0.2}})),
        ("st_elevation_lateral", made_facts({"V5": {"j_mv": 0.15}, "V6": {"j_mv": 0.15}})),
        ("st_depression_anterior", made_facts({"V2": {"st_mv": -0.1}, "V3": {"st_mv": -0.1}})),
        ("st_depression_inferior", made_facts({"II": {"st_mv": -0.1}, "aVF": {"st_mv": -0.1}})),
        ("st_depression_lateral", made_facts({"V5": {"st_mv": -0.1}, "V6": {"st_mv": -0.1}})),
        ("t_inversion_anterior", made_facts({lead: {"t_high_mv": 0.0, "t_low_mv": -0.3}
                                             for lead in ("V2", "V3")})),
        ("t_inversion_inferior", made_facts({lead: {"t_high_mv": 0.0, "t_low_mv": -0.3}
                                             for lead in ("II", "aVF")})),
        ("t_inversion_lateral", made_facts({lead: {"t_high_mv": 0.0, "t_low_mv": -0.3}
                                            for lead in ("V5", "V6")})),
        ("low_t", made_facts({lead: {"t_high_mv": 0.05} for lead in ("V5", "V6")})),
        ("long_qt", made_facts(qtc_ms=490.0)),
        ("short_qt", made_facts(qtc_ms=310.0)),
    ],
)  # fmt: skip
def test_a_rule_is_made_and_the_ecg_is_not_merely_normal(expected, facts):
    stated = codes(facts)
    assert expected in stated
    rule = next(rule for rule in RULES if rule.code == expected)
    assert ("normal_ecg" in stated) <= (not rule.abnormal)


def test_every_rule_has_a_case_above():
    parameters = test_a_rule_is_made_and_the_ecg_is_not_merely_normal.pytestmark[0].args[1]
    cases = {case[0] for case in parameters}
    assert {rule.code for rule in RULES} - cases == {"sinus_rhythm", "normal_ecg"}


def test_left_bundle_branch_block_silences_hypertrophy_infarction_and_st():
    loud = {
        **LBBB, "V3": {"r_mv": 0.05, "s_mv": -3.0, "j_mv": 0.4}, "V2": {"j_mv": 0.4},
        "aVL": {"r_mv": 1.4},
    }  # fmt: skip
    assert codes(made_facts(loud, qrs_ms=150.0)) == ["sinus_rhythm", "lbbb"]
    narrow = codes(made_facts(loud, qrs_ms=95.0))
    assert {"lvh_strain", "poor_r_progression", "st_elevation_anterior"} <= set(narrow)


def test_the_limits_of_women_and_men_differ():
    leads = {"aVL": {"r_mv": 1.3}, "V3": {"s_mv": -1.0}}
    assert "lvh" in codes(made_facts(leads, sex="female"))
    assert "lvh" not in codes(made_facts(leads, sex="male"))
    assert "lvh" not in codes(made_facts(leads, sex=None))
    assert "long_qt" in codes(made_facts(sex="male", qtc_ms=455.0))
    assert "long_qt" not in codes(made_facts(sex="female", qtc_ms=455.0))


def test_tall_voltage_of_the_young_is_no_hypertrophy_by_sokolow_and_lyon():
    leads = {"V1": {"s_mv": -2.0}, "V5": {"r_mv": 2.4}}
    assert "lvh" not in codes(made_facts(leads, age_years=24.0))
    assert "lvh" in codes(made_facts(leads, age_years=None))


def test_q_and_t_in_iii_alone_are_normal():
    leads = {"III": {"q_mv": -0.4, "q_ms": 45.0, "t_high_mv": 0.0, "t_low_mv": -0.2}}
    assert codes(made_facts(leads)) == ["sinus_rhythm", "normal_ecg"]


def test_a_rule_is_silent_without_its_leads():
    facts = made_facts(RBBB, qrs_ms=140.0, only=tuple(lead for lead in LEADS if lead != "V1"))
    assert not {"rbbb", "ivcd", "lbbb", "incomplete_rbbb"} & set(codes(facts))
    one = made_facts({"II": {"p_high_mv": 0.3}}, only=("II",), qrs_axis_deg=math.nan)
    assert codes(one) == ["sinus_rhythm", "right_atrial"]


def test_nothing_is_called_normal_on_few_leads_or_without_pr():
    assert "normal_ecg" not in codes(made_facts(only=("I", "II")))
    assert "normal_ecg" not in codes(made_facts(pr_ms=math.nan))


def test_unmeasured_intervals_make_no_statement():
    names = ("pr_ms", "qrs_ms", "qt_ms", "qtc_ms", "qrs_axis_deg")
    assert codes(made_facts(**dict.fromkeys(names, math.nan))) == ["sinus_rhythm"]


def test_no_long_qt_is_stated_where_p_could_not_be_told_from_t():
    assert "long_qt" in codes(made_facts(qtc_ms=547.0))
    assert "long_qt" not in codes(made_facts(qtc_ms=547.0, pr_ms=float("nan")))
