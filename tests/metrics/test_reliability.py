"""Calibration of probabilities, findings, and groups by the measured value."""

import numpy as np
import pandas as pd
import pytest

from ptacl.metrics.finding_figures import Thresholds, finding_figures
from ptacl.metrics.findings import FINDINGS, limit_of, presence
from ptacl.metrics.reliability import brier_score, calibration_error, reliability
from ptacl.metrics.truth_groups import truth_groups
from ptacl.phenotypes import PHENOTYPE_KEYS, phenotype


def test_the_error_is_small_for_shares_and_large_for_boasts() -> None:
    rng = np.random.default_rng(0)
    probability = rng.random(20_000)
    present = rng.random(20_000) < probability
    assert calibration_error(present, probability) < 0.02
    boasting = np.where(probability > 0.5, 0.99, 0.01)
    # In each of the two bins a quarter has not what is boasted.
    assert calibration_error(present, boasting) == pytest.approx(0.24, abs=0.02)
    assert brier_score(present, boasting) > brier_score(present, probability)


def test_bins_hold_every_subject_and_the_slow_formula_agrees() -> None:
    rng = np.random.default_rng(1)
    probability, present = rng.beta(1, 6, 500), rng.random(500) < 0.2
    bins = reliability(present, probability)
    assert sum(each.n for each in bins) == 500
    slow = 0.0
    for start in range(10):
        inside = (probability * 10 >= start) & (probability * 10 < start + 1)
        if inside.any():
            slow += abs(probability[inside].mean() - present[inside].mean()) * inside.sum() / 500
    assert calibration_error(present, probability) == pytest.approx(slow)
    assert reliability(np.array([True]), np.array([1.0]))[0].n == 1


def test_a_finding_depends_on_the_limit_of_the_sex_and_is_unknown_without_it() -> None:
    mass = next(finding for finding in FINDINGS if finding.key == "hypertrophy")
    truth = np.full((3, len(PHENOTYPE_KEYS)), np.nan)
    truth[:, PHENOTYPE_KEYS.index("lvm_g")] = phenotype("lvm_g").interval("female")[1] + 1
    sex = np.array(["female", "male", None], dtype=object)
    present, known = presence(mass, truth, sex)
    assert present.tolist() == [True, False, False] and known.tolist() == [True, True, False]
    assert np.isnan(limit_of(mass, sex)[2])


def test_thirds_hold_every_measured_subject_and_low_hearts_are_apart() -> None:
    lvef = np.append(np.linspace(30, 70, 41), np.nan)
    groups = truth_groups("lvef_pct", lvef)
    assert sum(groups[f"{each} third"].sum() for each in ("lowest", "middle", "highest")) == 41
    assert groups["below 40 %"].sum() == 10 and groups["below 50 %"].sum() == 20
    assert set(truth_groups("lvm_g", lvef)) == {"lowest third", "middle third", "highest third"}
    assert truth_groups("lvef_pct", np.full(5, np.nan)) == {}


def test_figures_of_a_table_count_what_is_at_or_above_each_threshold() -> None:
    table = pd.DataFrame({
        "sex": "female", "lvef_pct": [35.0, 45.0, 55.0, 65.0],
        "probability_lvef_below_50": [0.9, 0.2, 0.3, 0.1],
    })  # fmt: skip
    figures = finding_figures(table, {"lvef_below_50": Thresholds(0.3, 0.2)})
    (row,) = figures.to_dict("records")
    assert (row["n"], row["n_without"], row["auroc"]) == (2, 2, 0.75)
    assert (row["flag_sensitivity"], row["flag_specificity"]) == (0.5, 0.5)
    assert (row["exclude_sensitivity"], row["exclude_specificity"]) == (1.0, 0.5)
    assert finding_figures(table.drop(columns="probability_lvef_below_50"), {}).empty
