"""Predictions and the out-of-distribution check of one embedded ECG."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float32

from ptacl.phenotypes import phenotype
from ptacl.regression import Heads
from ptacl.regression.covariates import Known
from ptacl.types import SEXES, Caveat, Familiarity, FindingProbability, Neighbour, Prediction

FAMILIAR_NEIGHBOURS = 10


@dataclass(frozen=True)
class Reading:
    """Predictions, neighbours and map position of one ECG."""

    predictions: tuple[Prediction, ...]
    known: Known
    """Input of the heads that made them."""
    neighbours: tuple[Neighbour, ...]
    familiarity: Familiarity
    map_xy: tuple[float, float]
    findings: tuple[FindingProbability, ...] = ()
    caveats: tuple[Caveat, ...] = ()
    """Reasons of the model to withhold predictions or to widen intervals, and a person outside the
    range of the training subjects."""


def predictions(heads: Heads, features: Float32[np.ndarray, " width"]) -> tuple[Prediction, ...]:
    """Predict the phenotypes of the heads from ECG features, with 90 % intervals."""
    values, lows, highs = (column[0] for column in heads.predict(features[None]))
    records = []
    for key, value, low, high in zip(heads.keys, values, lows, highs, strict=True):
        entry = phenotype(key)
        records.append(
            Prediction(
                key=key,
                name=entry.name,
                unit=entry.unit,
                value=float(value),
                low=float(low),
                high=float(high),
                reference={sex: entry.interval(sex) for sex in SEXES},
            )
        )
    return tuple(records)


@dataclass(frozen=True, eq=False)
class DistributionLimit:
    """Training ECGs of one lead set, and how far held-out ECGs are from them."""

    limit: float
    """Distance to the training ECGs under which 95 % of held-out ECGs stay."""
    quantiles: tuple[float, ...]
    """Distances of held-out ECGs at 0, 1, … 100 %."""
    familiar: Float32[np.ndarray, "known embedding"]
    """Embeddings of training ECGs."""


def familiarity(
    embedding: Float32[np.ndarray, " embedding"], training: DistributionLimit
) -> Familiarity:
    """Check whether an ECG is in distribution, by its distance to the training ECGs.

    Args:
        embedding: of the ECG.
        training: training ECGs with the same leads, and their limit.
    """
    distance = float(familiarity_distances(embedding[None], training.familiar)[0])
    percentile = float(np.searchsorted(training.quantiles, distance, side="right") - 1)
    return Familiarity(
        familiar=distance <= training.limit,
        distance=distance,
        limit=training.limit,
        percentile=min(max(percentile, 0.0), 100.0),
    )


def familiarity_distances(
    embeddings: Float32[np.ndarray, "subjects embedding"],
    known: Float32[np.ndarray, "known embedding"],
) -> Float32[np.ndarray, " subjects"]:
    """Return the mean cosine distance of each ECG to its ten nearest training ECGs."""
    count = min(FAMILIAR_NEIGHBOURS, len(known))
    distance = 1 - embeddings @ known.T
    return np.partition(distance, count - 1, axis=1)[:, :count].mean(axis=1)


def left_out_distances(
    embeddings: Float32[np.ndarray, "subjects embedding"],
) -> Float32[np.ndarray, " subjects"]:
    """Return `familiarity_distances` of each ECG to the others: for a cohort without held-out ones.

    Args:
        embeddings: of two or more training ECGs.
    """
    others = len(embeddings) - 1
    count = min(FAMILIAR_NEIGHBOURS, others)
    distance = 1 - embeddings @ embeddings.T
    np.fill_diagonal(distance, np.inf)
    return np.partition(distance, count - 1, axis=1)[:, :count].mean(axis=1)
