"""What a gallery says about one embedded ECG."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float32

from ptacl.gallery.format import GalleryManifest
from ptacl.phenotypes import phenotype
from ptacl.regression import Heads
from ptacl.regression.covariates import Known
from ptacl.types import Caveat, Familiarity, Neighbour, Prediction, Sex

FAMILIAR_NEIGHBOURS = 10
SEXES: tuple[Sex, ...] = ("female", "male")


@dataclass(frozen=True)
class Reading:
    """Predictions, neighbours and place of one ECG."""

    predictions: tuple[Prediction, ...]
    known: Known
    """What they rest on."""
    neighbours: tuple[Neighbour, ...]
    familiarity: Familiarity
    map_xy: tuple[float, float]
    caveats: tuple[Caveat, ...] = ()
    """Why predictions are withheld or wider, beyond what reader and quality say, and what the
    person's age and size make doubtful."""


def predictions(heads: Heads, features: Float32[np.ndarray, " width"]) -> tuple[Prediction, ...]:
    """The phenotypes read from ECG features, with 90 % intervals."""
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


def familiarity(
    embedding: Float32[np.ndarray, " embedding"],
    known: Float32[np.ndarray, "known embedding"],
    manifest: GalleryManifest,
) -> Familiarity:
    """Whether training held ECGs like this one: mean cosine distance to the nearest ten."""
    distance = float(familiarity_distances(embedding[None], known)[0])
    percentile = float(np.searchsorted(manifest.familiar_quantiles, distance, side="right") - 1)
    return Familiarity(
        familiar=distance <= manifest.familiar_limit,
        distance=distance,
        limit=manifest.familiar_limit,
        percentile=min(max(percentile, 0.0), 100.0),
    )


def familiarity_distances(
    embeddings: Float32[np.ndarray, "subjects embedding"],
    known: Float32[np.ndarray, "known embedding"],
) -> Float32[np.ndarray, " subjects"]:
    """Mean cosine distance of each ECG to its nearest training ECGs."""
    count = min(FAMILIAR_NEIGHBOURS, len(known))
    distance = 1 - embeddings @ known.T
    return np.partition(distance, count - 1, axis=1)[:, :count].mean(axis=1)
