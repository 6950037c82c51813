"""The read-out: a multinomial logistic regression on the features, shipped as ``readout.json``.

`python -m ptacl.rhythm.fit` makes the file. Its probabilities hold for ECGs of a hospital
(`PRIORS`); coefficients are of standardised features, each limited to what the training saw.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path

import numpy as np
from jaxtyping import Float64

from ptacl.rhythm.features import FEATURES
from ptacl.types import RHYTHMS, RhythmName

SHIPPED = Path(__file__).parent / "readout.json"
PRIORS: dict[RhythmName, float] = {
    "sinus": 0.76, "atrial_fibrillation": 0.07, "flutter": 0.01, "ectopy": 0.10, "paced": 0.03,
    "other": 0.03,
}  # fmt: skip
"""Assumed share of each rhythm, about those of hospital ECGs; the probabilities are under them."""


@dataclass(frozen=True, slots=True)
class Readout:
    """Coefficients of the regression, with what made them."""

    features: tuple[str, ...]
    rhythms: tuple[str, ...]
    mean: tuple[float, ...]
    sd: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]
    """Range of each feature in training; what is outside is moved to its edge."""
    weights: tuple[tuple[float, ...], ...]
    """(rhythms, features) of the standardised features, natural logarithm of odds."""
    intercepts: tuple[float, ...]
    seed: int
    hearts: int
    """Simulated hearts that it was trained on, with the seed."""

    def probabilities(self, vector: Float64[np.ndarray, " features"]) -> dict[RhythmName, float]:
        """Return the probability of each rhythm.

        Args:
            vector: from `features.as_vector`.
        """
        return dict(zip(RHYTHMS, softmax(self.logits(vector[None]))[0].tolist(), strict=True))

    def logits(
        self, vectors: Float64[np.ndarray, "ecgs features"]
    ) -> Float64[np.ndarray, "ecgs rhythms"]:
        """Return the logarithms of the odds of n ECGs, up to a constant for each.

        Args:
            vectors: from `features.as_vector`.
        """
        limited = np.clip(vectors, self.low, self.high)
        standard = (limited - np.array(self.mean)) / np.array(self.sd)
        return standard @ np.array(self.weights).T + np.array(self.intercepts)

    def contributions(
        self, vector: Float64[np.ndarray, " features"], name: RhythmName
    ) -> Mapping[str, float]:
        """Return what each feature adds to the log odds of a rhythm against the mean of all.

        Args:
            vector: from `features.as_vector`.
            name: the rhythm.
        """
        limited = np.clip(vector, self.low, self.high)
        standard = (limited - np.array(self.mean)) / np.array(self.sd)
        weights = np.array(self.weights)
        centred = weights[RHYTHMS.index(name)] - weights.mean(axis=0)
        return dict(zip(self.features, (centred * standard).tolist(), strict=True))


@cache
def shipped_readout() -> Readout:
    """Return the shipped read-out."""
    return read_readout(SHIPPED)


def read_readout(path: Path) -> Readout:
    """Read the coefficients from a file of `write_readout`.

    Args:
        path: of the JSON file; its features and rhythms must be those of this version.
    """
    record = json.loads(path.read_text())
    record = {key: _tuple(value) for key, value in record.items()}
    readout = Readout(**record)
    assert readout.features == FEATURES and readout.rhythms == RHYTHMS, (
        f"{path} is of another PTACL"
    )
    return readout


def write_readout(readout: Readout, path: Path) -> None:
    """Write the coefficients as JSON, with five digits.

    Args:
        readout: from `fit.fit_readout`.
        path: of the file.
    """
    path.write_text(json.dumps(_rounded(asdict(readout)), indent=1) + "\n")


def softmax(logits: Float64[np.ndarray, "ecgs rhythms"]) -> Float64[np.ndarray, "ecgs rhythms"]:
    """Return probabilities that sum to 1 over the rhythms."""
    shifted = np.exp(logits - logits.max(axis=1, keepdims=True))
    return shifted / shifted.sum(axis=1, keepdims=True)


def _tuple(value: object) -> object:
    return tuple(_tuple(entry) for entry in value) if isinstance(value, list) else value


def _rounded(value: object) -> object:
    if isinstance(value, dict):
        return {key: _rounded(entry) for key, entry in value.items()}
    if isinstance(value, tuple | list):
        return [_rounded(entry) for entry in value]
    return float(f"{value:.5g}") if isinstance(value, float) else value
