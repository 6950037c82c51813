"""Does an ECG find the own cine, and if not, hearts that are like it?"""

from collections.abc import Mapping
from functools import partial
from typing import Any

import numpy as np
from jaxtyping import Int

from ptacl.evaluation.intervals import mean_with_interval, with_interval
from ptacl.evaluation.subgroups import groups
from ptacl.metrics.retrieval import (
    match_ranks,
    median_rank,
    nearest,
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
) -> dict[str, Any]:
    """Own pair, also by group, and alike hearts, both directions."""
    report: dict[str, Any] = {"chance_recall_at_10": 10 / len(rows)}
    for direction, queries, gallery in (
        ("ecg_to_cmr", embeddings.ecg, embeddings.cmr),
        ("cmr_to_ecg", embeddings.cmr, embeddings.ecg),
    ):
        ranks = match_ranks(queries, gallery)
        rng = np.random.default_rng(seed)
        own = {
            f"recall_at_{k}": with_interval(partial(recall_at_k, k=k), (ranks,), rng)
            for k in (1, 5, 10)
        }
        own["median_rank"] = with_interval(median_rank, (ranks,), rng)
        found = nearest(queries, gallery, min(NEIGHBOURS, len(rows) - 1), same_subjects=True)
        report[direction] = own | {
            "n": len(rows),
            "by_group": _by_group(ranks, groups(store, rows), seed),
            "alike_hearts": _alike_hearts(found, targets(store, rows), seed),
        }
    return report


def _by_group(
    ranks: np.ndarray, members: Mapping[str, np.ndarray], seed: int
) -> dict[str, dict[str, Any]]:
    """The queries of a group among the whole gallery: how hard its own kind is to tell apart."""
    return {
        name: {
            "recall_at_10": mean_with_interval((ranks[member] <= 10).astype(float), seed),
            "median_rank": median_rank(ranks[member]),
        }
        for name, member in members.items()
    }


def _alike_hearts(found: np.ndarray, values: np.ndarray, seed: int) -> dict[str, dict[str, Any]]:
    """Mean absolute phenotype difference of the neighbours, of random ones, of the oracle's.

    And nDCG beside that of random neighbours; the oracle's is 1.
    """
    report = {}
    guessed = np.random.default_rng(seed).integers(0, len(values) - 1, found.shape)
    guessed += guessed >= np.arange(len(values))[:, None]  # anybody but oneself
    for column, key in enumerate(PHENOTYPE_KEYS):
        truth = values[:, column]
        if np.isfinite(truth).sum() <= found.shape[1] + 1:
            continue
        measured = phenotype_retrieval(found, truth, truth, same_subjects=True)
        random = phenotype_retrieval(guessed, truth, truth, same_subjects=True)
        report[key] = {
            "n": int(np.isfinite(truth).sum()),
            "retrieved": float(np.nanmean(measured.retrieved)),
            "random": float(np.nanmean(measured.random)),
            "oracle": float(np.nanmean(measured.oracle)),
            "ndcg": float(np.nanmean(measured.ndcg)),
            "ndcg_random": float(np.nanmean(random.ndcg)),
            "retrieved_interval": mean_with_interval(measured.retrieved, seed),
            "ndcg_interval": mean_with_interval(
                np.where(np.isfinite(truth), measured.ndcg, np.nan), seed
            ),
        }
    return report
