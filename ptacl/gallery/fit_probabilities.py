"""Fitting of a gallery's probabilities of findings, and of the distribution of LVEF (needs torch).

Fitted on the training subjects and calibrated on the validation subjects. The latter also give the
operating points: none of them took part in the training of the encoder or of the heads.
"""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from jaxtyping import Float

from ptacl.data.splits import split_rows
from ptacl.gallery.probabilities import Points, ProbabilitiesByKnown, ProbabilityHeads
from ptacl.metrics.findings import FINDINGS, presence
from ptacl.phenotypes import PHENOTYPE_KEYS
from ptacl.regression.covariates import Known, columns_of_table
from ptacl.regression.features import RowFeatures, Rows, SplitRows, available_covariates, targets
from ptacl.regression.logistic import fit_logistic
from ptacl.store import Store
from ptacl.types import OperatingPoint

FLAG_SPECIFICITY = 0.95
"""Of four findings at this specificity each, 6 to 8 % of hearts without any are flagged."""
SENSITIVITY = 0.9
QUANTILES = (
    0.01, 0.02, 0.03, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99,
)  # fmt: skip
"""Of the training subjects' LVEF: the thresholds of its distribution, with 40 and 50 %."""
LVEF = PHENOTYPE_KEYS.index("lvef_pct")


def fit_probabilities(
    store: Store,
    features: RowFeatures,
    parts: tuple[int, ...],
    rows: SplitRows | None = None,
    *,
    distribution: bool = True,
) -> ProbabilitiesByKnown:
    """Fit the heads of the ECG alone, and with each set of covariates that the cohort has.

    Args:
        store: the cohort.
        features: of subjects.
        parts: widths of features with a regression of their own; all together without any.
        rows: subjects to fit and to calibrate on; the whole splits by default.
        distribution: False fits the findings alone.

    Returns:
        covariates → heads; nothing where too few subjects have a finding.
    """
    rows = rows or (split_rows(store, "train"), split_rows(store, "val"))
    fitted: dict[Known, ProbabilityHeads] = {}
    for known in ("ecg", *available_covariates(store)):
        entry = _fit(store, features, parts, rows, known, distribution=distribution)
        if entry.points:
            fitted[known] = entry
    return fitted


def _fit(
    store: Store,
    features: RowFeatures,
    parts: tuple[int, ...],
    rows: SplitRows,
    known: Known,
    *,
    distribution: bool,
) -> ProbabilityHeads:
    measured = targets(store, rows[0])[:, LVEF]
    thresholds = _thresholds(measured) if distribution else _limits()
    covariates = columns_of_table(store.table, known)
    fit_features, val_features = (
        np.column_stack([features(part), covariates[part]]) for part in rows
    )
    fit_events, val_events = (_events(store, part, thresholds) for part in rows)
    heads = fit_logistic(
        fit_features,
        np.column_stack(list(fit_events.values())),
        val_features,
        np.column_stack(list(val_events.values())),
        tuple(fit_events),
        parts=parts,
        unshrunk=covariates.shape[1],
    )
    fitted = {key: value for key, value in thresholds.items() if key in heads.keys}
    finite = measured[np.isfinite(measured)]
    ends = (float(finite.min()), float(finite.max())) if len(finite) else (0.0, 100.0)
    entry = ProbabilityHeads(heads, fitted, ends, {})
    by_event = entry.probabilities(val_features)
    points = {
        finding.key: operating_points(by_event[finding.key], val_events[finding.key])
        for finding in FINDINGS
        if finding.key in heads.keys
    }
    return replace(entry, points=points)


def _limits() -> dict[str, float]:
    """Return the findings that are an LVEF below a limit, the lowest first."""
    limits = {f.key: f.below for f in FINDINGS if f.below is not None}
    return dict(sorted(limits.items(), key=lambda item: item[1]))


def _thresholds(lvef: Float[np.ndarray, " subjects"]) -> dict[str, float]:
    """Return the thresholds of the distribution, ascending, by the key of their event."""
    known = lvef[np.isfinite(lvef)]
    if not len(known):
        return _limits()
    drawn = {f"lvef_below_quantile_{q}": float(np.quantile(known, q)) for q in QUANTILES}
    return dict(sorted((drawn | _limits()).items(), key=lambda item: item[1]))


def _events(
    store: Store, rows: Rows, thresholds: Mapping[str, float]
) -> dict[str, Float[np.ndarray, " rows"]]:
    """Return each event as 1 or 0, NaN where unknown."""
    truth, sex = targets(store, rows), store.table["sex"].iloc[rows].to_numpy(dtype=object)
    lvef = truth[:, LVEF]
    events = {key: np.where(np.isfinite(lvef), lvef < value, np.nan)
              for key, value in thresholds.items()}  # fmt: skip
    for finding in FINDINGS:
        present, known = presence(finding, truth, sex)
        events[finding.key] = np.where(known, present, np.nan)
    return events


def operating_points(
    probability: Float[np.ndarray, " subjects"], event: Float[np.ndarray, " subjects"]
) -> Points:
    """Choose the two thresholds of a finding.

    Below the first one are a tenth of the hearts with it: there it is unlikely. It is flagged from
    the second one on: that with a specificity of `FLAG_SPECIFICITY`, or the first one where that is
    more specific still.

    Args:
        probability: of held-out hearts.
        event: 1 or 0; NaN where unknown.
    """
    with_it, without = probability[event == 1], probability[event == 0]
    sensitive = float(np.quantile(with_it, 1.0 - SENSITIVITY, method="lower"))
    specific = float(np.quantile(without, FLAG_SPECIFICITY, method="higher"))
    flag = max(sensitive, specific)
    return Points(point_at(flag, with_it, without), point_at(sensitive, with_it, without))


def point_at(threshold: float, with_it: np.ndarray, without: np.ndarray) -> OperatingPoint:
    """Return what a threshold reaches among hearts with a finding and hearts without it."""
    return OperatingPoint(
        threshold,
        float((with_it >= threshold).mean()),
        float((without < threshold).mean()),
        len(with_it),
        len(without),
    )
