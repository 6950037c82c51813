"""Calibrated probabilities from an embedding: shrunk logistic regressions, one for each event.

The logits of separate parts of the features are averaged, as `fit_heads` averages their ridges, and
held-out subjects scale and shift the mean (Platt 1999) until probabilities are shares. Both steps
are linear, so that a calibrated head is a weight for each feature. Prediction needs NumPy alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Bool, Float

from ptacl.regression.parts import part_columns

FEWEST_TO_FIT = 20
"""Training subjects with an event, and without it, at least."""
FEWEST_TO_CALIBRATE = 5
"""Held-out subjects, likewise: the two numbers of a calibration need no more."""
_UNSHRUNK = 10.0
"""Factor by which a covariate is scaled up: the penalty on its weight is a hundredth. A larger one
would keep the solver from converging."""

Features = Float[np.ndarray, "subjects features"]
Events = Float[np.ndarray, "subjects events"]


@dataclass(frozen=True, slots=True, eq=False)
class LogisticHeads:
    """A calibrated logistic regression for each event, from `fit_logistic`."""

    keys: tuple[str, ...]
    weights: Float[np.ndarray, "features events"]
    bias: Float[np.ndarray, " events"]

    def probability(self, features: Features) -> Events:
        """Return the probability of each event, 0 to 1."""
        logit = np.asarray(features, dtype=np.float64) @ self.weights + self.bias
        return 1.0 / (1.0 + np.exp(-np.clip(logit, -30.0, 30.0)))

    def given(self, covariates: Float[np.ndarray, " covariates"]) -> "LogisticHeads":
        """Return heads of the other features, with the last ones fixed to these values."""
        count = len(covariates)
        if not count:
            return self
        bias = self.bias + covariates @ self.weights[-count:]
        return replace(self, weights=self.weights[:-count], bias=bias)


def fit_logistic(
    features: Features,
    events: Events,
    calibration_features: Float[np.ndarray, "calibration features"],
    calibration_events: Float[np.ndarray, "calibration events"],
    keys: Sequence[str],
    *,
    parts: Sequence[int] = (),
    unshrunk: int = 0,
) -> LogisticHeads:
    """Fit a head for each event and calibrate it on other subjects.

    The shrinkage is that of `strong_alphas`: in a direction of the features that varies like a
    single standardised one, the penalty weighs as much as the subjects' information on the event.

    Args:
        features: of the training subjects, finite.
        events: 1 where it is present, 0 where absent, NaN where unknown.
        calibration_features: of subjects who took no part in training, the encoder's included.
        calibration_events: theirs.
        keys: names of the events.
        parts: widths of consecutive features with a regression of their own; the logits are
            averaged. All together by default.
        unshrunk: how many of the last features are covariates, which are hardly shrunk.

    Returns:
        Heads of the events that enough subjects have, and enough have not, in both sets; and that
        the features predict better than chance.
    """
    features = np.asarray(features, dtype=np.float64)
    mean, scale = features.mean(axis=0), features.std(axis=0)
    scale = np.where(scale > 1e-6 * np.abs(mean), scale, np.inf)
    scale[len(scale) - unshrunk :] /= _UNSHRUNK
    standard = (features - mean) / scale
    columns = part_columns(parts or [features.shape[1] - unshrunk], unshrunk)
    fitted: dict[str, tuple[np.ndarray, float]] = {}
    for key, event, held_out in zip(keys, events.T, calibration_events.T, strict=True):
        if not (_enough(event, FEWEST_TO_FIT) and _enough(held_out, FEWEST_TO_CALIBRATE)):
            continue
        weights, bias = _fit(standard, event, columns)
        weights /= scale
        bias -= float(mean @ weights)
        slope, shift = _calibration(calibration_features @ weights + bias, held_out)
        if slope > 0:
            fitted[key] = slope * weights, slope * bias + shift
    width = features.shape[1]
    return LogisticHeads(
        tuple(fitted),
        np.stack([w for w, _ in fitted.values()], axis=1) if fitted else np.empty((width, 0)),
        np.array([b for _, b in fitted.values()]),
    )


def _enough(event: Float[np.ndarray, " subjects"], fewest: int) -> bool:
    return bool(min((event == 1).sum(), (event == 0).sum()) >= fewest)


def _fit(
    standard: np.ndarray, event: np.ndarray, columns: Sequence[np.ndarray]
) -> tuple[np.ndarray, float]:
    """Return weights and bias of the mean logit of the parts."""
    # Imported here: scikit-learn takes a second to import, and prediction does not need it.
    from sklearn.linear_model import LogisticRegression

    known: Bool[np.ndarray, " subjects"] = np.isfinite(event)
    rows, present = standard[known], event[known] == 1
    information = len(present) * present.mean() * (1.0 - present.mean())
    weights, bias = np.zeros(standard.shape[1]), 0.0
    for part in columns:
        fitted = LogisticRegression(C=1.0 / information, max_iter=2000)
        fitted.fit(rows[:, part], present)
        weights[part] += fitted.coef_[0] / len(columns)
        bias += float(fitted.intercept_[0]) / len(columns)
    return weights, bias


def _calibration(logit: np.ndarray, event: np.ndarray) -> tuple[float, float]:
    """Return slope and shift of the logit with which held-out subjects are most likely."""
    from sklearn.linear_model import LogisticRegression

    known = np.isfinite(event)
    fitted = LogisticRegression(C=1e6).fit(logit[known, None], event[known] == 1)
    return float(fitted.coef_[0, 0]), float(fitted.intercept_[0])
