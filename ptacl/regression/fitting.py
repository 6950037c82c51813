"""Fitting and calibration of regression heads."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
from jaxtyping import Float

from ptacl.errors import PtaclError
from ptacl.regression.conformal import interval_factors
from ptacl.regression.heads import FEWEST_SUBJECTS, Heads
from ptacl.regression.parts import part_columns
from ptacl.regression.ridges import ALPHAS, fit_ridge, mean_of_ridges


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
            included: the coverage holds for new subjects exchangeable with these.
        calibration_targets: their phenotypes.
        keys: names of the columns.
        groups: the group (sex, site …) of each calibration subject, None where unknown. A group
            of at least `SMALLEST_GROUP` for every phenotype gets intervals of its own, with the
            nominal coverage within it (Mondrian conformal prediction).
        alphas: shrinkages to choose from by leave-one-out error, for standardised features.
        parts: widths of consecutive features that get a ridge of their own; the value is the mean
            of their predictions. No part dominates by its width, and their errors differ. All
            features together by default.
        unshrunk: how many of the last features are covariates, which are not shrunk.
        confidence: nominal coverage of the intervals.

    Raises:
        PtaclError: too few subjects with a phenotype to fit or to calibrate.
    """
    plain = fit_uncalibrated(
        features, targets, keys,
        alphas=alphas, parts=parts, unshrunk=unshrunk, confidence=confidence,
    )  # fmt: skip
    value, _, high = plain.predict(calibration_features)
    residuals, expected_errors = calibration_targets - value, high - value
    factors = interval_factors(residuals, expected_errors, keys, groups or [], confidence)
    return calibrated(plain, factors)


def fit_uncalibrated(
    features: Float[np.ndarray, "subjects features"],
    targets: Float[np.ndarray, "subjects phenotypes"],
    keys: tuple[str, ...],
    *,
    alphas: tuple[float, ...],
    parts: Sequence[int],
    unshrunk: int,
    confidence: float,
) -> Heads:
    """Fit heads with the expected error itself as half width, for `calibrated`.

    The arguments are those of `fit_heads`.

    Raises:
        PtaclError: too few subjects with a phenotype.
    """
    features = np.asarray(features, dtype=np.float64)
    mean, scale = features.mean(axis=0), features.std(axis=0)
    # A constant feature gets weight 0: it must not explode on the first ECG where it varies.
    scale = np.where(scale > 1e-6 * np.abs(mean), scale, np.inf)
    scale[len(scale) - unshrunk :] /= _UNSHRUNK
    columns = part_columns(parts or [features.shape[1] - unshrunk], unshrunk)
    fitted = _fit_ridges((features - mean) / scale, targets, keys, alphas, columns)
    for weights, bias in (("weights", "bias"), ("noise_weights", "noise_bias")):
        fitted[weights] = fitted[weights] / scale[:, None]
        fitted[bias] = fitted[bias] - mean @ fitted[weights]
    return Heads(keys, confidence, (), factors=np.ones((1, len(keys))), seen={}, **fitted)


def calibrated(heads: Heads, factors: Mapping[str, Sequence[float]]) -> Heads:
    """Return heads with these factors of their intervals.

    Args:
        heads: of `fit_uncalibrated`.
        factors: group → a factor for each key; all subjects, "", first.
    """
    return replace(heads, groups=tuple(factors)[1:], factors=np.array(list(factors.values())))


_UNSHRUNK = 1e3
"""Factor by which an unshrunk feature is scaled up: the penalty on its weight is a million times
smaller, which is as good as none."""


def _fit_ridges(
    standard: np.ndarray,
    targets: np.ndarray,
    keys: tuple[str, ...],
    alphas: tuple[float, ...],
    columns: Sequence[np.ndarray],
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
                f"Only {subjects} training subjects have {key}; a head needs {FEWEST_SUBJECTS}.",
                code="store.too_few_subjects",
            )
    # Phenotypes measured in the same subjects share one decomposition of their features.
    for pattern in np.unique(measured, axis=1).T:
        same = (measured == pattern[:, None]).all(axis=0)
        rows = standard[pattern]
        value = mean_of_ridges(rows, targets[pattern][:, same], alphas, columns)
        # The leave-one-out error of each subject. A residual may be 0 by chance: a hundredth of
        # the median one keeps its logarithm from dominating the fit.
        errors = np.abs(value.left_out_errors)
        noise = fit_ridge(rows, np.log(errors + 0.01 * np.median(errors, axis=0)), alphas)
        logarithm = rows @ noise.weights + noise.bias
        fitted["alphas"][same] = value.alphas
        fitted["weights"][:, same], fitted["bias"][same] = value.weights, value.bias
        fitted["noise_weights"][:, same], fitted["noise_bias"][same] = noise.weights, noise.bias
        fitted["noise_range"][:, same] = np.quantile(logarithm, (0.01, 0.99), axis=0)
    return fitted
