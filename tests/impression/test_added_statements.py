"""What the model and labelled neighbours add to an impression."""

import numpy as np
import pandas as pd
import pytest

from ptacl.gallery.impression import labels_of, nearest_rows
from ptacl.impression.model_statements import with_model
from ptacl.impression.neighbour_statements import lift, neighbour_statements, without_refuted
from ptacl.phenotypes import phenotype
from ptacl.types import Familiarity, Impression, Prediction, Statement

RHYTHM = Statement("sinus_rhythm", "Sinus rhythm", "P", "measured", "definite")
MEASURED = Impression((RHYTHM,))
KNOWN, UNKNOWN = Familiarity(True, 0.2, 0.4, 40.0), Familiarity(False, 0.5, 0.4, 98.0)


def predicted(key: str, value: float, low: float, high: float) -> Prediction:
    entry = phenotype(key)
    spans = {"female": entry.interval("female"), "male": entry.interval("male")}
    return Prediction(key, entry.name, entry.unit, value, low, high, spans)


LVEF = predicted("lvef_pct", 40, 30, 47)


def test_the_model_adds_its_value_interval_and_the_reference():
    added = with_model(MEASURED, (LVEF,), KNOWN, "female", "").statements
    assert added[0] == RHYTHM
    assert added[1].text == "LVEF 40 % (30–47 %), below the reference interval of women"
    assert (added[1].source, added[1].certainty) == ("model", "probable")
    assert "51–71 % (women)" in added[1].evidence and "(men)" not in added[1].evidence


def test_an_unknown_sex_is_compared_with_both():
    large = predicted("lvm_g", 102, 77, 127)
    text = with_model(MEASURED, (large,), KNOWN, None, "").statements[1].text
    assert text.endswith("may be above for women, within for men (reference intervals)")


def test_an_interval_across_a_limit_is_not_called_within_by_its_middle():
    crossing = predicted("lvef_pct", 56, 45, 61)
    text = with_model(MEASURED, (crossing,), KNOWN, "male", "").statements[1].text
    assert text == "LVEF 56 % (45–61 %), may be below the reference interval of men"


def test_the_model_says_what_it_does_not_know():
    added = with_model(MEASURED, (LVEF,), UNKNOWN, "male", "").statements
    assert added[1].certainty == "possible"
    assert added[-1].code == "model_out_of_distribution" and "98th" in added[-1].evidence
    without = with_model(MEASURED, (), KNOWN, "male", "V3 is bad.").statements
    assert (without[-1].text, without[-1].evidence) == ("No volumes are predicted", "V3 is bad.")
    unknown = with_model(MEASURED, (), UNKNOWN, "male", "far out").statements
    assert [statement.code for statement in unknown[1:]] == ["model_withheld"]


def test_a_withheld_impression_gets_nothing_added():
    silent = Impression(withheld="No heartbeat.")
    assert with_model(silent, (LVEF,), UNKNOWN, None, "No heartbeat.") == silent


def test_lift_against_its_formula_and_its_coverage():
    assert lift(5, 20, 0.25).value == pytest.approx(1.0)
    rng = np.random.default_rng(0)
    drawn = rng.binomial(20, 0.3, 2000)
    inside = [lift(int(k), 20, 0.3).low <= 1.0 <= lift(int(k), 20, 0.3).high for k in drawn]
    assert 0.92 <= np.mean(inside) <= 0.98


def test_only_what_is_clearly_over_represented_is_stated():
    rows = np.arange(200)
    labels = {
        "block": rows % 20 == 0,  # 10 of 200, of which 8 among the nearest
        "common": rows % 2 == 0,
        "rare": rows == 0,
        "absent": rows < 0,
    }
    nearest = np.array([*range(0, 160, 20), *range(1, 24, 2)])
    found = neighbour_statements(labels, nearest, "hearts")
    assert [s.code for s in found] == ["neighbours_block"]
    assert found[0].source == "neighbours" and "8 of the 20 nearest hearts" in found[0].evidence


def test_neighbours_drawn_at_random_state_nothing():
    rng = np.random.default_rng(1)
    labels = {f"label {i}": rng.random(500) < 0.1 for i in range(20)}
    stated = [len(neighbour_statements(labels, rng.permutation(500)[:20], "hearts"))
              for _ in range(100)]  # fmt: skip
    assert np.mean(stated) < 0.3


def test_labels_are_codes_or_flags_of_simulated_hearts():
    coded = pd.DataFrame({"scp_codes": ["{'CLBBB': 100.0}", "{'NORM': 80.0, 'SR': 0.0}"]})
    assert labels_of(coded)["left bundle branch block"].tolist() == [True, False]
    flagged = pd.DataFrame({"truth_lbbb": [0.0, 1.0], "truth_scar_size": [0.1, 0.0]})
    found = labels_of(flagged)
    assert found["left bundle branch block"].tolist() == [False, True]
    assert found["infarct scar"].tolist() == [True, False]
    assert labels_of(pd.DataFrame({"sex": ["male"]})) == {}


def test_the_nearest_rows_leave_the_ecg_itself_out():
    vectors = np.eye(3, dtype=np.float32)[[0, 0, 1, 2]]
    assert nearest_rows(vectors, vectors[0], 0)[0] == 1
    assert len(nearest_rows(vectors, vectors[0], 0)) == 3
    assert set(nearest_rows(vectors, vectors[2])[:1]) == {2}


def test_neighbours_do_not_state_what_the_ecg_refutes():
    rows = np.arange(500)
    labels = dict.fromkeys(
        ("atrial fibrillation", "left bundle branch block", "infarct scar"), rows < 20
    )
    found = neighbour_statements(labels, rows[:20], "hearts")
    assert len(found) == 3
    left = without_refuted(found, MEASURED.statements, 90.0)
    assert [each.code for each in left] == ["neighbours_infarct_scar"]
    assert without_refuted(found, (), 150.0) == found
