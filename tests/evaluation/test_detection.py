"""Findings that a measured phenotype decides, told by the predicted one."""

import numpy as np

from ptacl.evaluation.detection import detection_report
from ptacl.phenotypes import PHENOTYPE_KEYS, phenotype


def test_findings_are_counted_by_their_limits_and_ranked_by_the_prediction():
    rng = np.random.default_rng(0)
    sex = np.array(["female", "male"] * 50, dtype=object)
    truth = np.full((100, len(PHENOTYPE_KEYS)), np.nan)
    fraction = truth[:, PHENOTYPE_KEYS.index("lvef_pct")] = rng.uniform(42, 70, 100)
    mass = truth[:, PHENOTYPE_KEYS.index("lvm_g")] = rng.uniform(70, 160, 100)
    truth[0] = np.nan
    sex[3] = None
    predicted = {"lvef_pct": fraction, "lvm_g": -mass, "lvedv_ml": mass}
    report = detection_report(predicted, truth, sex, 0)
    # nobody lies below 40 %, nobody's LVEDV is known
    assert set(report) == {"lvef_below_50", "hypertrophy"}
    assert report["lvef_below_50"].value == 1.0
    assert report["lvef_below_50"].n == (fraction[1:] < 50).sum()
    above = [
        mass[row] > phenotype("lvm_g").interval(sex[row])[1] for row in range(1, 100) if row != 3
    ]
    assert (report["hypertrophy"].n, report["hypertrophy"].n_without) == (
        sum(above), 98 - sum(above),
    )  # fmt: skip
    assert report["hypertrophy"].value < 0.5  # told by the wrong sign


def test_a_prediction_is_held_against_the_limit_of_its_own_sex():
    limits = {one: phenotype("lvm_g").interval(one)[1] for one in ("female", "male")}
    sex = np.array(["female", "male"] * 20, dtype=object)
    excess = np.tile(np.repeat([-5.0, 5.0], 2), 10)
    truth = np.full((40, len(PHENOTYPE_KEYS)), np.nan)
    mass = np.array([limits[one] for one in sex]) + excess
    truth[:, PHENOTYPE_KEYS.index("lvm_g")] = mass
    report = detection_report({"lvm_g": mass + 40.0}, truth, sex, 0)
    assert report["hypertrophy"].value == 1.0
