"""How good a model is: retrieval, regression, ranking and calibration, with bootstrap intervals.

Pure functions on NumPy arrays. A statistic takes vectors over subjects and gives one number, so
`bootstrap_interval` can put an interval around any of them. Subjects whose truth or prediction
is NaN are left out.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, Int

from ptacl.errors import PtaclError

Vector = Float[np.ndarray, " subjects"]
Vectors = Float[np.ndarray, "subjects embedding"]

# 50,000 float32 scores a row: 512 rows hold 100 MB at a time instead of 10 GB.
CHUNK_ROWS = 512


@dataclass(frozen=True, slots=True)
class Interval:
    """A statistic with its bootstrap interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class PhenotypeRetrieval:
    """How alike the retrieved hearts are in one phenotype; an entry for each query.

    The differences are in the phenotype's unit; NaN where the query's phenotype is unknown.
    """

    retrieved: Float[np.ndarray, " queries"]
    """Mean absolute difference of the k retrieved subjects."""
    random: Float[np.ndarray, " queries"]
    """The same for subjects picked at random: its exact expectation."""
    oracle: Float[np.ndarray, " queries"]
    """The same for the k subjects nearest in this very phenotype: no retrieval does better."""
    ndcg: Float[np.ndarray, " queries"]
    """Discounted gain of the k retrieved over the oracle's; see `phenotype_retrieval`."""


def own_ranks(queries: Vectors, gallery: Vectors) -> Int[np.ndarray, " subjects"]:
    """Place of each query's own partner among the whole gallery, 1 = best.

    A gallery vector that scores as much as the partner is counted before it, so an encoder that
    says the same about everybody ranks last, not first.

    Args:
        queries: unit vectors, for example from ECGs.
        gallery: unit vectors of the other modality; row i belongs to the subject of query i.

    Example:
        >>> ecg = np.eye(3, dtype=np.float32)
        >>> own_ranks(ecg, ecg[[0, 2, 1]])
        array([1, 3, 3])
    """
    ranks = np.empty(len(queries), dtype=np.int64)
    for rows, scores in _scores(queries, gallery):
        own = scores[np.arange(len(rows)), rows]
        ranks[rows] = (scores >= own[:, None]).sum(axis=1)
    return ranks


def recall_at_k(ranks: Int[np.ndarray, " subjects"], k: int) -> float:
    """Share of queries whose own partner is among the first k, from `own_ranks`.

    Example:
        >>> recall_at_k(np.array([1, 3, 7, 20]), k=5)
        0.5
    """
    return float((ranks <= k).mean())


def median_rank(ranks: Int[np.ndarray, " subjects"]) -> float:
    """Median place of the own partner, from `own_ranks`; (subjects + 1) / 2 by chance."""
    return float(np.median(ranks))


def nearest(
    queries: Float[np.ndarray, "queries embedding"],
    gallery: Float[np.ndarray, "gallery embedding"],
    k: int,
    *,
    same_subjects: bool,
) -> Int[np.ndarray, "queries k"]:
    """Rows of the k most similar gallery vectors (inner product), best first, exactly.

    Args:
        same_subjects: row i of both is one subject, who is not among the own neighbours.

    Raises:
        PtaclError: the gallery holds fewer than k subjects to choose from.
    """
    if k > len(gallery) - same_subjects:
        raise PtaclError(f"{k} neighbours asked of {len(gallery)} subjects. Ask for fewer.")
    found = np.empty((len(queries), k), dtype=np.int64)
    for rows, scores in _scores(queries, gallery):
        if same_subjects:
            scores[np.arange(len(rows)), rows] = -np.inf
        best = np.argpartition(scores, -k, axis=1)[:, -k:]
        order = np.argsort(-np.take_along_axis(scores, best, axis=1), axis=1, kind="stable")
        found[rows] = np.take_along_axis(best, order, axis=1)
    return found


def phenotype_retrieval(
    neighbours: Int[np.ndarray, "queries k"],
    query_values: Float[np.ndarray, " queries"],
    gallery_values: Float[np.ndarray, " gallery"],
    *,
    same_subjects: bool,
) -> PhenotypeRetrieval:
    """Compare the neighbours' phenotype with the query's, against chance and the best possible.

    The gain of a neighbour whose phenotype differs by d is exp(−|d| / SD of the gallery); nDCG
    discounts it by log2(1 + place) (Järvelin and Kekäläinen 2002). Random neighbours do not
    score 0 in it: pass random ones to see what they score.

    Args:
        neighbours: gallery rows, best first, from `nearest`.
        query_values: the phenotype of each query; NaN where unknown.
        gallery_values: the phenotype of each gallery subject; NaN where unknown.
        same_subjects: row i of both is one subject, whom random and oracle leave out as well.
    """
    known = np.sort(gallery_values[np.isfinite(gallery_values)])
    k = neighbours.shape[1]
    if len(known) < k + same_subjects:
        raise PtaclError(f"Only {len(known)} subjects have this phenotype; {k} are compared.")
    difference = np.abs(gallery_values[neighbours] - query_values[:, None])
    ideal = _nearest_differences(query_values, known, k, same_subjects)
    # An unknown neighbour takes no place: it is left out of the mean and gains nothing.
    counted = np.isfinite(difference)
    total = np.where(counted, difference, 0.0).sum(axis=1)
    retrieved = np.divide(
        total, counted.sum(axis=1), out=np.full(len(total), np.nan), where=counted.any(axis=1)
    )
    discount = 1.0 / np.log2(np.arange(k) + 2.0)
    spread = max(float(known.std()), np.finfo(np.float32).tiny)
    gain = np.where(counted, np.exp(-difference / spread), 0.0) @ discount
    return PhenotypeRetrieval(
        retrieved=retrieved,
        random=_expected_difference(query_values, known, same_subjects),
        oracle=ideal.mean(axis=1),
        ndcg=gain / (np.exp(-ideal / spread) @ discount),
    )


def r2(truth: Vector, predicted: Vector) -> float:
    """Share of the truth's variance that the prediction explains; below 0: worse than the mean."""
    truth, predicted = _known(truth, predicted)
    return float(1.0 - ((truth - predicted) ** 2).sum() / ((truth - truth.mean()) ** 2).sum())


def mae(truth: Vector, predicted: Vector) -> float:
    """Mean absolute error, in the unit of the truth."""
    truth, predicted = _known(truth, predicted)
    return float(np.abs(truth - predicted).mean())


def rmse(truth: Vector, predicted: Vector) -> float:
    """Root of the mean squared error, in the unit of the truth."""
    truth, predicted = _known(truth, predicted)
    return float(np.sqrt(((truth - predicted) ** 2).mean()))


def pearson(truth: Vector, predicted: Vector) -> float:
    """Linear correlation, −1 to 1."""
    truth, predicted = _known(truth, predicted)
    return float(np.corrcoef(truth, predicted)[0, 1])


def auroc(positive: Bool[np.ndarray, " subjects"], score: Vector) -> float:
    """Chance that a positive subject scores higher than a negative one; ties count half.

    Source: Hanley and McNeil 1982, through the ranks of Mann and Whitney. NaN where one of the
    two groups is empty.

    Example:
        >>> auroc(np.array([True, True, False, False]), np.array([0.9, 0.4, 0.4, 0.1]))
        0.875
    """
    positive, score = positive[np.isfinite(score)], score[np.isfinite(score)]
    positives, negatives = int(positive.sum()), int((~positive).sum())
    if positives == 0 or negatives == 0:
        return float("nan")
    _, place, count = np.unique(score, return_inverse=True, return_counts=True)
    rank = (np.cumsum(count) - (count - 1) / 2)[place]
    above = rank[positive].sum() - positives * (positives + 1) / 2
    return float(above / (positives * negatives))


def interval_coverage(truth: Vector, low: Vector, high: Vector) -> float:
    """Share of subjects whose truth lies in ``low`` … ``high``; 0.9 is the aim of a 90 % one."""
    truth, low, high = _known(truth, low, high)
    return float(((low <= truth) & (truth <= high)).mean())


def calibration_slope(truth: Vector, predicted: Vector) -> float:
    """Slope of the truth on the prediction: 1 is calibrated, below 1 predicts too extremely.

    Source: Cox 1958.
    """
    truth, predicted = _known(truth, predicted)
    centred = predicted - predicted.mean()
    return float((centred * truth).sum() / (centred**2).sum())


def bootstrap_interval(
    statistic: Callable[..., float],
    arrays: tuple[np.ndarray, ...],
    n: int,
    rng: np.random.Generator,
    level: float = 0.95,
) -> Interval:
    """Percentile interval of a statistic, by drawing subjects with replacement.

    Args:
        statistic: called with the arrays, gives one number: ``r2``, ``np.mean``,
            ``lambda ranks: recall_at_k(ranks, 10)`` …
        arrays: each with subjects as its first axis; a draw takes the same rows of all.
        n: number of draws; a draw for which the statistic is NaN is left out.
        level: share of the draws between low and high.

    Source: Efron 1979.
    """
    subjects = len(arrays[0])
    draws = np.array(
        [
            statistic(*(array[rows] for array in arrays))
            for rows in (rng.integers(0, subjects, subjects) for _ in range(n))
        ]
    )
    tail = (1.0 - level) / 2.0
    finite = draws[np.isfinite(draws)]
    low, high = np.quantile(finite, (tail, 1.0 - tail)) if len(finite) else (np.nan, np.nan)
    return Interval(float(statistic(*arrays)), float(low), float(high))


def _scores(queries: np.ndarray, gallery: np.ndarray) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    for start in range(0, len(queries), CHUNK_ROWS):
        chunk = queries[start : start + CHUNK_ROWS]
        yield np.arange(start, start + len(chunk)), chunk @ gallery.T


def _known(*arrays: np.ndarray) -> tuple[np.ndarray, ...]:
    # Sums in double precision: 50,000 squared volumes lose digits in single.
    stacked = np.stack([np.asarray(array, dtype=np.float64) for array in arrays])
    return tuple(stacked[:, np.isfinite(stacked).all(axis=0)])


def _expected_difference(
    query: np.ndarray, ordered: np.ndarray, same_subjects: bool
) -> Float[np.ndarray, " queries"]:
    # Sum of |value − query| over all, from the sums below and above: n log n, not n².
    sums = np.concatenate([[0.0], np.cumsum(ordered, dtype=np.float64)])
    below = np.searchsorted(ordered, query)
    above = len(ordered) - below
    total = query * (below - above) + sums[-1] - 2.0 * sums[below]
    return total / (len(ordered) - same_subjects)


def _nearest_differences(
    query: np.ndarray, ordered: np.ndarray, k: int, same_subjects: bool
) -> Float[np.ndarray, "queries k"]:
    # The nearest values lie around the query's place in the order. Of one's own gallery the
    # smallest difference, 0, is oneself.
    reach = k + same_subjects
    place = np.searchsorted(ordered, query)[:, None] + np.arange(-reach, reach)
    inside = (place >= 0) & (place < len(ordered))
    values = ordered[np.clip(place, 0, len(ordered) - 1)]
    difference = np.where(inside, np.abs(values - query[:, None]), np.inf)
    difference[np.isnan(query)] = np.nan
    return np.sort(difference, axis=1)[:, same_subjects:reach].astype(np.float64)
