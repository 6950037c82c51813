"""Evaluation of a gallery's probabilities and intervals on subjects that took no part in it."""

import numpy as np

from ptacl.checkpoint.reports.figures import MeanInterval
from ptacl.checkpoint.reports.probabilities import FindingFigures, PointFigures, ProbabilityReport
from ptacl.data.embed import check_recipe
from ptacl.data.splits import has_beats, split_rows
from ptacl.errors import PtaclError
from ptacl.evaluation.intervals import mean_with_interval, with_interval
from ptacl.evaluation.lead_sets import read_features
from ptacl.gallery.probabilities import RANGED, ProbabilityHeads, with_range
from ptacl.inference.model import Model
from ptacl.metrics.findings import FINDINGS, Finding, presence
from ptacl.metrics.regression import auroc
from ptacl.metrics.reliability import brier_score, calibration_error, reliability
from ptacl.metrics.truth_groups import truth_groups
from ptacl.phenotypes import PHENOTYPE_KEYS
from ptacl.regression import Heads, Predicted
from ptacl.regression.features import Rows, targets
from ptacl.signal.lead_sets import ALL_LEADS
from ptacl.store import Store
from ptacl.types import UNKNOWN_PERSON, OperatingPoint

ALL = "all"
LOW, PROBABLE = "lvef_below_40", "lvef_below_50"
"""The hearts that must not pass for normal, and a probability that warns of them."""
Values = dict[str, np.ndarray]


def evaluate_probabilities(
    model: Model, store: Store, *, limit: int | None = None, fresh: bool = False, seed: int = 0
) -> ProbabilityReport:
    """Evaluate the probabilities and intervals of a gallery, from 12 leads of the ECG alone.

    Args:
        model: with its gallery.
        store: the cohort; its recipe must be the model's.
        limit: subjects at most.
        fresh: no subject of the store took part in training or calibration: all are evaluated. By
            default the test split is.
        seed: of the bootstrap.

    Raises:
        PtaclError: the gallery has no probabilities, or the store another recipe.
    """
    check_recipe(store, model.config)
    gallery = model.gallery
    heads = gallery.probabilities.heads(ALL_LEADS.name, "ecg")
    if heads is None:
        raise PtaclError(
            f"The gallery {gallery.name} holds no probabilities. Make it again with `ptacl embed`, "
            "on a cohort with 20 hearts or more that have a finding.",
            code="gallery.no_probabilities",
        )
    rows = np.flatnonzero(has_beats(store))[:limit] if fresh else split_rows(store, "test", limit)
    features = read_features(model, store, rows, ALL_LEADS)
    regression = gallery.heads_for(UNKNOWN_PERSON)[1]
    plain = regression.predict(features)
    stated = with_range(plain, regression.keys, heads, features)
    truth = targets(store, rows)
    probability = heads.probabilities(features)
    present = _present(store, rows, truth)
    return ProbabilityReport(
        model=model.config.name,
        store=store.name,
        synthetic=store.manifest.synthetic or model.info.synthetic,
        subjects=len(rows),
        findings={
            finding.key: _finding(finding, heads, probability[finding.key], present, seed)
            for finding in FINDINGS
            if finding.key in heads.points and _both(present[finding.key])
        },
        coverage=_coverage(regression, stated, truth, seed),
        regression=_coverage(regression, plain, truth, seed).get(RANGED, {}),
        width=_widths(regression, stated=stated, regression=plain),
        warned=_warned(heads, probability, present, _inside(regression, stated, truth), seed),
    )


def _present(store: Store, rows: Rows, truth: np.ndarray) -> Values:
    """Return each finding as 1 or 0, NaN where unknown."""
    sex = store.table["sex"].iloc[rows].to_numpy(dtype=object)
    columns = {}
    for finding in FINDINGS:
        there, known = presence(finding, truth, sex)
        columns[finding.key] = np.where(known, there, np.nan)
    return columns


def _both(event: np.ndarray) -> bool:
    return bool((event == 1).any() and (event == 0).any())


def _finding(
    finding: Finding, heads: ProbabilityHeads, probability: np.ndarray, present: Values, seed: int
) -> FindingFigures:
    known = np.isfinite(present[finding.key])
    event, probability = present[finding.key][known] == 1, probability[known]
    points = heads.points[finding.key]
    return FindingFigures(
        title=finding.title,
        n=int(event.sum()),
        n_without=int((~event).sum()),
        auroc=with_interval(auroc, (event, probability), np.random.default_rng(seed)),
        calibration_error=calibration_error(event, probability),
        brier=brier_score(event, probability),
        bins=reliability(event, probability),
        flag=_point(points.flag, event, probability, seed),
        exclude=_point(points.exclude, event, probability, seed),
    )


def _point(
    point: OperatingPoint, event: np.ndarray, probability: np.ndarray, seed: int
) -> PointFigures:
    above = probability >= point.threshold
    return PointFigures(
        point.threshold,
        point.sensitivity,
        point.specificity,
        mean_with_interval(above[event].astype(np.float64), seed),
        mean_with_interval((~above[~event]).astype(np.float64), seed),
    )


def _coverage(
    heads: Heads, predicted: Predicted, truth: np.ndarray, seed: int
) -> dict[str, dict[str, MeanInterval]]:
    """Return the coverage of each phenotype by group of the measured value."""
    by_key = {}
    for column, key in enumerate(heads.keys):
        measured = truth[:, PHENOTYPE_KEYS.index(key)]
        known = np.isfinite(measured)
        inside = (measured >= predicted.low[:, column]) & (measured <= predicted.high[:, column])
        members = {ALL: known} | truth_groups(key, measured)
        by_key[key] = {
            name: mean_with_interval(inside[member].astype(np.float64), seed)
            for name, member in members.items()
            if member.any()
        }
    return by_key


def _widths(heads: Heads, **predicted: Predicted) -> dict[str, float]:
    if RANGED not in heads.keys:
        return {}
    column = heads.keys.index(RANGED)
    return {
        name: float((each.high - each.low)[:, column].mean()) for name, each in predicted.items()
    }


def _inside(heads: Heads, stated: Predicted, truth: np.ndarray) -> np.ndarray:
    """Return whether the measured LVEF is in its interval; False without one."""
    if RANGED not in heads.keys:
        return np.zeros(len(truth), dtype=bool)
    column, measured = heads.keys.index(RANGED), truth[:, PHENOTYPE_KEYS.index(RANGED)]
    return (measured >= stated.low[:, column]) & (measured <= stated.high[:, column])


def _warned(
    heads: ProbabilityHeads, probability: Values, present: Values, inside: np.ndarray, seed: int
) -> dict[str, MeanInterval]:
    """Return the shares with a warning among hearts with a low LVEF, and without any finding."""
    flagged = np.any(
        [probability[key] >= points.flag.threshold for key, points in heads.points.items()], axis=0
    )
    low = present[LOW] == 1
    normal = np.all([event == 0 for event in present.values()], axis=0)
    probable = probability.get(PROBABLE, np.zeros(len(low))) > 0.5
    shares = {
        "LVEF below 40 %: inside the interval": inside[low],
        "LVEF below 40 %: probability of LVEF below 50 % above .5": probable[low],
        "LVEF below 40 %: either of the two": (inside | probable)[low],
        "LVEF below 40 %: flagged for any finding": flagged[low],
        "no finding: flagged for any finding": flagged[normal],
    }
    return {
        name: mean_with_interval(each.astype(np.float64), seed)
        for name, each in shares.items()
        if len(each)
    }
