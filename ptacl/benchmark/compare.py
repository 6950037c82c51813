"""Benchmark of methods: train them, measure them once on held-out subjects, test the differences.

Every method is trained on the same training split with the same budget, and the same heads predict
phenotypes from its features. Intervals and p values come from paired bootstrap draws of subjects,
with the seeds drawn as well (`stats.bootstrap.over_seeds`). p values are corrected together for all
compared methods and figures.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from ptacl.benchmark.data_curve import plan_fewer, training_samples
from ptacl.benchmark.figures import FIGURES, Figure, figure_of_draws, subjects_of
from ptacl.benchmark.held_out import HeldOut, held_out
from ptacl.benchmark.measure import Measured, measure_run, measure_untrained
from ptacl.benchmark.methods import METHODS, Method
from ptacl.benchmark.runs import PlannedRun, Progress, Say, late_starts, plan_runs, train_runs
from ptacl.benchmark.twins import Cohorts, check_twin, with_beats_in_twin
from ptacl.checkpoint.reports import BenchmarkReport
from ptacl.checkpoint.reports.benchmark import (
    BenchmarkStore,
    DataPoint,
    MethodDifference,
    MethodFigure,
    MethodReport,
)
from ptacl.data.simulated import SimulatedHearts
from ptacl.data.splits import split_rows
from ptacl.regression.features import targets
from ptacl.stats.bootstrap import Draws, draw_counts, over_seeds, two_sided_p
from ptacl.stats.interval import percentile_interval
from ptacl.stats.multiple_testing import holm
from ptacl.store import Store

DRAWS = 10_000
"""Enough that a p value of 0.05 can survive the correction for 100 comparisons."""
DrawsOf = dict[tuple[str, str], Draws]
"""(method, figure) → bootstrap draws."""


def compare(
    store: Store,
    out: Path,
    methods: Sequence[Method],
    seeds: Sequence[int],
    *,
    preset: str = "demo",
    epochs: int | None = None,
    reference: str = "ptacl",
    test_store: Store | None = None,
    twin: Store | None = None,
    simulated: SimulatedHearts | None = None,
    fewer: Sequence[int] = (),
    draws: int = DRAWS,
    workers: int = 1,
    progress: Progress | None = None,
    say: Say = print,
) -> BenchmarkReport:
    """Compare methods on a store.

    Args:
        store: the cohort.
        out: folder; the runs are kept in `runs/METHOD/seed-SEED` inside it.
        methods: from `methods.chosen_methods`, the reference among them.
        seeds: of the trainings; three at least, or their spread means little.
        preset: architecture and budget of all.
        epochs: passes over the training subjects; the preset's by default.
        reference: name of the method that the others are compared with.
        test_store: another cohort to measure on (`held_out.held_out`); the test split by default.
        twin: the same subjects by the recipe of a method that has its own (`twins`).
        simulated: hearts that encoders are trained on instead of the store's training split, which
            then fits the heads and baselines only.
        fewer: numbers of training subjects to train on as well (`data_curve.plan_fewer`); of the
            methods with the recipe of the store.
        draws: of the bootstrap.
        workers: trainings at once (`runs.train_runs`).
        progress: called with (steps done, steps in all) of all training.
        say: called with a message before each step.

    Raises:
        PtaclError: a folder in ``out`` holds a run of another config, no subject is held out, a
            method with its own recipe has no twin of the store, or a number of subjects is not
            below all of them.
    """
    check_twin(methods, store, twin, test_store)
    cohorts, subjects = Cohorts(store, twin), held_out(store, test_store)
    if twin is not None and any(cohorts.of(method) is twin for method in methods):
        subjects = with_beats_in_twin(twin, subjects)
    samples = training_samples(store, preset, epochs, simulated)
    of_store = [method for method in methods if cohorts.of(method) is store]
    on_fewer = plan_fewer(store, out, of_store, seeds, preset, samples, fewer)
    runs: list[PlannedRun] = []
    for cohort, own in _by_store(cohorts, methods):
        planned = plan_runs(cohort, out, own, seeds, preset, epochs, simulated)
        train_runs(cohort, planned, progress, say, workers)
        runs += planned
    for size, planned in on_fewer.items():
        say(f"On {size} training subjects")
        train_runs(store, planned, progress, say, workers)
    say(f"Measuring on {len(subjects.rows)} held-out subjects of {subjects.store.name}")
    measured = {
        method.name: _measure(
            method, runs, cohorts.of(method), cohorts.held_out(method, subjects), preset, seeds
        )
        for method in methods
    }
    truth = targets(subjects.store, subjects.rows)
    entries, differences = compare_measured(measured, truth, reference, draws)
    return BenchmarkReport(
        store=store.name,
        test_store=_test_store(test_store),
        synthetic=store.manifest.synthetic or subjects.store.manifest.synthetic,
        simulation_version=store.manifest.provenance.get("simulation", {}).get("version"),
        hearts=simulated.hearts if simulated else None,
        passes=simulated.passes if simulated else None,
        subjects=len(subjects.rows),
        preset=preset,
        epochs=runs[0].config.epochs if runs else epochs,
        seeds=tuple(seeds),
        reference=reference,
        draws=draws,
        late_starts=tuple(late_starts(runs)),
        methods=entries,
        differences=differences,
        train_subjects=simulated.hearts if simulated else len(split_rows(store, "train")),
        fewer=tuple(
            _on_fewer(size, planned, store, subjects, draws) for size, planned in on_fewer.items()
        ),
    )


def _on_fewer(
    size: int, runs: Sequence[PlannedRun], store: Store, subjects: HeldOut, draws: int
) -> DataPoint:
    """Measure the runs on so many training subjects."""
    measured: dict[str, list[Measured]] = {}
    for run in runs:
        measured.setdefault(run.method.name, []).append(measure_run(run, store, subjects))
    reports, _ = _reports(measured, targets(subjects.store, subjects.rows), draws)
    return DataPoint(size, runs[0].config.epochs, reports)


def _by_store(cohorts: Cohorts, methods: Sequence[Method]) -> Iterator[tuple[Store, list[Method]]]:
    """Yield the store and its twin with the methods that are trained on each, if any."""
    for cohort in (cohorts.store, cohorts.twin):
        own = [method for method in methods if cohort is cohorts.of(method)]
        if cohort is not None and own:
            yield cohort, own


def compare_measured(
    measured: dict[str, list[Measured]], truth: np.ndarray, reference: str, draws: int
) -> tuple[dict[str, MethodReport], tuple[MethodDifference, ...]]:
    """Compute the figures of every method and the differences from the reference.

    Args:
        measured: method name → its runs, one a seed.
        truth: measured phenotypes of the held-out subjects, columns as in `PHENOTYPE_KEYS`.
        reference: name of the method that the others are compared with.
        draws: of the bootstrap.
    """
    reports, draws_of = _reports(measured, truth, draws)
    return reports, _differences(reports, draws_of, reference)


def _reports(
    measured: dict[str, list[Measured]], truth: np.ndarray, draws: int
) -> tuple[dict[str, MethodReport], DrawsOf]:
    """Compute the figures of every method, and the bootstrap draws that they rest on."""
    rng = np.random.default_rng(0)
    counts = draw_counts(len(truth), draws, rng)
    draws_of: DrawsOf = {}
    reports = {
        name: MethodReport(
            METHODS[name].title, len(runs), _figures(name, runs, truth, counts, draws_of, rng)
        )
        for name, runs in measured.items()
    }
    return reports, draws_of


def _figures(
    name: str,
    runs: Sequence[Measured],
    truth: np.ndarray,
    counts: np.ndarray,
    draws_of: DrawsOf,
    rng: np.random.Generator,
) -> dict[str, MethodFigure]:
    """Compute the figures that the runs of a method have; put their draws into ``draws_of``."""
    figures = {}
    whole = np.ones((1, len(truth)))
    for figure in FIGURES:
        by_seed = _by_seed(figure, runs, truth, whole)
        if by_seed is None:
            continue
        by_draw = _by_seed(figure, runs, truth, counts)
        assert by_draw is not None, "a figure of all subjects is one of every draw"
        draws_of[name, figure.key] = over_seeds(by_draw, rng)
        interval = percentile_interval(float(by_seed.mean()), draws_of[name, figure.key])
        figures[figure.key] = MethodFigure(
            title=figure.title,
            value=interval.value,
            low=interval.low,
            high=interval.high,
            by_seed=tuple(by_seed[:, 0].tolist()),
            n=subjects_of(figure, runs, truth),
        )
    return figures


def _test_store(other: Store | None) -> BenchmarkStore | None:
    return BenchmarkStore(other.name, other.manifest.provenance) if other else None


def _measure(
    method: Method,
    runs: Sequence[PlannedRun],
    store: Store,
    subjects: HeldOut,
    preset: str,
    seeds: Sequence[int],
) -> list[Measured]:
    if method.training != "none":
        own = [run for run in runs if run.method == method]
        return [measure_run(run, store, subjects) for run in own]
    used = seeds if method.seeded else seeds[:1]
    return [measure_untrained(method, store, subjects, preset, seed) for seed in used]


def _by_seed(
    figure: Figure, runs: Sequence[Measured], truth: np.ndarray, counts: np.ndarray
) -> np.ndarray | None:
    """Return a figure as (seeds, draws); None where a run does not have it."""
    values = [figure_of_draws(figure, run, truth, counts) for run in runs]
    known = [value for value in values if value is not None]
    return np.stack(known) if len(known) == len(values) else None


def _differences(
    reports: dict[str, MethodReport], draws_of: DrawsOf, reference: str
) -> tuple[MethodDifference, ...]:
    pairs = [
        (name, key) for name, key in draws_of if name != reference and (reference, key) in draws_of
    ]
    differences = {
        (name, key): draws_of[reference, key] - draws_of[name, key] for name, key in pairs
    }
    p_values = [two_sided_p(difference) for difference in differences.values()]
    corrected = holm(np.array(p_values))
    report = []
    for (name, key), p, p_holm in zip(pairs, p_values, corrected, strict=True):
        figure = reports[name].figures[key]
        value = reports[reference].figures[key].value - figure.value
        interval = percentile_interval(value, differences[name, key])
        report.append(
            MethodDifference(
                method=name,
                title=reports[name].title,
                figure=key,
                figure_title=figure.title,
                value=interval.value,
                low=interval.low,
                high=interval.high,
                p=p,
                p_holm=float(p_holm),
            )
        )
    return tuple(report)
