"""Evaluation on any target of a cohort: linear probes on frozen features, next to the baselines."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, replace

import numpy as np
from jaxtyping import Int

from ptacl.checkpoint.reports.targets import TargetFigure, TargetReport, TargetResult
from ptacl.data.splits import split_rows
from ptacl.metrics.target_scores import score_number, score_outcome
from ptacl.regression import FEWEST_SUBJECTS
from ptacl.regression.features import RowFeatures, Rows
from ptacl.regression.probes import fit_probe, known_rows, too_few
from ptacl.store import Store
from ptacl.store.targets import TargetValues, target_values

Say = Callable[[str], None]


def evaluate_targets(
    methods: Mapping[str, RowFeatures],
    store: Store,
    asked: Sequence[str],
    *,
    limit: int | None = 500,
    seed: int = 0,
    say: Say | None = None,
) -> TargetReport:
    """Fit probes on the training split of a store and measure them on its test split.

    Args:
        methods: name → features of the subjects in given rows.
        store: the cohort.
        asked: ``KEY`` or ``KEY:KIND`` of each target (`store.targets.target_values`).
        limit: held-out subjects at most; None for all.
        seed: of the bootstrap.
        say: called with a message before each target.

    Raises:
        PtaclError: no such target, or too few subjects have it.
    """
    values = [target_values(store, one) for one in asked]
    train, test = split_rows(store, "train"), split_rows(store, "test", limit)
    results = {}
    for one in values:
        if say:
            say(f"{one.target.key}: linear probes")
        figures = {
            name: _figure(features, one, train, test, seed) for name, features in methods.items()
        }
        target = one.target
        results[target.key] = TargetResult(target.title, target.unit, target.ukb_field, figures)
    return TargetReport(
        store=store.name, synthetic=store.manifest.synthetic, subjects=len(test), targets=results
    )


def _figure(
    features: RowFeatures,
    asked: TargetValues,
    train: Int[np.ndarray, " train"],
    test: Int[np.ndarray, " test"],
    seed: int,
) -> TargetFigure:
    fitted, held_out = _of_rows(asked, train), _of_rows(asked, test)
    known = known_rows(held_out)
    if known.sum() < FEWEST_SUBJECTS:
        raise too_few(held_out, "test")
    score = fit_probe(features(train), fitted)(features(test))[known]
    return replace(
        measure(_of_rows(held_out, np.flatnonzero(known)), score, seed),
        n_train=int(known_rows(fitted).sum()),
    )


def measure(truth: TargetValues, score: np.ndarray, seed: int = 0) -> TargetFigure:
    """Return R², AUROC or C-index of scores by the kind of the target, with its interval.

    Args:
        truth: of subjects with known values.
        score: of the same subjects, from a probe.
        seed: of the bootstrap.

    Raises:
        PtaclError: no subject has the outcome, or all have it.
    """
    values = truth.values
    if truth.target.kind == "continuous":
        scored = score_number(values, score, seed)
    else:
        present = values == 1
        if not present.any() or (truth.times is None and present.all()):
            raise too_few(truth, "test")
        scored = score_outcome(values, score, truth.times, seed)
    return TargetFigure(**asdict(scored), n_train=0)


def _of_rows(asked: TargetValues, rows: Rows) -> TargetValues:
    times = None if asked.times is None else asked.times[rows]
    return replace(asked, values=asked.values[rows], times=times)
