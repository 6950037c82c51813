import dataclasses
import math

from app.text.labels import label, listed
from app.text.sentences import (
    age_note,
    distribution_sentence,
    inputs_sentence,
    intervals_sentence,
    quality_sentence,
    volume_sentence,
    warning_sentence,
)
from app.text.trend_sentences import measured_sentence, trend_sentence
from ptacl.inference.trend import trends
from ptacl.inference.volume_table import volume_rows
from ptacl.phenotypes import PHENOTYPES
from ptacl.types import LEADS, EcgQuality, Familiarity, LeadQuality
from tests.app.fake_gallery import FakeGallery


def quality(*doubtful: LeadQuality, usable: bool = True, reason: str = "") -> EcgQuality:
    by_lead = {lead.lead: lead for lead in doubtful}
    return EcgQuality(
        tuple(by_lead.get(lead, LeadQuality(lead, "good", "")) for lead in LEADS), usable, reason
    )


def test_a_prediction_of_two_readings_says_so():
    ready = FakeGallery().inspection("S0-00003")
    assert ready.model.measures
    assert inputs_sentence(ready).startswith(
        "Predicted from the ECG alone. Each value is the mean of two"
    )
    single = dataclasses.replace(ready.model, measures=False)
    told = dataclasses.replace(ready, model=single, known="sex")
    assert inputs_sentence(told) == "Predicted from the ECG and sex."


def test_a_doubtful_lead_is_named_with_its_reason_and_what_follows():
    state, sentence = quality_sentence(
        quality(LeadQuality("V3", "bad", "flat"), LeadQuality("aVL", "check", "noisy (0.12 mV)"))
    )
    assert state == "check"
    assert sentence == "aVL noisy (0.12 mV) and V3 flat: prediction shown with a warning."


def test_an_unusable_recording_says_why_nothing_is_predicted():
    found = quality_sentence(quality(usable=False, reason="Eight leads are flat."))
    assert found == ("withheld", "Eight leads are flat. Prediction withheld.")


def test_the_volumes_carry_every_reserve():
    inspection = FakeGallery().inspection("S0-00001")
    assert warning_sentence(inspection) == ""
    prepared = dataclasses.replace(
        inspection.prepared, quality=quality(reason="Read with care: V3 is flat.")
    )
    unseen = Familiarity(False, 0.5, 0.2, 100.0)
    doubtful = dataclasses.replace(inspection, prepared=prepared, familiarity=unseen)
    assert warning_sentence(doubtful) == (
        "Read with care: V3 is flat. This ECG is outside the distribution of the training ECGs."
    )


def test_the_device_is_compared_with_ours():
    inspection = FakeGallery().inspection("S0-00001")
    intervals = dataclasses.replace(inspection.intervals, heart_rate_bpm=70.0, pr_ms=math.nan,
                                    qrs_ms=98.0, qt_ms=400.0)  # fmt: skip
    printed = {"pr_ms": 160.0, "qrs_ms": 102.0, "qt_ms": 389.0}
    ecg = dataclasses.replace(inspection.ecg, measurements=printed)
    assert intervals_sentence(dataclasses.replace(inspection, ecg=ecg, intervals=intervals)) == (
        "Measured over 10 beats at 70 a minute. T end: where the slope of T has died away, as "
        "devices measure it; a tangent ends sooner. The device's QRS and QT differ by at most "
        "11 ms."
    )
    far = dataclasses.replace(ecg, measurements={"qrs_ms": 135.0, "qt_ms": 389.0})
    said = intervals_sentence(dataclasses.replace(inspection, ecg=far, intervals=intervals))
    assert said.endswith("This differs from the device's measurements: QRS by 37 ms.")


def test_an_unfamiliar_ecg_asks_for_reserve():
    state, sentence = distribution_sentence(Familiarity(False, 0.5, 0.2, 100.0))
    assert state == "check"
    assert sentence.startswith("Out of distribution: 100 % of held-out ECGs are closer to")
    assert "caution" in sentence


def test_a_familiar_ecg_is_in_distribution_with_its_share_of_held_out_ecgs():
    assert distribution_sentence(Familiarity(True, 0.1, 0.2, 4.0)) == (
        "good",
        "In distribution: closer to the training ECGs than 96 % of held-out ECGs (limit 5 %).",
    )


def test_a_change_is_named_only_beyond_both_intervals():
    first = {"lvef_pct": 58.0, "lvef_pct_low": 52.0, "lvef_pct_high": 64.0,
             "lvm_g": 90.0, "lvm_g_low": 70.0, "lvm_g_high": 110.0}  # fmt: skip
    later = {**first, "lvef_pct": 40.0, "lvef_pct_low": 33.0, "lvef_pct_high": 47.0}
    assert trend_sentence(trends([first, later])) == (
        "Beyond both 90 % intervals: LVEF 58 → 40 % (−18). Otherwise the intervals overlap: no "
        "certain change."
    )
    assert trend_sentence(trends([first, first])).startswith("The 90 % intervals of the first")


def test_what_was_measured_on_the_ecg_is_told_with_its_change():
    first, last = {"qrs_ms": 96.0, "qrs_axis_deg": 170.0}, {"qrs_ms": 96.0, "qrs_axis_deg": -170.0}
    assert measured_sentence(trends([first, last])) == (
        "Measured on the ECG, from the first to the last: QRS 96 → 96 ms (0) and QRS axis "
        "170 → −170 ° (+20)."
    )
    assert measured_sentence(trends([first])) == ""


def test_an_age_outside_the_reference_is_said():
    assert age_note(81.0) == " This person is 81, outside that age range."
    assert age_note(74.5) == age_note(None) == age_note(float("nan")) == ""


def test_the_sentence_names_what_lies_outside_and_counts_the_rest():
    gallery = FakeGallery()
    rows = volume_rows(gallery.inspection("S0-00001"), gallery.table)
    inside = [
        dataclasses.replace(r, value=sum(r.reference["male"]) / 2, low=0.0, high=1e3) for r in rows
    ]
    start = f"All {len(PHENOTYPES)} values are within the reference interval for men"
    narrow = [dataclasses.replace(r, low=r.value, high=r.value) for r in inside]
    assert volume_sentence(narrow, "male") == f"{start}, and so are their 90 % intervals."
    said = volume_sentence([inside[0], *narrow[1:]], "male")
    assert said == f"{start}; the 90 % intervals of LVEDV reach outside it."
    enlarged = [dataclasses.replace(inside[0], value=400.0, low=350.0, high=450.0), *narrow[1:]]
    sentence = volume_sentence(enlarged, "male")
    others = len(PHENOTYPES) - 1
    assert sentence == (
        f"Against the reference interval for men: LVEDV above; the other {others} within."
    )
    crossing = volume_sentence([enlarged[0], inside[1], *narrow[2:]], "male")
    assert crossing == f"{sentence[:-1]}, with 90 % intervals of LVESV that reach outside."


def test_every_column_has_words():
    assert label("qtc_ms") == "QTc, Fridericia (ms)"
    assert label("truth_rr_ecg_ms") == "Simulated rr ecg ms"
    assert listed(["a", "b", "c"]) == "a, b and c"
