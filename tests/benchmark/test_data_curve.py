"""Fewer training subjects: contained in each other, as many samples, shown beside all of them."""

from pathlib import Path

import pytest

from ptacl.benchmark.data_curve import plan_fewer, training_samples
from ptacl.benchmark.methods import METHODS
from ptacl.checkpoint.reports import BenchmarkReport
from ptacl.checkpoint.reports.benchmark import DataPoint, MethodFigure, MethodReport
from ptacl.data.simulated import SimulatedHearts
from ptacl.errors import PtaclError
from ptacl.reporting.benchmark import benchmark_table
from ptacl.reporting.data_curve import curve_points
from ptacl.store import Store

SEEDS = (0, 1)


def test_runs_on_fewer_subjects_process_as_many_samples(tiny_store: Store, tmp_path: Path) -> None:
    samples = training_samples(tiny_store, "demo", 2, None)
    methods = [METHODS[name] for name in ("demographics", "ptacl", "supervised")]
    planned = plan_fewer(tiny_store, tmp_path, methods, SEEDS, "demo", samples, (80, 64))
    assert list(planned) == [64, 80]
    for size, runs in planned.items():
        assert len(runs) == 2 * len(SEEDS)
        assert {run.config.train_subjects for run in runs} == {size}
        assert {run.config.epochs for run in runs} == {round(samples / size)}
        assert {run.checkpoint.data["subjects"]["train"] for run in runs} == {size}
        assert {run.folder.relative_to(tmp_path).parts[0] for run in runs} == {f"{size}-subjects"}


def test_drawn_hearts_count_once_a_pass(tiny_store: Store) -> None:
    assert training_samples(tiny_store, "demo", None, SimulatedHearts(1000, 4)) == 4000


@pytest.mark.parametrize("size", [63, 10_000])
def test_a_size_below_a_batch_or_above_the_split_is_refused(
    tiny_store: Store, tmp_path: Path, size: int
) -> None:
    with pytest.raises(PtaclError, match=f"--fewer {size}: give numbers of subjects from 64"):
        plan_fewer(tiny_store, tmp_path, [METHODS["ptacl"]], SEEDS, "demo", 1000, (size,))


def a_figure(value: float) -> MethodFigure:
    return MethodFigure("R² LVEF", value, value - 0.1, value + 0.1, (value,), 50)


def methods_with(value: float) -> dict[str, MethodReport]:
    return {"ptacl": MethodReport("PTACL", 1, {"r2_lvef_pct": a_figure(value)})}


def test_the_curve_ends_with_all_subjects_and_leaves_out_what_is_not_trained() -> None:
    everything = methods_with(0.5) | {
        "demographics": MethodReport("Demographics only", 1, {"r2_lvef_pct": a_figure(0.2)})
    }
    report = BenchmarkReport(
        store="tiny", subjects=50, preset="demo", epochs=2, seeds=(0,), methods=everything,
        train_subjects=300, fewer=(DataPoint(100, 6, methods_with(0.3)),),
    )  # fmt: skip
    points = [(point.name, point.subjects, point.value) for point in curve_points(report)]
    assert points == [("PTACL", 100, 0.3), ("PTACL", 300, 0.5)]
    table = benchmark_table(report)
    assert "| PTACL | 100 | 0.30 [0.20, 0.40] |" in table
    assert "| PTACL | 300 | 0.50 [0.40, 0.60] |" in table
    assert "| Demographics only | 300 |" not in table
