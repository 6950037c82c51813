"""Linear regression heads of phenotypes with prediction intervals, stored as arrays and names."""

import json
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import NamedTuple

import numpy as np
from jaxtyping import Float

from ptacl.errors import BadInput

FORMAT = 1

# Below this neither a leave-one-out error nor a 90 % quantile means anything.
FEWEST_SUBJECTS = 20
FEWEST_CROSS = 30
"""Training and validation subjects with a phenotype, at least, for heads that are calibrated across
folds: of 40 subjects, 37 are in the two splits on average."""


class Predicted(NamedTuple):
    """Predicted phenotypes with intervals in their units, in the order of ``Heads.keys``."""

    value: Float[np.ndarray, "subjects phenotypes"]
    low: Float[np.ndarray, "subjects phenotypes"]
    high: Float[np.ndarray, "subjects phenotypes"]


@dataclass(frozen=True, slots=True, eq=False)
class Heads:
    """A linear regression for each phenotype, from `fit_heads`."""

    keys: tuple[str, ...]
    confidence: float
    """Nominal coverage of the intervals."""
    groups: tuple[str, ...]
    """Groups with intervals of their own: the rows of ``factors`` after the first."""
    alphas: Float[np.ndarray, " phenotypes"]
    """Shrinkage chosen by leave-one-out error; the mean over parts with separate ridges."""
    weights: Float[np.ndarray, "features phenotypes"]
    bias: Float[np.ndarray, " phenotypes"]
    noise_weights: Float[np.ndarray, "features phenotypes"]
    """Weights that predict the logarithm of the expected absolute error."""
    noise_bias: Float[np.ndarray, " phenotypes"]
    noise_range: Float[np.ndarray, "2 phenotypes"]
    """Lowest and highest logarithm in training: unusual ECGs are clipped, not extrapolated."""
    factors: Float[np.ndarray, "groups phenotypes"]
    """Ratio of half width to expected error: of all subjects, then of each group."""
    seen: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    """Range of age, height, weight and body surface area of the training subjects
    (`io.person_limits.TrainingRanges`); empty where they are unknown, or were not stored."""

    def predict(
        self,
        features: Float[np.ndarray, "subjects features"],
        groups: Sequence[str | None] | None = None,
    ) -> Predicted:
        """Predict value and interval of every phenotype.

        Args:
            features: of the width that the heads were fitted on.
            groups: the group of each subject; a group without intervals of its own, None, or no
                groups at all take those of all subjects.
        """
        features = np.asarray(features, dtype=np.float64)
        value = features @ self.weights + self.bias
        logarithm = features @ self.noise_weights + self.noise_bias
        expected_error = np.exp(np.clip(logarithm, *self.noise_range))
        rows = {group: row for row, group in enumerate(self.groups, start=1)}
        factor_rows = [
            rows.get(group, 0) if group else 0 for group in groups or [None] * len(value)
        ]
        half_width = self.factors[factor_rows] * expected_error
        return Predicted(value, value - half_width, value + half_width)

    def given(self, covariates: Float[np.ndarray, " covariates"]) -> "Heads":
        """Return heads of the other features, with the last ones fixed to these values."""
        count = len(covariates)
        return replace(
            self,
            weights=self.weights[:-count],
            bias=self.bias + covariates @ self.weights[-count:],
            noise_weights=self.noise_weights[:-count],
            noise_bias=self.noise_bias + covariates @ self.noise_weights[-count:],
        )

    @classmethod
    def none(cls, features: int, confidence: float = 0.9) -> "Heads":
        """Return heads of no phenotype, for a cohort that is too small.

        Args:
            features: width of the features.
            confidence: of the intervals that there are not.
        """
        wide, flat = np.zeros((features, 0)), np.zeros(0)
        return cls(
            keys=(), confidence=confidence, groups=(), alphas=flat, weights=wide, bias=flat,
            noise_weights=wide, noise_bias=flat, noise_range=np.zeros((2, 0)),
            factors=np.ones((1, 0)),
        )  # fmt: skip

    def save(self, stem: Path) -> None:
        """Write ``stem.npz`` (arrays) and ``stem.json`` (names)."""
        arrays = {name: getattr(self, name) for name in _ARRAYS}
        np.savez(_with_suffix(stem, ".npz"), **arrays)
        names = {
            "format": FORMAT,
            "keys": self.keys,
            "confidence": self.confidence,
            "groups": self.groups,
            "seen": self.seen,
        }
        _with_suffix(stem, ".json").write_text(json.dumps(names, indent=2) + "\n", encoding="utf-8")

    @classmethod
    def load(cls, stem: Path) -> "Heads":
        """Read heads from the files that `save` wrote, without pickle.

        Raises:
            BadInput: a file is missing, damaged, of another format or does not match the other.
        """
        try:
            names = json.loads(_with_suffix(stem, ".json").read_text(encoding="utf-8"))
            with np.load(_with_suffix(stem, ".npz"), allow_pickle=False) as stored:
                arrays = {name: stored[name] for name in _ARRAYS}
            version, keys, groups = names["format"], tuple(names["keys"]), tuple(names["groups"])
            ranges = {str(k): (float(v[0]), float(v[1])) for k, v in names.get("seen", {}).items()}
            fits = arrays["weights"].shape[1] == len(keys) and len(arrays["factors"]) == (
                len(groups) + 1
            )
        except (
            OSError,
            ValueError,
            KeyError,
            TypeError,
            IndexError,
            AttributeError,
            zipfile.BadZipFile,
        ) as error:
            raise BadInput(
                stem,
                f"the regression heads cannot be read ({error})",
                "embed the store again",
                code="gallery.damaged",
            ) from error
        if version != FORMAT or not fits:
            raise BadInput(
                stem,
                f"the regression heads are of format {version!r}, or their two files do not "
                f"belong together; format {FORMAT} is read",
                "embed the store again",
                code="gallery.other_version",
            )
        confidence = names["confidence"]
        return cls(keys=keys, groups=groups, confidence=confidence, seen=ranges, **arrays)


_ARRAYS = (
    "alphas", "weights", "bias", "noise_weights", "noise_bias", "noise_range", "factors",
)  # fmt: skip


def _with_suffix(stem: Path, suffix: str) -> Path:
    return stem.with_name(stem.name + suffix)
