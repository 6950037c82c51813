"""Heads: the closed form against sklearn's slow one, and intervals that keep their promise."""

import json
import subprocess
import sys

import numpy as np
import pytest
from scipy import stats

from ptacl.errors import BadInput, PtaclError
from ptacl.regression import ALPHAS, Heads, fit_heads

KEYS = ("lvedv_ml", "lvef_pct")
WIDTH = 8


def cohort(rng: np.random.Generator, subjects: int) -> tuple[np.ndarray, np.ndarray]:
    """Features and two phenotypes; the second one's noise grows with the first feature."""
    features = rng.normal(size=(subjects, WIDTH)) * 3 + 1
    features[:, -1] = 4.0  # a dead feature
    coefficients = np.random.default_rng(0).normal(size=(WIDTH, 2))
    noise = rng.normal(size=(subjects, 2))
    noise[:, 1] *= np.exp(0.3 * (features[:, 0] - 1))
    return features.astype(np.float32), 100 + features @ coefficients + noise


@pytest.fixture(scope="module")
def heads() -> Heads:
    rng = np.random.default_rng(1)
    return fit_heads(*cohort(rng, 800), *cohort(rng, 600), KEYS)


def test_the_value_is_that_of_ridge_with_leave_one_out_chosen_shrinkage():
    from sklearn.linear_model import Ridge
    from sklearn.model_selection import LeaveOneOut, cross_val_score

    rng = np.random.default_rng(2)
    features, targets = cohort(rng, 40)
    targets = targets + 40 * rng.normal(size=targets.shape)
    alphas = ALPHAS[::3]
    heads = fit_heads(features, targets, *cohort(rng, 50), KEYS, alphas=alphas)
    standard = (features - features.mean(0)) / np.maximum(features.std(0), 1e-3)
    for column in range(2):
        target = targets[:, column]
        errors = [
            -cross_val_score(
                Ridge(alpha=alpha),
                standard,
                target,
                cv=LeaveOneOut(),
                scoring="neg_mean_squared_error",
            ).mean()
            for alpha in alphas
        ]
        alpha = alphas[int(np.argmin(errors))]
        assert heads.alphas[column] == alpha
        expected = Ridge(alpha=alpha).fit(standard, target).predict(standard)
        np.testing.assert_allclose(heads.predict(features).value[:, column], expected, rtol=1e-4)


@pytest.mark.parametrize("told", [0, 2])
def test_parts_are_read_apart_and_the_value_is_their_mean(told: int):
    rng = np.random.default_rng(12)
    (features, targets), held_out = cohort(rng, 300), cohort(rng, 200)
    known = slice(WIDTH - told, WIDTH)
    ends = [(0, 3), (3, WIDTH - told)]
    both = fit_heads(
        features, targets, *held_out, KEYS, parts=[end - start for start, end in ends],
        unshrunk=told, alphas=(10.0,),
    )  # fmt: skip

    def columns(of: np.ndarray, start: int, end: int) -> np.ndarray:
        return np.hstack([of[:, start:end], of[:, known][:, :told]])

    apart = [
        fit_heads(
            columns(features, *part), targets, columns(held_out[0], *part), held_out[1], KEYS,
            unshrunk=told, alphas=(10.0,),
        ).predict(columns(held_out[0], *part)).value
        for part in ends
    ]  # fmt: skip
    read = both.predict(held_out[0])
    np.testing.assert_allclose(read.value, np.mean(apart, axis=0), rtol=1e-4)
    inside = (read.low <= held_out[1]) & (held_out[1] <= read.high)
    assert (inside.mean(axis=0) >= 0.9).all()


def test_of_two_parts_the_error_without_a_subject_is_that_of_the_mean():
    """What the width of the intervals is learned from, against fits that really leave one out."""
    from ptacl.regression.ridges import mean_of_ridges

    rng = np.random.default_rng(13)
    rows, targets = rng.normal(size=(30, 6)), rng.normal(size=(30, 1))
    parts = [np.arange(4), np.arange(4, 6)]
    found = mean_of_ridges(rows, targets, (3.0,), parts).left_out_errors
    for subject in range(3):
        rest = np.arange(30) != subject
        slow = mean_of_ridges(rows[rest], targets[rest], (3.0,), parts)
        left_out = targets[subject] - (rows[subject] @ slow.weights + slow.bias)
        np.testing.assert_allclose(found[subject], left_out, rtol=1e-6)


def test_on_exchangeable_subjects_the_intervals_hold_nine_truths_in_ten(heads):
    # The calibration set is itself a draw, so the count follows a beta-binomial, not a binomial.
    features, targets = cohort(np.random.default_rng(3), 2000)
    _, low, high = heads.predict(features)
    held = ((low <= targets) & (targets <= high)).sum(axis=0)
    kept = int(0.9 * 601)
    lowest, highest = stats.betabinom(2000, kept + 1, 601 - kept).ppf([0.001, 0.999])
    assert ((lowest <= held) & (held <= highest)).all()


def test_intervals_are_wider_where_the_noise_is_larger(heads):
    features, _ = cohort(np.random.default_rng(4), 1000)
    _, low, high = heads.predict(features)
    quiet, loud = features[:, 0] < -2, features[:, 0] > 4
    width = high - low
    # By construction the noise of the second phenotype differs by exp(0.3 · 6) and more.
    assert width[loud, 1].mean() > 4 * width[quiet, 1].mean()
    assert width[loud, 0].mean() == pytest.approx(width[quiet, 0].mean(), rel=0.2)


def test_where_the_noise_is_large_the_promise_is_kept_better_than_by_one_width_for_all(heads):
    features, targets = cohort(np.random.default_rng(5), 4000)
    value, low, high = (column[:, 1] for column in heads.predict(features))
    truth, loud = targets[:, 1], features[:, 0] > 4
    one_width = np.quantile(np.abs(truth - value), 0.9)
    held = ((low <= truth) & (truth <= high))[loud].mean()
    held_by_one_width = (np.abs(truth - value) <= one_width)[loud].mean()
    assert held_by_one_width < 0.7
    assert abs(held - 0.9) < 0.5 * abs(held_by_one_width - 0.9)


def test_the_intervals_are_those_of_crepes():
    from crepes import ConformalRegressor

    rng = np.random.default_rng(6)
    training, calibration, (new, _) = cohort(rng, 300), cohort(rng, 200), cohort(rng, 20)
    heads = fit_heads(*training, *calibration, KEYS)
    value, low, high = heads.predict(new)
    seen, _, seen_high = heads.predict(calibration[0])
    for column in range(2):
        # Any multiple of the expected error gives the same intervals.
        conformal = ConformalRegressor().fit(
            calibration[1][:, column] - seen[:, column],
            sigmas=seen_high[:, column] - seen[:, column],
        )
        expected = conformal.predict_int(
            value[:, column], sigmas=high[:, column] - value[:, column], confidence=0.9
        )
        np.testing.assert_allclose(np.stack([low, high], -1)[:, column], expected)


def test_a_large_group_gets_intervals_of_its_own_and_a_small_one_everybodys():
    rng = np.random.default_rng(7)
    features, targets = cohort(rng, 900)
    groups = ["noisy"] * 300 + ["calm"] * 550 + ["few"] * 50
    targets[:300] += 10 * rng.normal(size=(300, 2))
    heads = fit_heads(*cohort(rng, 500), features, targets, KEYS, groups)
    assert heads.groups == ("calm", "noisy")
    one = features[:1]
    widths = {
        group: np.diff(heads.predict(one, [group])[1:], axis=0).ravel()
        for group in ("noisy", "calm", "few", "unheard of", None)
    }
    everybody = np.diff(heads.predict(one)[1:], axis=0).ravel()
    assert (widths["noisy"] > everybody).all()
    assert (everybody > widths["calm"]).all()
    for group in ("few", "unheard of", None):
        assert (widths[group] == everybody).all()


def test_an_unmeasured_phenotype_leaves_the_subject_to_the_other_heads():
    rng = np.random.default_rng(8)
    (features, targets), (seen, seen_targets) = cohort(rng, 300), cohort(rng, 200)
    targets[:120, 1] = seen_targets[:90, 1] = np.nan
    holed = fit_heads(features, targets, seen, seen_targets, KEYS)
    first = fit_heads(features, targets[:, :1], seen, seen_targets[:, :1], KEYS[:1])
    np.testing.assert_allclose(holed.weights[:, 0], first.weights[:, 0])
    np.testing.assert_allclose(holed.factors[:, 0], first.factors[:, 0])
    np.testing.assert_allclose(holed.predict(seen).value.mean(axis=0), 100, atol=15)
    whole = fit_heads(features[120:], targets[120:], seen[90:], seen_targets[90:], KEYS)
    # Standardised over other subjects, so equal up to the choice of scale only.
    np.testing.assert_allclose(
        holed.predict(seen).value[:, 1], whole.predict(seen).value[:, 1], atol=0.1
    )


def test_too_few_measured_subjects_are_named():
    rng = np.random.default_rng(9)
    features, targets = cohort(rng, 60)
    rare = targets.copy()
    rare[5:, 1] = np.nan
    with pytest.raises(PtaclError, match="Only 5 training subjects have lvef_pct"):
        fit_heads(features, rare, features, targets, KEYS)
    with pytest.raises(PtaclError, match="Only 5 calibration subjects have lvef_pct"):
        fit_heads(features, targets, features, rare, KEYS)


def test_saved_heads_say_exactly_the_same(heads, tmp_path):
    heads.save(tmp_path / "v1.2")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["v1.2.json", "v1.2.npz"]
    again = Heads.load(tmp_path / "v1.2")
    features, _ = cohort(np.random.default_rng(10), 30)
    for before, after in zip(heads.predict(features), again.predict(features), strict=True):
        assert (before == after).all()
    assert (again.keys, again.groups, again.confidence) == (KEYS, (), 0.9)


def test_damaged_heads_are_refused(heads, tmp_path):
    with pytest.raises(BadInput, match="cannot be read"):
        Heads.load(tmp_path / "gone")
    heads.save(tmp_path / "heads")
    names = tmp_path / "heads.json"
    text = names.read_text()
    names.write_text(json.dumps(json.loads(text) | {"format": 99}))
    with pytest.raises(BadInput, match="format 99"):
        Heads.load(tmp_path / "heads")
    names.write_text(json.dumps(json.loads(text) | {"keys": ["lvef_pct"]}))
    with pytest.raises(BadInput, match="do not belong together"):
        Heads.load(tmp_path / "heads")
    names.write_text(text)
    arrays = tmp_path / "heads.npz"
    arrays.write_bytes(arrays.read_bytes()[:300])
    with pytest.raises(BadInput, match="cannot be read"):
        Heads.load(tmp_path / "heads")


def test_predicting_needs_numpy_alone(heads, tmp_path):
    heads.save(tmp_path / "heads")
    script = (
        "import sys, numpy as np, pathlib; from ptacl.regression import Heads;"
        f"Heads.load(pathlib.Path({str(tmp_path / 'heads')!r})).predict(np.ones((1, {WIDTH})));"
        "print([m for m in ('sklearn', 'crepes', 'pandas', 'scipy', 'torch') if m in sys.modules])"
    )
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"
