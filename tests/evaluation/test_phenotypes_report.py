"""Errors and coverage of predictions, all and by group."""

import numpy as np
import pytest

from ptacl.evaluation.phenotypes import phenotype_report
from ptacl.metrics.regression import mae, r2, rmse
from ptacl.phenotypes import PHENOTYPE_KEYS
from ptacl.regression import Predicted


def test_every_figure_has_its_interval_and_groups_their_own_coverage():
    rng = np.random.default_rng(0)
    truth = np.full((60, len(PHENOTYPE_KEYS)), np.nan)
    lvedv = truth[:, 0] = rng.normal(150, 30, 60)
    truth[5, 0] = np.nan
    value = lvedv + rng.normal(0, 15, 60)
    women = np.arange(60) < 30
    half_width = np.where(women, 1000.0, 0.0)  # hold every woman's truth and no man's
    predicted = Predicted(*(x[:, None] for x in (value, value - half_width, value + half_width)))
    members = {"female": women, "male": ~women}
    found = phenotype_report(predicted, PHENOTYPE_KEYS[:1], truth, members, 0)["lvedv_ml"]
    known = np.isfinite(truth[:, 0])
    for name, statistic in (("r2", r2), ("mae", mae), ("rmse", rmse)):
        assert getattr(found, name).value == pytest.approx(statistic(lvedv[known], value[known]))
    for name in ("r2", "mae", "rmse", "pearson", "calibration"):
        figure = getattr(found, name)
        assert figure.low < figure.value < figure.high, name
    assert found.n == 59
    coverage = found.coverage
    assert (coverage["female"].value, coverage["male"].value) == (1.0, 0.0)
    assert (coverage["female"].n, coverage["all"].n) == (29, 59)
    assert coverage["all"].value == found.coverage_90 == pytest.approx(29 / 59)
