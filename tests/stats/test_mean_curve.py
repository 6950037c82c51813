import numpy as np
import pytest

from ptacl.stats.mean_curve import FEWEST, mean_curve


def test_the_band_of_the_mean_is_that_of_a_normal_mean() -> None:
    rng = np.random.default_rng(0)
    curves = rng.normal([0.0, -20.0], [1.0, 4.0], (400, 2))
    found = mean_curve(curves)
    assert found is not None and found.subjects == 400
    assert np.allclose(found.mean, curves.mean(axis=0))
    half_width = (found.high - found.low) / 2
    assert half_width == pytest.approx(1.96 * curves.std(axis=0) / 20, rel=0.12)


def test_curves_with_gaps_are_left_out_and_few_subjects_have_no_band() -> None:
    curves = np.full((FEWEST, 3), -10.0)
    curves[0, 1] = np.nan
    found = mean_curve(curves)
    assert found is not None and found.subjects == FEWEST - 1
    assert np.isnan(found.low).all() and (found.mean == -10).all()
    assert mean_curve(curves[:1]) is None
