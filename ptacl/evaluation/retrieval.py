"""Retrieval on held-out subjects: the matching recording, and hearts with like phenotypes."""

from collections.abc import Mapping
from functools import partial

import numpy as np
from jaxtyping import Int

from ptacl.checkpoint.reports.evaluation import (
    DirectionRetrieval,
    GroupRetrieval,
    NeighbourDifference,
    RetrievalReport,
)
from ptacl.evaluation.intervals import mean_with_interval, with_interval
from ptacl.evaluation.subgroups import groups
from ptacl.metrics.retrieval import (
    median_rank,
    nearest,
    own_ranks,
    phenotype_retrieval,
    recall_at_k,
)
from ptacl.phenotypes import PHENOTYPE_KEYS
from ptacl.regression.features import targets
from ptacl.store import Store
from ptacl.types import Embeddings

NEIGHBOURS = 10


def retrieval_report(
    embeddings: Embeddings, store: Store, rows: Int[np.ndarray, " rows"], seed: int
) -> RetrievalReport:
    """Measure retrieval from ECG to CMR and back.

    Args:
        embeddings: of the subjects in ``rows``.
        store: the cohort.
        rows: the held-out subjects.
        seed: of the bootstrap and of random neighbours.
    """
    ecg, cmr = embeddings.ecg, embeddings.cmr
    return RetrievalReport(
        chance_recall_at_10=10 / len(rows),
        ecg_to_cmr=_direction(ecg, cmr, store, rows, seed),
        cmr_to_ecg=_direction(cmr, ecg, store, rows, seed),
    )


def _direction(
    queries: np.ndarray, gallery: np.ndarray, store: Store, rows: np.ndarray, seed: int
) -> DirectionRetrieval:
    ranks = own_ranks(queries, gallery)
    rng = np.random.default_rng(seed)
    at_1, at_5, at_10 = (
        with_interval(partial(recall_at_k, k=k), (ranks,), rng) for k in (1, 5, 10)
    )
    neighbours = nearest(queries, gallery, min(NEIGHBOURS, len(rows) - 1), same_subjects=True)
    return DirectionRetrieval(
        recall_at_1=at_1,
        recall_at_5=at_5,
        recall_at_10=at_10,
        median_rank=with_interval(median_rank, (ranks,), rng),
        n=len(rows),
        by_group=_by_group(ranks, groups(store, rows), seed),
        alike_hearts=_neighbour_differences(neighbours, targets(store, rows), seed),
    )


def _by_group(
    ranks: np.ndarray, members: Mapping[str, np.ndarray], seed: int
) -> dict[str, GroupRetrieval]:
    """Measure the queries of each group against the recordings of all subjects."""
    return {
        name: GroupRetrieval(
            recall_at_10=mean_with_interval((ranks[member] <= 10).astype(float), seed),
            median_rank=median_rank(ranks[member]),
        )
        for name, member in members.items()
    }


def _neighbour_differences(
    neighbours: np.ndarray, values: np.ndarray, seed: int
) -> dict[str, NeighbourDifference]:
    """Compare the phenotypes of nearest neighbours with random ones and with the oracle's."""
    report = {}
    drawn = np.random.default_rng(seed).integers(0, len(values) - 1, neighbours.shape)
    drawn += drawn >= np.arange(len(values))[:, None]  # any subject but the query itself
    for column, key in enumerate(PHENOTYPE_KEYS):
        truth = values[:, column]
        if np.isfinite(truth).sum() <= neighbours.shape[1] + 1:
            continue
        measured = phenotype_retrieval(neighbours, truth, truth, same_subjects=True)
        random = phenotype_retrieval(drawn, truth, truth, same_subjects=True)
        known_ndcg = np.where(np.isfinite(truth), measured.ndcg, np.nan)
        report[key] = NeighbourDifference(
            n=int(np.isfinite(truth).sum()),
            retrieved=float(np.nanmean(measured.retrieved)),
            random=float(np.nanmean(measured.random)),
            oracle=float(np.nanmean(measured.oracle)),
            ndcg=float(np.nanmean(measured.ndcg)),
            ndcg_random=float(np.nanmean(random.ndcg)),
            retrieved_interval=mean_with_interval(measured.retrieved, seed),
            ndcg_interval=mean_with_interval(known_ndcg, seed),
        )
    return report
