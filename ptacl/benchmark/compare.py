"""Train the methods, measure them on held-out subjects once, and say which differences are real.

Every method learns from the same training split with the same budget and is read by the same
heads; intervals and p values come from paired draws of subjects, with the seeds drawn as well
(`significance.over_seeds`). p values are corrected together for all rivals and figures shown.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from ptacl.benchmark.figures import FIGURES, Figure, figure_of_draws, subjects_of
from ptacl.benchmark.held_out import HeldOut, held_out
from ptacl.benchmark.measure import Measured, measure_run, measure_untrained
from ptacl.benchmark.methods import METHODS, Method
from ptacl.benchmark.runs import PlannedRun, Progress, Say, late_starts, plan_runs, train_runs
from ptacl.regression.features import targets
from ptacl.stats.bootstrap import draw_counts, over_seeds, two_sided_p
from ptacl.stats.interval import percentile_interval
from ptacl.stats.multiple_testing import holm
from ptacl.store import Store

DRAWS = 10_000
"""Enough that a p value of 0.05 can survive the correction for 100 comparisons."""


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
    draws: int = DRAWS,
    workers: int = 1,
    progress: Progress | None = None,
    say: Say = print,
) -> dict[str, Any]:
    """Compare methods on a store.

    Args:
        store: the cohort.
        out: folder; the runs are kept in `runs/METHOD/seed-SEED` inside it.
        methods: from `methods.chosen_methods`, the reference among them.
        seeds: of the trainings; three at least, or their spread means little.
        preset: architecture and budget of all.
        epochs: passes over the training subjects; the preset's by default.
        reference: the method that the others are held against.
        test_store: another cohort to measure on (`held_out.held_out`); the test split by default.
        draws: of the bootstrap.
        workers: trainings at once (`runs.train_runs`).
        progress: called with (steps done, steps in all) of all training.
        say: told what is being done.

    Returns:
        plain JSON values: the settings (`test_store`: name and origin of another cohort, or None),
        `late_starts` (`runs.late_starts`), `methods` (name → title, figures with intervals and n),
        `differences` (reference less rival, with interval, p and Holm's p).
    """
    held = held_out(store, test_store)
    runs = plan_runs(store, out, methods, seeds, preset, epochs)
    train_runs(store, runs, progress, say, workers)
    say(f"Measuring on {len(held.rows)} held-out subjects of {held.store.name}")
    measured = {
        method.name: _measure(method, runs, store, held, preset, seeds) for method in methods
    }
    settings = {
        "store": store.name,
        "test_store": _test_store(test_store),
        "synthetic": store.manifest.synthetic or held.store.manifest.synthetic,
        "subjects": len(held.rows),
        "preset": preset,
        "epochs": runs[0].config.epochs if runs else epochs,
        "seeds": list(seeds),
        "reference": reference,
        "draws": draws,
        "late_starts": late_starts(runs),
    }
    return settings | compared(measured, targets(held.store, held.rows), reference, draws)


def compared(
    measured: dict[str, list[Measured]], truth: np.ndarray, reference: str, draws: int
) -> dict[str, Any]:
    """Figures of every method and their differences from the reference.

    Args:
        measured: of each method its runs, one a seed.
        truth: measured phenotypes of the held-out subjects.
        reference: the method that the others are held against.
        draws: of the bootstrap.
    """
    rng = np.random.default_rng(0)
    counts = draw_counts(len(truth), draws, rng)
    whole = np.ones((1, len(truth)))
    entries: dict[str, Any] = {}
    drawn: dict[tuple[str, str], np.ndarray] = {}
    for name, runs in measured.items():
        entries[name] = {"title": METHODS[name].title, "seeds": len(runs), "figures": {}}
        for figure in FIGURES:
            by_seed = _by_seed(figure, runs, truth, whole)
            if by_seed is None:
                continue
            again = _by_seed(figure, runs, truth, counts)
            assert again is not None, "a figure of all subjects is one of every draw"
            drawn[name, figure.key] = over_seeds(again, rng)
            interval = percentile_interval(float(by_seed.mean()), drawn[name, figure.key])
            entries[name]["figures"][figure.key] = {
                "title": figure.title,
                **interval.to_dict(),
                "by_seed": by_seed[:, 0].tolist(),
                "n": subjects_of(figure, runs, truth),
            }
    return {"methods": entries, "differences": _differences(entries, drawn, reference)}


def _test_store(other: Store | None) -> dict[str, Any] | None:
    return {"name": other.name, "provenance": other.manifest.provenance} if other else None


def _measure(
    method: Method,
    runs: Sequence[PlannedRun],
    store: Store,
    held: HeldOut,
    preset: str,
    seeds: Sequence[int],
) -> list[Measured]:
    if method.training != "none":
        own = [run for run in runs if run.method == method]
        return [measure_run(run, store, held) for run in own]
    drawn = seeds if method.seeded else seeds[:1]
    return [measure_untrained(method, store, held, preset, seed) for seed in drawn]


def _by_seed(
    figure: Figure, runs: Sequence[Measured], truth: np.ndarray, counts: np.ndarray
) -> np.ndarray | None:
    found = [figure_of_draws(figure, run, truth, counts) for run in runs]
    return None if any(one is None for one in found) else np.stack(found)  # type: ignore[arg-type]


def _differences(
    entries: dict[str, Any], drawn: dict[tuple[str, str], np.ndarray], reference: str
) -> list[dict[str, Any]]:
    found = []
    for name, figure in drawn:
        if name == reference or (reference, figure) not in drawn:
            continue
        apart = drawn[reference, figure] - drawn[name, figure]
        values = [entries[which]["figures"][figure]["value"] for which in (reference, name)]
        found.append(
            {
                "method": name,
                "title": entries[name]["title"],
                "figure": figure,
                "figure_title": entries[name]["figures"][figure]["title"],
                **percentile_interval(values[0] - values[1], apart).to_dict(),
                "p": two_sided_p(apart),
            }
        )
    corrected = holm(np.array([entry["p"] for entry in found]))
    return [entry | {"p_holm": float(p)} for entry, p in zip(found, corrected, strict=True)]
