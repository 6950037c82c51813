"""The impression of a whole ECG: what withholds it, partial leads, pacing, the person."""

from dataclasses import replace

import numpy as np
import pytest

from ptacl.impression.draft import draft_impression
from ptacl.impression.lead_table import COLUMNS, lead_table
from ptacl.impression.rhythm_words import RhythmWords, with_rhythm
from ptacl.measurements import EcgIntervals
from ptacl.signal.delineation.intervals import measure_with_caveats
from ptacl.signal.preparation import prepare_ecg
from ptacl.synthetic import simulate_ecg
from ptacl.types import (
    LEADS,
    RHYTHMS,
    Caveat,
    EcgQuality,
    Impression,
    LeadQuality,
    PreparedEcg,
    Rhythm,
)

RATE_HZ = 500.0


@pytest.fixture(scope="module")
def prepared() -> PreparedEcg:
    return prepare_ecg(simulate_ecg(5, 1)[0])


def impression_of(prepared: PreparedEcg, *caveats: Caveat) -> Impression:
    signal = prepared.signal_mv[:, : prepared.valid_samples]
    intervals, told = measure_with_caveats(signal, prepared.r_peaks, RATE_HZ)
    return draft_impression(prepared, RATE_HZ, intervals, caveats=(*caveats, *told))


def with_quality(prepared: PreparedEcg, **changes) -> PreparedEcg:
    return replace(prepared, quality=replace(prepared.quality, **changes))


def test_a_clean_ecg_has_statements_and_twelve_leads(prepared):
    impression = impression_of(prepared)
    assert impression.statements and not impression.withheld
    assert [lead.lead for lead in impression.leads] == list(LEADS)
    assert all(statement.evidence for statement in impression.statements)


def test_where_the_gate_withholds_only_the_reason_is_given(prepared):
    refused = with_quality(prepared, usable=False, reason="No heartbeat.")
    assert impression_of(refused) == Impression(withheld="No heartbeat.")
    swapped = Caveat("lead_order", "V4 and V6 are exchanged.", "withhold")
    assert impression_of(prepared, swapped) == Impression(withheld="V4 and V6 are exchanged.")
    checked = Caveat("lead_order", "V4 and V6 may be exchanged.", "check")
    assert impression_of(prepared, checked).statements


def test_fewer_than_three_beats_allow_nothing(prepared):
    few = replace(prepared, r_peaks=prepared.r_peaks[:2])
    impression = draft_impression(few, RATE_HZ, EcgIntervals())
    assert not impression.statements and "2 heartbeats" in impression.withheld


def test_pacing_is_stated_though_it_withholds_the_volumes(prepared):
    spikes = np.asarray(prepared.r_peaks) - round(0.05 * RATE_HZ)
    paced = with_quality(
        replace(prepared, pacing_spikes=spikes),
        caveats=(Caveat("paced", "A pacemaker stimulates this heart.", "withhold"),),
    )
    codes = [statement.code for statement in impression_of(paced).statements]
    assert codes[0] == "ventricular_pacing"
    assert not {"lbbb", "normal_ecg", "sinus_rhythm"} & set(codes)


def test_nothing_rests_on_a_lead_that_cannot_be_used(prepared):
    few = ("I", "II", "III", "aVR", "aVL", "aVF")
    states = tuple(LeadQuality(lead, "good" if lead in few else "bad", "") for lead in LEADS)
    impression = impression_of(with_quality(prepared, per_lead=states))
    assert [lead.lead for lead in impression.leads] == list(few)
    assert all(set(statement.leads) <= set(few) for statement in impression.statements)
    assert "normal_ecg" not in [statement.code for statement in impression.statements]


def test_one_lead_gets_its_rhythm(prepared):
    absent = tuple(lead for lead in LEADS if lead != "II")
    signal = np.where(np.array([[lead == "II"] for lead in LEADS]), prepared.signal_mv, 0.0)
    one = with_quality(replace(prepared, signal_mv=signal.astype(np.float32)), absent=absent)
    impression = impression_of(one)
    assert [lead.lead for lead in impression.leads] == ["II"]
    assert len(impression.statements) >= 1
    assert not {"left_axis", "right_axis", "lbbb"} & {s.code for s in impression.statements}


def test_the_quality_of_nothing_is_an_impression_of_nothing():
    silent = PreparedEcg(
        np.zeros((12, 5000), np.float32), 5000, np.arange(500, 4500, 500), EcgQuality((), True, "")
    )
    assert "No beat" in draft_impression(silent, RATE_HZ, EcgIntervals()).withheld


def test_the_lead_table_has_a_row_a_lead_and_a_dash_for_no_wave(prepared):
    impression = impression_of(prepared)
    rows = lead_table(impression)
    assert list(rows.index) == list(LEADS) and list(rows.columns) == list(COLUMNS)
    without_q = next(lead for lead in impression.leads if lead.q_mv == 0)
    assert rows.loc[without_q.lead, "Q"] == "–"
    first = impression.leads[0]
    assert rows.loc["I", "R"] == f"{first.r_mv:.2f}"
    assert lead_table(Impression()).empty


def test_the_rhythm_between_premature_beats_has_its_own_probability():
    words = RhythmWords("sinus", "a P wave before each beat")
    probabilities = dict.fromkeys(RHYTHMS, 0.0) | {"ectopy": 0.72, "sinus": 0.26}
    clauses = (
        "1 early beat of the usual shape, followed by a pause",
        "P before 100 % of the beats",
    )
    rhythm = Rhythm("ectopy", 0.72, probabilities, clauses, "supraventricular premature beat", (5,))
    found = with_rhythm(words, rhythm)
    assert found.evidence == (
        "P before 100 % of the beats; probability 98 % with or without premature beats"
    )
    assert found.certainty == "definite" and found.supraventricular_ectopics == 1
