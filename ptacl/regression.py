"""Cardiac phenotypes from an embedding, each with an interval that holds the truth in 90 %.

A ridge regression reads the value, a second one reads how uncertain the value is, and held-out
subjects scale that uncertainty until the intervals keep their promise (normalised split-conformal
prediction: Papadopoulos et al. 2002; by crepes). Predicting needs NumPy alone.
"""

import json
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple

import numpy as np
from jaxtyping import Float

from ptacl.errors import BadInput, PtaclError

FORMAT = 1

ALPHAS = tuple(10.0**power for power in np.arange(-1.0, 6.5, 0.5).tolist())
"""Strengths of shrinkage to choose from, for standardised features."""


def strong_alphas(subjects: int) -> tuple[float, ...]:
    """Those of `ALPHAS` that are at least one a training subject, for readers of other hearts.

    Ridge multiplies what is learned along a direction of the features by n λ / (n λ + α), n
    subjects and a variance λ there. With α ≥ n a direction that varies less than one standardised
    feature counts less than half: what hearts of another origin share with the training's lies in
    the stronger ones. The weakest such alpha costs little where the origin is the same.
    """
    return tuple(alpha for alpha in ALPHAS if alpha >= subjects) or ALPHAS[-1:]


# A group's own 90 % quantile from 100 subjects gives coverage within about ± 6 % of the aim (two
# standard deviations of Beta(91, 10)); a smaller group is better served by everybody's.
SMALLEST_GROUP = 100

# Below this neither a leave-one-out error nor a 90 % quantile means anything.
FEWEST_SUBJECTS = 20


class Predicted(NamedTuple):
    """Phenotypes of n subjects, columns in the order of ``Heads.keys``, in their units."""

    value: Float[np.ndarray, "subjects phenotypes"]
    low: Float[np.ndarray, "subjects phenotypes"]
    high: Float[np.ndarray, "subjects phenotypes"]


@dataclass(frozen=True, slots=True, eq=False)
class Heads:
    """A linear reader for each phenotype, from `fit_heads`."""

    keys: tuple[str, ...]
    confidence: float
    """Share of subjects whose truth the intervals hold."""
    groups: tuple[str, ...]
    """Groups with intervals of their own: the rows of ``factors`` after the first."""
    alphas: Float[np.ndarray, " phenotypes"]
    """Shrinkage that leave-one-out errors chose; the mean of the parts that are read apart."""
    weights: Float[np.ndarray, "features phenotypes"]
    bias: Float[np.ndarray, " phenotypes"]
    noise_weights: Float[np.ndarray, "features phenotypes"]
    """Read the logarithm of the expected absolute error."""
    noise_bias: Float[np.ndarray, " phenotypes"]
    noise_range: Float[np.ndarray, "2 phenotypes"]
    """Lowest and highest logarithm met in training: a strange ECG is not extrapolated."""
    factors: Float[np.ndarray, "groups phenotypes"]
    """Half width of the interval over the expected error: of everybody, then of each group."""

    def predict(
        self,
        features: Float[np.ndarray, "subjects features"],
        groups: Sequence[str | None] | None = None,
    ) -> Predicted:
        """Value and interval of every phenotype.

        Args:
            features: of the width that the heads were fitted on.
            groups: the group of each subject; a group without intervals of its own, None, or no
                groups at all take everybody's.
        """
        features = np.asarray(features, dtype=np.float64)
        value = features @ self.weights + self.bias
        logarithm = features @ self.noise_weights + self.noise_bias
        expected_error = np.exp(np.clip(logarithm, *self.noise_range))
        rows = {group: row for row, group in enumerate(self.groups, start=1)}
        chosen = [rows.get(group, 0) if group else 0 for group in groups or [None] * len(value)]
        half_width = self.factors[chosen] * expected_error
        return Predicted(value, value - half_width, value + half_width)

    def given(self, covariates: Float[np.ndarray, " covariates"]) -> "Heads":
        """Heads of the features before the last ones, of which these are the values."""
        count = len(covariates)
        return replace(
            self,
            weights=self.weights[:-count],
            bias=self.bias + covariates @ self.weights[-count:],
            noise_weights=self.noise_weights[:-count],
            noise_bias=self.noise_bias + covariates @ self.noise_weights[-count:],
        )

    def save(self, stem: Path) -> None:
        """Write ``stem.npz`` (arrays) and ``stem.json`` (names)."""
        arrays = {name: getattr(self, name) for name in _ARRAYS}
        np.savez(_beside(stem, ".npz"), **arrays)
        names = {
            "format": FORMAT,
            "keys": self.keys,
            "confidence": self.confidence,
            "groups": self.groups,
        }
        _beside(stem, ".json").write_text(json.dumps(names, indent=2) + "\n", encoding="utf-8")

    @classmethod
    def load(cls, stem: Path) -> "Heads":
        """Read what `save` wrote; nothing pickled is ever opened.

        Raises:
            BadInput: a file is missing, damaged, of another format or does not fit the other.
        """
        try:
            names = json.loads(_beside(stem, ".json").read_text(encoding="utf-8"))
            with np.load(_beside(stem, ".npz"), allow_pickle=False) as stored:
                arrays = {name: stored[name] for name in _ARRAYS}
            version, keys, groups = names["format"], tuple(names["keys"]), tuple(names["groups"])
            fits = arrays["weights"].shape[1] == len(keys) and len(arrays["factors"]) == (
                len(groups) + 1
            )
        except (OSError, ValueError, KeyError, TypeError, zipfile.BadZipFile) as error:
            raise BadInput(
                stem, f"the regression heads cannot be read ({error})", "embed the store again"
            ) from error
        if version != FORMAT or not fits:
            raise BadInput(
                stem,
                f"the regression heads are of format {version!r}, or their two files do not "
                f"belong together; format {FORMAT} is read",
                "embed the store again",
            )
        return cls(keys=keys, groups=groups, confidence=names["confidence"], **arrays)


_ARRAYS = (
    "alphas", "weights", "bias", "noise_weights", "noise_bias", "noise_range", "factors",
)  # fmt: skip


def fit_heads(
    features: Float[np.ndarray, "subjects features"],
    targets: Float[np.ndarray, "subjects phenotypes"],
    calibration_features: Float[np.ndarray, "calibration features"],
    calibration_targets: Float[np.ndarray, "calibration phenotypes"],
    keys: tuple[str, ...],
    groups: Sequence[str | None] | None = None,
    *,
    alphas: tuple[float, ...] = ALPHAS,
    parts: Sequence[int] = (),
    unshrunk: int = 0,
    confidence: float = 0.9,
) -> Heads:
    """Fit a head for each phenotype and calibrate its intervals on other subjects.

    Args:
        features: embeddings or covariates of the training subjects, finite.
        targets: their phenotypes, one column for each key; NaN where not measured.
        calibration_features: the same of subjects who took no part in training, the encoder's
            included: the promise holds for new subjects exchangeable with these.
        calibration_targets: their phenotypes.
        keys: names of the columns.
        groups: the group (sex, site …) of each calibration subject, None where unknown. A group
            of at least `SMALLEST_GROUP` for every phenotype gets intervals of its own, which
            hold within it (Mondrian conformal prediction).
        alphas: shrinkages to choose from by leave-one-out error, for standardised features.
        parts: widths of the features that are read apart, in order: each by a ridge of its own, and
            the value is the mean of their readings. None of them leads by being wide, and each may
            err where the others do not. All features together by default.
        unshrunk: how many of the last features are covariates, which are not shrunk.
        confidence: share of subjects whose truth the intervals hold.

    Raises:
        PtaclError: too few subjects with a phenotype to fit or to calibrate.
    """
    features = np.asarray(features, dtype=np.float64)
    mean, scale = features.mean(axis=0), features.std(axis=0)
    # A feature that never varied has no say: it must not explode on the first ECG where it does.
    scale = np.where(scale > 1e-6 * np.abs(mean), scale, np.inf)
    scale[len(scale) - unshrunk :] /= _UNSHRUNK
    read_together = _places(parts or [features.shape[1] - unshrunk], unshrunk)
    fitted = _fit_ridges((features - mean) / scale, targets, keys, alphas, read_together)
    for weights, bias in (("weights", "bias"), ("noise_weights", "noise_bias")):
        fitted[weights] = fitted[weights] / scale[:, None]
        fitted[bias] = fitted[bias] - mean @ fitted[weights]
    # With factors of 1 the half width of an interval is the expected error itself.
    plain = Heads(keys, confidence, (), factors=np.ones((1, len(keys))), **fitted)
    value, _, high = plain.predict(calibration_features)
    residuals, expected_errors = calibration_targets - value, high - value
    sets = _calibration_sets(np.isfinite(residuals), groups or [])
    factors = np.array(
        [
            [
                _factor(residuals[rows, column], expected_errors[rows, column], confidence, key)
                for column, key in enumerate(keys)
            ]
            for rows in sets.values()
        ]
    )
    return Heads(keys, confidence, tuple(sets)[1:], factors=factors, **fitted)


_UNSHRUNK = 1e3
"""How many times wider than the others an unshrunk feature is: its weight is a million times as
cheap, which is as good as free."""


def _places(parts: Sequence[int], unshrunk: int) -> list[np.ndarray]:
    """The columns of each part, and of the covariates, which every part is told."""
    ends = np.cumsum(parts)
    covariates = np.arange(ends[-1], ends[-1] + unshrunk)
    return [
        np.append(np.arange(end - width, end), covariates)
        for end, width in zip(ends, parts, strict=True)
    ]


def _fit_ridges(
    standard: np.ndarray,
    targets: np.ndarray,
    keys: tuple[str, ...],
    alphas: tuple[float, ...],
    read_together: Sequence[np.ndarray],
) -> dict[str, np.ndarray]:
    width, count = standard.shape[1], len(keys)
    fitted = {
        "alphas": np.empty(count),
        "weights": np.empty((width, count)),
        "bias": np.empty(count),
        "noise_weights": np.empty((width, count)),
        "noise_bias": np.empty(count),
        "noise_range": np.empty((2, count)),
    }
    measured = np.isfinite(targets)
    for key, subjects in zip(keys, measured.sum(axis=0), strict=True):
        if subjects < FEWEST_SUBJECTS:
            raise PtaclError(
                f"Only {subjects} training subjects have {key}; a head needs {FEWEST_SUBJECTS}."
            )
    # Phenotypes measured in the same subjects share one decomposition of their features.
    for pattern in np.unique(measured, axis=1).T:
        alike = (measured == pattern[:, None]).all(axis=0)
        rows = standard[pattern]
        value = _mean_of_ridges(rows, targets[pattern][:, alike], alphas, read_together)
        # The error of each subject under a fit without it. A residual may be 0 by accident:
        # a hundredth of the usual one keeps its logarithm from leading the fit.
        errors = np.abs(value.left_out_errors)
        noise = _ridge(rows, np.log(errors + 0.01 * np.median(errors, axis=0)), alphas)
        logarithm = rows @ noise.weights + noise.bias
        fitted["alphas"][alike] = value.alphas
        fitted["weights"][:, alike], fitted["bias"][alike] = value.weights, value.bias
        fitted["noise_weights"][:, alike], fitted["noise_bias"][alike] = noise.weights, noise.bias
        fitted["noise_range"][:, alike] = np.quantile(logarithm, (0.01, 0.99), axis=0)
    return fitted


class _Ridge(NamedTuple):
    alphas: np.ndarray
    weights: np.ndarray
    bias: np.ndarray
    left_out_errors: np.ndarray


def _mean_of_ridges(
    rows: np.ndarray,
    targets: np.ndarray,
    alphas: tuple[float, ...],
    read_together: Sequence[np.ndarray],
) -> _Ridge:
    """The ridge whose reading is the mean of those of the parts."""
    fits = [_ridge(rows[:, columns], targets, alphas) for columns in read_together]
    weights = np.zeros((rows.shape[1], targets.shape[1]))
    for columns, fit in zip(read_together, fits, strict=True):
        weights[columns] += fit.weights / len(fits)
    chosen, bias, errors = (
        np.mean([getattr(fit, name) for fit in fits], axis=0)
        for name in ("alphas", "bias", "left_out_errors")
    )
    return _Ridge(chosen, weights, bias, errors)


def _ridge(rows: np.ndarray, targets: np.ndarray, alphas: tuple[float, ...]) -> _Ridge:
    # Imported here: scikit-learn takes a second to import, and predicting does without it.
    from sklearn.linear_model import RidgeCV

    # Without cv= this is the closed form of leave-one-out (Golub, Heath and Wahba 1979).
    # As an array: a single strength in a tuple makes scikit-learn fail.
    ridge = RidgeCV(alphas=np.array(alphas), alpha_per_target=True, store_cv_results=True)
    ridge.fit(rows, targets)
    squared = ridge.cv_results_.reshape(len(rows), targets.shape[1], len(alphas))
    chosen = np.searchsorted(alphas, ridge.alpha_)
    left_out = np.take_along_axis(squared, np.reshape(chosen, (1, -1, 1)), axis=2)[..., 0]
    # The error of a subject that is left out has the sign that it has in the fit.
    sign = np.sign(targets - ridge.predict(rows).reshape(targets.shape))
    return _Ridge(
        alphas=np.atleast_1d(ridge.alpha_),
        weights=ridge.coef_.reshape(targets.shape[1], -1).T,
        bias=np.atleast_1d(ridge.intercept_),
        left_out_errors=sign * np.sqrt(left_out),
    )


def _calibration_sets(measured: np.ndarray, groups: Sequence[str | None]) -> dict[str, np.ndarray]:
    # Everybody first, then each group that is large enough in every phenotype.
    sets = {"": np.ones(len(measured), dtype=bool)}
    for group in sorted({group for group in groups if group}):
        rows = np.array([own == group for own in groups])
        if measured[rows].sum(axis=0).min() >= SMALLEST_GROUP:
            sets[group] = rows
    return sets


def _factor(
    residuals: np.ndarray, expected_errors: np.ndarray, confidence: float, key: str
) -> float:
    # Imported here: crepes brings pandas and scipy.stats, two seconds that predicting spares.
    from crepes import ConformalRegressor

    known = np.isfinite(residuals)
    if known.sum() < FEWEST_SUBJECTS:
        raise PtaclError(
            f"Only {known.sum()} calibration subjects have {key}; "
            f"an interval needs {FEWEST_SUBJECTS}."
        )
    conformal = ConformalRegressor().fit(residuals[known], sigmas=expected_errors[known])
    # The interval about 0 of a subject whose expected error is 1: its upper end is the factor.
    # So the one number is all that predicting needs of crepes and of the calibration subjects.
    interval = conformal.predict_int(np.zeros(1), sigmas=np.ones(1), confidence=confidence)
    return float(interval[0, 1])


def _beside(stem: Path, suffix: str) -> Path:
    return stem.with_name(stem.name + suffix)
