"""Lead names as files spell them."""

import time

import pytest

from ptacl.io.ecg.leads.lead_names import canonical_lead, lead_name, lead_names
from ptacl.types import LEADS


@pytest.mark.parametrize(
    ("name", "lead"),
    [
        ("I", "I"), ("Lead I (Einthoven)", "I"), ("MDC_ECG_LEAD_AVR", "aVR"), ("avf", "aVF"),
        ("DII", "II"), ("L3", "III"), ("C4", "V4"), ("ECG V6", "V6"), (" v1 ", "V1"),
        ("ECG I", "I"), ("EKG-II", "II"), ("ECG-V1", "V1"), ("EKG aVF", "aVF"), ("Lead_I", "I"),
        ("LEAD aVR", "aVR"), ("LeadIII", "III"), ("ECGV4", "V4"), ("ecg_avl", "aVL"), ("V 1", "V1"),
        ("ECG:II", "II"), ("Ableitung aVL", "aVL"), ("Derivación DI", "I"), ("Wilson V2", "V2"),
        ("I lead", "I"), ("Einthoven II", "II"), ("ECG [I]", None), ("I-RF", None),
        ("aVR/-aVR", None), ("ECG -aVR", None), ("ECG - I", None), ("-I", None), ("Lead 2", None),
        ("Lead12", None), ("EKG1", None), ("ECG", None), ("MLII", None), ("V1-V2", None),
        ("V", None), ("vy", None), ("EEG Fp1", None),
        ("vx", None), ("V7", None), ("V3R", None), ("-aVR", None), ("", None), ("IIII", None),
    ],
)  # fmt: skip
def test_names_are_understood_and_foreign_channels_ignored(name: str, lead: str | None) -> None:
    assert canonical_lead(name) == lead


@pytest.mark.parametrize(
    "name",
    [
        "aVR (inverted)", "-aVR", "−aVR", "–aVR", "aVR inverted", "minus aVR", "ECG -aVR",
        "aVR_inv", "inv. aVR", "aVR (-1)", "aVR (x -1)", "aVR [neg.]", "AVR NEG", "aVR (reversed)",
        "MDC_ECG_LEAD_AVRneg", "aVR (inverted) (mV)", "Negative aVR", "aVR (invertiert)",
    ],
)  # fmt: skip
def test_a_negative_is_known_as_one_and_is_never_the_lead(name: str) -> None:
    said = lead_name(name)
    assert said is not None
    assert (said.lead, said.inverted, said.remark) == ("aVR", True, "")
    assert canonical_lead(name) is None


@pytest.mark.parametrize("name", ["aVR-", "ECG - aVR", "aVR/-aVR", "aVR - aVL", "aVR (a) - x"])
def test_what_may_be_a_minus_or_a_dash_names_no_lead(name: str) -> None:
    assert lead_name(name) is None


@pytest.mark.parametrize(
    "name",
    ["V4 (right)", "V4 (posterior)", "V4 (V4R)", "V4 (R)", "V4 (V5)", "V4 [dorsal]", "I (RA-LA)",
     "V1 (3rd ICS)", "V4 (mirrored)", "I (II)"],
)  # fmt: skip
def test_a_remark_that_may_make_it_another_lead_costs_the_lead(name: str) -> None:
    assert canonical_lead(name) is None
    assert lead_names([name]) == [None]


@pytest.mark.parametrize(
    "remark",
    ["(mV)", "[uV]", "(Einthoven)", "(filtered)", "(raw)", "(ch 7)", "(7)", "(500 Hz)", "(C4)",
     "(chest)", "(precordial lead)", "(not inverted)", "(adu)", "()", "(Wilson) [mV]"],
)  # fmt: skip
def test_a_remark_that_leaves_the_lead_what_it_is_is_passed_over(remark: str) -> None:
    assert canonical_lead(f"V4 {remark}") == "V4"


def test_a_remark_on_all_leads_tells_none_of_them_apart() -> None:
    said = lead_names([f"{lead} (Bed 4)" for lead in LEADS])
    assert [name and name.lead for name in said] == list(LEADS)
    some = lead_names([f"{lead} (Bed 4)" for lead in LEADS[6:]])
    assert some == [None] * 6


def test_a_name_made_to_be_slow_is_judged_quickly() -> None:
    start = time.perf_counter()
    assert canonical_lead("(" * 100_000) is None
    assert time.perf_counter() - start < 0.5
