"""Heads of small cohorts: intervals calibrated across folds cover new subjects."""

import numpy as np
import pytest

from ptacl.errors import PtaclError
from ptacl.regression.cross_conformal import fit_cross_heads
from ptacl.regression.heads import FEWEST_CROSS, Heads

WEIGHTS = np.array([3.0, -2.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0])


def drawn(rng: np.random.Generator, subjects: int) -> tuple[np.ndarray, np.ndarray]:
    features = rng.normal(size=(subjects, len(WEIGHTS)))
    noise = rng.normal(size=subjects) * (1 + 0.5 * np.abs(features[:, 0]))
    return features, (100 + features @ WEIGHTS + 2 * noise)[:, None]


@pytest.mark.parametrize("subjects", [FEWEST_CROSS, 120])
def test_nine_of_ten_new_subjects_are_in_the_interval(subjects: int) -> None:
    rng = np.random.default_rng(0)
    shares = []
    for _ in range(30):
        heads = fit_cross_heads(*drawn(rng, subjects), ("lvedv_ml",))
        features, truth = drawn(rng, 400)
        _, low, high = heads.predict(features)
        shares.append(((low <= truth) & (truth <= high)).mean())
    assert 0.87 < np.mean(shares) < 0.95


def test_errors_of_the_fit_itself_would_give_narrower_intervals() -> None:
    rng = np.random.default_rng(1)
    features = rng.normal(size=(60, 40))
    targets = rng.normal(size=(60, 1))  # nothing to learn
    crossed = fit_cross_heads(features, targets, ("lvedv_ml",), alphas=(1.0,))
    _, low, high = crossed.predict(rng.normal(size=(500, 40)))
    width = (high - low).mean() / 2
    own = crossed.predict(features).value
    assert width > 1.5 * np.quantile(np.abs(targets - own), 0.9)


def test_the_folds_are_the_same_each_time() -> None:
    features, targets = drawn(np.random.default_rng(2), 50)
    first, second = (fit_cross_heads(features, targets, ("lvedv_ml",)) for _ in range(2))
    assert np.array_equal(first.factors, second.factors)


def test_a_phenotype_of_too_few_subjects_is_refused() -> None:
    features, targets = drawn(np.random.default_rng(3), 50)
    targets[15:] = np.nan
    with pytest.raises(PtaclError, match="a head needs 20"):
        fit_cross_heads(features, targets, ("lvedv_ml",))


def test_heads_of_no_phenotype_are_saved_and_loaded(tmp_path) -> None:
    Heads.none(5).save(tmp_path / "heads")
    loaded = Heads.load(tmp_path / "heads")
    assert loaded.keys == () and loaded.predict(np.zeros((3, 5))).value.shape == (3, 0)
