"""Retrieval metrics: rank of the matching pair, recall at k, similarity of the retrieved hearts."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int

from ptacl.errors import PtaclError

Vectors = Float[np.ndarray, "subjects embedding"]


# 50,000 float32 scores a row: 512 rows hold 100 MB at a time instead of 10 GB.
CHUNK_ROWS = 512


@dataclass(frozen=True, slots=True)
class PhenotypeRetrieval:
    """Similarity of the retrieved hearts in one phenotype; an entry for each query.

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


def match_ranks(queries: Vectors, gallery: Vectors) -> Int[np.ndarray, " subjects"]:
    """Return the rank of each query's match (same subject) in the whole gallery, 1 = best.

    A gallery vector that scores as much as the match is counted before it, so that a constant
    encoder ranks last, not first.

    Args:
        queries: unit vectors, for example from ECGs.
        gallery: unit vectors of the other modality; row i belongs to the subject of query i.

    Example:
        >>> ecg = np.eye(3, dtype=np.float32)
        >>> match_ranks(ecg, ecg[[0, 2, 1]])
        array([1, 3, 3])
    """
    ranks = np.empty(len(queries), dtype=np.int64)
    for rows, scores in _scores(queries, gallery):
        own = scores[np.arange(len(rows)), rows]
        ranks[rows] = (scores >= own[:, None]).sum(axis=1)
    return ranks


def recall_at_k(ranks: Int[np.ndarray, " subjects"], k: int) -> float:
    """Return the share of queries with their match among the first k.

    Args:
        ranks: from `match_ranks`.
        k: how many are retrieved.

    Example:
        >>> recall_at_k(np.array([1, 3, 7, 20]), k=5)
        0.5
    """
    return float((ranks <= k).mean())


def median_rank(ranks: Int[np.ndarray, " subjects"]) -> float:
    """Return the median of `match_ranks`; (subjects + 1) / 2 by chance."""
    return float(np.median(ranks))


def nearest(
    queries: Float[np.ndarray, "queries embedding"],
    gallery: Float[np.ndarray, "gallery embedding"],
    k: int,
    *,
    same_subjects: bool,
) -> Int[np.ndarray, "queries k"]:
    """Return the rows of the k most similar gallery vectors (inner product), best first, exactly.

    Args:
        queries: unit vectors.
        gallery: unit vectors.
        k: number of neighbours of each query.
        same_subjects: row i of both is one subject, which is excluded from its own neighbours.

    Raises:
        PtaclError: the gallery holds fewer than k subjects to choose from.
    """
    if k > len(gallery) - same_subjects:
        raise PtaclError(
            f"{k} neighbours were requested of {len(gallery)} subjects. Request fewer.",
            code="gallery.too_few_subjects",
        )
    neighbours = np.empty((len(queries), k), dtype=np.int64)
    for rows, scores in _scores(queries, gallery):
        if same_subjects:
            scores[np.arange(len(rows)), rows] = -np.inf
        best = np.argpartition(scores, -k, axis=1)[:, -k:]
        order = np.argsort(-np.take_along_axis(scores, best, axis=1), axis=1, kind="stable")
        neighbours[rows] = np.take_along_axis(best, order, axis=1)
    return neighbours


def phenotype_retrieval(
    neighbours: Int[np.ndarray, "queries k"],
    query_values: Float[np.ndarray, " queries"],
    gallery_values: Float[np.ndarray, " gallery"],
    *,
    same_subjects: bool,
) -> PhenotypeRetrieval:
    """Compare the neighbours' phenotype with the query's, against chance and the best possible.

    The gain of a neighbour with a difference of d is exp(−|d| / SD of the gallery); nDCG
    discounts it by log2(1 + rank) (Järvelin and Kekäläinen 2002). Random neighbours do not
    score 0 in it: pass random ones to see what they score.

    Args:
        neighbours: gallery rows, best first, from `nearest`.
        query_values: the phenotype of each query; NaN where unknown.
        gallery_values: the phenotype of each gallery subject; NaN where unknown.
        same_subjects: row i of both is one subject, which random and oracle exclude as well.
    """
    known = np.sort(gallery_values[np.isfinite(gallery_values)])
    k = neighbours.shape[1]
    if len(known) < k + same_subjects:
        raise PtaclError(
            f"Only {len(known)} subjects have this phenotype; {k} are compared.",
            code="gallery.too_few_subjects",
        )
    difference = np.abs(gallery_values[neighbours] - query_values[:, None])
    ideal = _nearest_differences(query_values, known, k, same_subjects)
    # A neighbour of unknown phenotype is left out of the mean and has no gain.
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


def _scores(queries: np.ndarray, gallery: np.ndarray) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    for start in range(0, len(queries), CHUNK_ROWS):
        chunk = queries[start : start + CHUNK_ROWS]
        yield np.arange(start, start + len(chunk)), chunk @ gallery.T


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
    # The nearest values are around the query's position in the order. In the same gallery the
    # smallest difference, 0, is the query itself.
    reach = k + same_subjects
    index = np.searchsorted(ordered, query)[:, None] + np.arange(-reach, reach)
    inside = (index >= 0) & (index < len(ordered))
    values = ordered[np.clip(index, 0, len(ordered) - 1)]
    difference = np.where(inside, np.abs(values - query[:, None]), np.inf)
    difference[np.isnan(query)] = np.nan
    return np.sort(difference, axis=1)[:, same_subjects:reach].astype(np.float64)
