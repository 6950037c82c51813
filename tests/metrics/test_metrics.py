"""Fast metrics against slow, obvious formulas."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from ptacl.errors import PtaclError
from ptacl.metrics import retrieval
from ptacl.metrics.regression import (
    auroc,
    calibration_slope,
    interval_coverage,
    mae,
    pearson,
    r2,
    rmse,
)
from ptacl.metrics.retrieval import (
    match_ranks,
    median_rank,
    nearest,
    phenotype_retrieval,
    recall_at_k,
)
from ptacl.stats.bootstrap import bootstrap_interval


def unit_vectors(rng: np.random.Generator, count: int, width: int = 16) -> np.ndarray:
    vectors = rng.normal(size=(count, width))
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(7)


def test_match_ranks_are_those_of_a_sorted_list(rng, monkeypatch):
    monkeypatch.setattr(retrieval, "CHUNK_ROWS", 13)
    gallery = unit_vectors(rng, 60)
    queries = gallery + 2.0 * unit_vectors(rng, 60)
    slow = []
    for row, query in enumerate(queries):
        by_score = sorted(range(60), key=lambda other: -float(query @ gallery[other]))
        slow.append(by_score.index(row) + 1)
    ranks = match_ranks(queries, gallery)
    assert ranks.tolist() == slow
    assert 1 < ranks.mean() < 30
    assert recall_at_k(ranks, 5) == sum(rank <= 5 for rank in slow) / 60
    assert median_rank(ranks) == sorted(slow)[29] / 2 + sorted(slow)[30] / 2


def test_an_encoder_that_says_the_same_about_everybody_ranks_last():
    same = np.ones((20, 4), dtype=np.float32) / 2
    assert (match_ranks(same, same) == 20).all()


def test_nearest_is_the_sorted_list_without_oneself(rng, monkeypatch):
    monkeypatch.setattr(retrieval, "CHUNK_ROWS", 7)
    ecg, cmr = unit_vectors(rng, 40), unit_vectors(rng, 40)
    for same in (True, False):
        slow = [
            [o for o in np.argsort(-(cmr @ query)) if not (same and o == row)][:6]
            for row, query in enumerate(ecg)
        ]
        assert nearest(ecg, cmr, 6, same_subjects=same).tolist() == slow


def test_more_neighbours_than_subjects_is_refused(rng):
    vectors = unit_vectors(rng, 5)
    assert nearest(vectors, vectors, 5, same_subjects=False).shape == (5, 5)
    with pytest.raises(PtaclError, match="5 neighbours"):
        nearest(vectors, vectors, 5, same_subjects=True)


@pytest.mark.parametrize("same_subjects", [True, False])
def test_phenotype_retrieval_is_the_slow_formula(rng, same_subjects):
    volumes = rng.normal(150, 30, 50).round()  # rounded: equal volumes occur
    volumes[[3, 20]] = np.nan
    queries = volumes if same_subjects else rng.normal(150, 30, 30)
    neighbours = nearest(
        unit_vectors(rng, len(queries)), unit_vectors(rng, 50), 5, same_subjects=same_subjects
    )
    result = phenotype_retrieval(neighbours, queries, volumes, same_subjects=same_subjects)
    spread = np.nanstd(volumes)
    for row, volume in enumerate(queries):
        others = [
            abs(v - volume)
            for i, v in enumerate(volumes)
            if not np.isnan(v) and not (same_subjects and i == row)
        ]
        if np.isnan(volume):
            assert np.isnan([result.retrieved[row], result.random[row], result.oracle[row]]).all()
            continue
        found = [abs(volumes[i] - volume) for i in neighbours[row]]
        best = sorted(others)[:5]
        gain = sum(
            np.exp(-d / spread) / np.log2(2 + place)
            for place, d in enumerate(found)
            if not np.isnan(d)
        )
        ideal = sum(np.exp(-d / spread) / np.log2(2 + place) for place, d in enumerate(best))
        assert result.retrieved[row] == pytest.approx(np.nanmean(found))
        assert result.random[row] == pytest.approx(np.mean(others))
        assert result.oracle[row] == pytest.approx(np.mean(best))
        assert result.ndcg[row] == pytest.approx(gain / ideal)


def test_the_oracle_is_reached_by_retrieving_by_the_phenotype_itself(rng):
    volumes = rng.normal(150, 30, 80)
    apart = np.abs(volumes[:, None] - volumes) + np.diag(np.full(80, np.inf))
    by_volume = np.argsort(apart, axis=1)[:, :10]
    result = phenotype_retrieval(by_volume, volumes, volumes, same_subjects=True)
    np.testing.assert_allclose(result.retrieved, result.oracle)
    np.testing.assert_allclose(result.ndcg, 1.0)
    at_random = np.stack([rng.choice(80, 10, replace=False) for _ in range(80)])
    chance = phenotype_retrieval(at_random, volumes, volumes, same_subjects=True)
    assert chance.retrieved.mean() == pytest.approx(chance.random.mean(), rel=0.1)
    assert chance.ndcg.mean() < 0.7


finite = st.floats(-1e3, 1e3, allow_subnormal=False).map(lambda value: round(value, 3))


@given(arrays(np.float64, (2, 12), elements=finite))
@settings(max_examples=50, deadline=None)
def test_errors_are_their_textbook_sums(values):
    truth, predicted = values
    residual = [t - p for t, p in zip(truth, predicted, strict=True)]
    assert mae(truth, predicted) == pytest.approx(sum(map(abs, residual)) / 12)
    assert rmse(truth, predicted) == pytest.approx((sum(r * r for r in residual) / 12) ** 0.5)
    assert mae(truth, predicted) <= rmse(truth, predicted) + 1e-9


def test_r2_is_one_for_the_truth_zero_for_the_mean_and_negative_for_worse(rng):
    truth = rng.normal(60, 6, 100)
    assert r2(truth, truth) == 1.0
    assert r2(truth, np.full(100, truth.mean())) == pytest.approx(0.0)
    assert r2(truth, truth + 20) < 0


def test_pearson_and_r2_agree_after_a_least_squares_fit(rng):
    truth = rng.normal(size=200)
    signal = truth + rng.normal(size=200)
    slope = calibration_slope(truth, signal)
    fitted = truth.mean() + slope * (signal - signal.mean())
    assert r2(truth, fitted) == pytest.approx(pearson(truth, signal) ** 2)
    assert calibration_slope(truth, fitted) == pytest.approx(1.0)
    assert calibration_slope(truth, fitted * 2) == pytest.approx(0.5)


def test_subjects_without_a_measured_value_do_not_count(rng):
    truth, predicted = rng.normal(size=30), rng.normal(size=30)
    holed = truth.copy()
    holed[[2, 9]] = np.nan
    kept = ~np.isnan(holed)
    for metric in (r2, mae, rmse, pearson, calibration_slope):
        assert metric(holed, predicted) == metric(truth[kept], predicted[kept])
    low, high = predicted - 1, predicted + 1
    assert interval_coverage(holed, low, high) == interval_coverage(
        truth[kept], low[kept], high[kept]
    )


def test_coverage_counts_the_bounds_in():
    truth = np.array([1.0, 2.0, 3.0, 4.0])
    assert interval_coverage(truth, np.array([1.0, 0, 3.5, 0]), np.array([2.0, 2, 4, 3])) == 0.5


@given(
    st.lists(
        st.tuples(st.booleans(), st.integers(0, 4).map(float)), min_size=2, max_size=30
    ).filter(lambda rows: 0 < sum(positive for positive, _ in rows) < len(rows))
)
@settings(max_examples=60, deadline=None)
def test_auroc_is_the_share_of_pairs_in_order_with_ties_half(rows):
    pairs = [(p, n) for is_p, p in rows for is_n, n in rows if is_p and not is_n]
    slow = sum((p > n) + 0.5 * (p == n) for p, n in pairs) / len(pairs)
    positive, score = (np.array(column) for column in zip(*rows, strict=True))
    assert auroc(positive, score) == pytest.approx(slow)


def test_auroc_of_one_group_is_unknown():
    assert np.isnan(auroc(np.ones(3, dtype=bool), np.arange(3.0)))


def test_the_bootstrap_interval_of_a_mean_is_the_textbook_one(rng):
    values = rng.normal(60, 6, 400)
    interval = bootstrap_interval(np.mean, (values,), 2000, np.random.default_rng(0))
    error = values.std() / 20
    assert interval.value == values.mean()
    assert interval.low == pytest.approx(values.mean() - 1.96 * error, abs=0.15 * error)
    assert interval.high == pytest.approx(values.mean() + 1.96 * error, abs=0.15 * error)


def test_the_bootstrap_draws_whole_subjects_and_depends_on_its_generator_only(rng):
    truth = rng.normal(size=50)
    # Were the rows drawn apart, the copy would no longer be perfect.
    perfect = bootstrap_interval(r2, (truth, truth.copy()), 50, np.random.default_rng(1))
    assert (perfect.low, perfect.high) == (1.0, 1.0)
    noisy = truth + rng.normal(size=50)
    first, again, other = (
        bootstrap_interval(pearson, (truth, noisy), 50, np.random.default_rng(seed))
        for seed in (1, 1, 2)
    )
    assert first == again != other
