"""Differences that are there are found, others are not; the tables and the figure say so."""

import csv
import io
import json
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest

from ptacl.benchmark.compare import compare_measured
from ptacl.benchmark.forest import forest_svg
from ptacl.benchmark.measure import Measured
from ptacl.checkpoint.reports import BenchmarkReport
from ptacl.checkpoint.reports.benchmark import LateStart
from ptacl.cli import main
from ptacl.metrics.regression import r2
from ptacl.phenotypes import PHENOTYPE_KEYS
from ptacl.reporting.benchmark import benchmark_csv, benchmark_table
from ptacl.store import Store

SUBJECTS = 200


def a_run(rng: np.random.Generator, truth: np.ndarray, noise: float, ranks: int) -> Measured:
    predicted = truth + rng.normal(0, noise, truth.shape)
    predicted[:, PHENOTYPE_KEYS.index("rvef_pct")] = np.nan  # no head
    few = truth + rng.normal(0, 2 * noise, truth.shape)
    return Measured(
        predicted, few, rng.integers(1, ranks, len(truth)), rng.uniform(0, 2, len(truth))
    )


@pytest.fixture(scope="module")
def truth() -> np.ndarray:
    return np.random.default_rng(0).normal(0, 1, (SUBJECTS, len(PHENOTYPE_KEYS)))


@pytest.fixture(scope="module")
def measured(truth: np.ndarray) -> dict[str, list[Measured]]:
    rng = np.random.default_rng(1)
    bare = Measured(truth + rng.normal(0, 1.0, truth.shape))
    return {
        "demographics": [bare],
        "global-only": [a_run(rng, truth, 0.6, 60) for _ in range(3)],
        "ptacl": [a_run(rng, truth, 0.6, 20) for _ in range(3)],
    }


@pytest.fixture(scope="module")
def report(measured: dict[str, list[Measured]], truth: np.ndarray) -> BenchmarkReport:
    methods, differences = compare_measured(measured, truth, "ptacl", 4000)
    return BenchmarkReport(
        store="tiny",
        synthetic=True,
        subjects=SUBJECTS,
        preset="demo",
        epochs=2,
        seeds=(0, 1, 2),
        reference="ptacl",
        draws=4000,
        methods=methods,
        differences=differences,
    )


def test_a_figure_is_the_mean_over_seeds(
    report: BenchmarkReport, measured: dict[str, list[Measured]], truth: np.ndarray
) -> None:
    found = report.methods["ptacl"].figures["r2_lvef_pct"]
    column = PHENOTYPE_KEYS.index("lvef_pct")
    seeds = [r2(truth[:, column], run.predicted[:, column]) for run in measured["ptacl"]]
    assert found.by_seed == pytest.approx(seeds)
    assert found.value == pytest.approx(np.mean(seeds))
    assert found.low < found.value < found.high
    assert found.n == SUBJECTS
    assert "r2_rvef_pct" not in report.methods["ptacl"].figures
    assert not {"recall_at_1", "r2_of_200_lvef_pct"} & report.methods["demographics"].figures.keys()


def test_heads_of_few_subjects_have_figures_of_their_own(
    report: BenchmarkReport, measured: dict[str, list[Measured]], truth: np.ndarray
) -> None:
    found = report.methods["ptacl"].figures
    column = PHENOTYPE_KEYS.index("lvef_pct")
    of_few = [run.predicted_of_few for run in measured["ptacl"]]
    assert found["r2_of_200_lvef_pct"].by_seed == pytest.approx(
        [
            r2(truth[:, column], predicted[:, column])
            for predicted in of_few
            if predicted is not None
        ]
    )
    assert found["r2_of_200_lvef_pct"].value < found["r2_lvef_pct"].value
    assert "R² LVEF, heads of 200" in benchmark_table(report)


def test_real_differences_are_found_and_chance_ones_are_not(report: BenchmarkReport) -> None:
    apart = {(e.method, e.figure): e for e in report.differences}
    worse = apart["demographics", "r2_lvef_pct"]
    assert worse.low > 0
    assert worse.p <= worse.p_holm < 0.05
    assert apart["global-only", "recall_at_10"].p_holm < 0.05
    assert apart["global-only", "r2_lvef_pct"].p_holm > 0.05
    assert not any(method == "ptacl" for method, _ in apart)


def test_a_simulated_cohort_is_named_with_the_version_of_its_simulation(
    report: BenchmarkReport,
) -> None:
    text = benchmark_table(replace(report, simulation_version=4))
    assert "(simulation version 4)" in text and "(simulated)" not in text


def test_the_tables_and_the_figure_hold_every_difference(report: BenchmarkReport) -> None:
    text = benchmark_table(report)
    assert "| PTACL | " in text
    assert "| Demographics only | " in text
    assert "(simulated)" in text
    rows = list(csv.DictReader(io.StringIO(benchmark_csv(report))))
    found = {(row["method"], row["figure"]): row for row in rows}
    for entry in report.differences:
        row = found[entry.method, entry.figure]
        assert float(row["difference_p_holm"]) == pytest.approx(entry.p_holm)
    assert found["ptacl", "recall_at_1"]["difference_p"] == ""
    svg = ElementTree.fromstring(forest_svg(report))
    circles = svg.findall(".//{http://www.w3.org/2000/svg}circle")
    assert len(circles) == len(report.differences)
    width = float(svg.attrib["width"])
    assert all(0 < float(circle.attrib["cx"]) < width for circle in circles)


def test_a_run_that_hardly_began_to_learn_is_named(report: BenchmarkReport) -> None:
    assert "chance" not in benchmark_table(report)
    late = replace(report, late_starts=(LateStart("Global only", seed=2, epochs=2),))
    assert "Global only, seed 2 (2 of 2 epochs)" in benchmark_table(late)


def test_the_command_trains_compares_and_records(
    tiny_store: Store, tiny_checkpoint: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    wanted = ["--methods", "demographics", "random", "ptacl", "--seeds", "0", "--epochs", "1"]
    wanted += ["--fewer", "100"]
    arguments = ["compare", str(tiny_store.path), str(tmp_path), *wanted]
    assert main([*arguments, "--json"]) == 0
    first = json.loads(capsys.readouterr().out)
    assert set(first["methods"]) == {"demographics", "random", "ptacl"}
    assert first["methods"]["ptacl"]["figures"]["error_frames"]["n"] == first["subjects"]
    (point,) = first["fewer"]
    assert (point["subjects"], point["epochs"], list(point["methods"])) == (100, 3, ["ptacl"])
    assert (
        point["methods"]["ptacl"]["figures"].keys() == first["methods"]["ptacl"]["figures"].keys()
    )
    assert (tmp_path / "100-subjects/runs/ptacl/seed-0/model.safetensors").is_file()
    before = (tmp_path / "runs/ptacl/seed-0/model.safetensors").stat().st_mtime_ns
    assert main([*arguments, "--record", str(tiny_checkpoint)]) == 0
    assert (tmp_path / "runs/ptacl/seed-0/model.safetensors").stat().st_mtime_ns == before
    assert json.loads((tmp_path / "comparison.json").read_text()) == first
    assert "## Benchmark" in (tiny_checkpoint / "README.md").read_text()
    assert (tmp_path / "comparison.svg").read_text().startswith("<svg")
    assert main(["compare", str(tiny_store.path), str(tmp_path), "--seeds", "1", "1"]) == 2
