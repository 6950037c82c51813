"""Logistic heads: calibrated, averaged over parts, and absent where too few have the event."""

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from ptacl.metrics.reliability import calibration_error
from ptacl.regression.logistic import FEWEST_TO_CALIBRATE, LogisticHeads, fit_logistic

TRUE_WEIGHTS = np.array([1.5, -1.0, 0.5, 0.0, 0.0, 0.0])


def drawn(subjects: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Features of scales from 0.1 to 1000, and events of which a tenth of the subjects have one."""
    rng = np.random.default_rng(seed)
    standard = rng.normal(size=(subjects, 6))
    probability = 1 / (1 + np.exp(-(standard @ TRUE_WEIGHTS - 3.0)))
    event = (rng.random(subjects) < probability).astype(float)
    return standard * 10.0 ** np.arange(-1, 5) / 10 + 3.0, event[:, None]


@pytest.fixture(scope="module")
def heads() -> LogisticHeads:
    return fit_logistic(*drawn(3000, 0), *drawn(3000, 1), ["ill"], parts=(3, 3))


def test_probabilities_are_shares_among_subjects_of_neither_set(heads: LogisticHeads) -> None:
    features, event = drawn(20_000, 2)
    present, probability = event[:, 0] == 1, heads.probability(features)[:, 0]
    assert calibration_error(present, probability) < 0.02
    high = probability > 0.5
    assert high.sum() > 200
    assert present[high].mean() == pytest.approx(probability[high].mean(), abs=0.05)


def test_a_head_is_the_calibrated_mean_logit_of_the_parts(heads: LogisticHeads) -> None:
    (features, event), (others, held_out) = drawn(3000, 0), drawn(3000, 1)
    mean, scale = features.mean(axis=0), features.std(axis=0)
    present = event[:, 0] == 1
    strength = 1 / (len(present) * present.mean() * (1 - present.mean()))

    def mean_logit(rows: np.ndarray) -> np.ndarray:
        logits = []
        for part in (slice(0, 3), slice(3, 6)):
            each = LogisticRegression(C=strength, max_iter=2000)
            each.fit(((features - mean) / scale)[:, part], present)
            logits.append(each.decision_function(((rows - mean) / scale)[:, part]))
        return np.mean(logits, axis=0)

    platt = LogisticRegression(C=1e6).fit(mean_logit(others)[:, None], held_out[:, 0] == 1)
    expected = platt.predict_proba(mean_logit(others)[:, None])[:, 1]
    np.testing.assert_allclose(heads.probability(others)[:, 0], expected, atol=1e-6)


def test_an_event_that_too_few_have_gets_no_head() -> None:
    features, event = drawn(500, 3)
    others, held_out = drawn(500, 4)
    rare = np.zeros_like(held_out)
    rare[: FEWEST_TO_CALIBRATE - 1] = 1
    fitted = fit_logistic(
        features, np.hstack([event, event]), others, np.hstack([held_out, rare]), ["ill", "rare"]
    )
    assert fitted.keys == ("ill",)
    assert fit_logistic(features, event, others, rare, ["rare"]).keys == ()


def test_an_event_that_is_reversed_in_other_subjects_gets_no_head() -> None:
    features, event = drawn(2000, 5)
    others, held_out = drawn(2000, 6)
    assert fit_logistic(features, event, others, 1 - held_out, ["ill"]).keys == ()


def test_unknown_events_are_left_out_and_covariates_can_be_fixed() -> None:
    features, event = drawn(2000, 7)
    event[:500] = np.nan
    fitted = fit_logistic(features, event, *drawn(2000, 8), ["ill"], unshrunk=2)
    same = fit_logistic(features[500:], event[500:], *drawn(2000, 8), ["ill"], unshrunk=2)
    new = drawn(50, 9)[0]
    # The scale of the features is that of all subjects: the fits differ slightly.
    np.testing.assert_allclose(fitted.probability(new), same.probability(new), atol=0.02)
    one = fitted.given(new[0, 4:]).probability(new[:1, :4])
    np.testing.assert_allclose(one, fitted.probability(new[:1]), rtol=1e-12)
