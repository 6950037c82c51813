"""Reports in `metrics.json`: strict, open for files of earlier versions, the same on disk."""

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ptacl.checkpoint.reports import Metrics, read_metrics, write_metrics
from ptacl.checkpoint.reports.figures import EmptyGroup, MeanInterval
from ptacl.errors import PtaclError
from ptacl.reporting.benchmark import benchmark_csv, benchmark_table
from ptacl.reporting.evaluation import report_table
from ptacl.reporting.labelled import labelled_table

DEMO = Path(__file__).parents[2] / "checkpoints" / "demo"
ADDED_SINCE = {"coverage_by_truth", "test_store", "late_starts", "at_events"}
"""Keys of reports that the shipped file may not hold, as it is older than they are."""


def changes(before: Any, after: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple]:
    """Yield the path of each value that is not the same, or of another type, in two JSON values."""
    if isinstance(before, dict) and isinstance(after, dict):
        for key in before.keys() | after.keys():
            yield from changes(before.get(key), after.get(key), (*path, key))
    elif isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        for index, pair in enumerate(zip(before, after, strict=True)):
            yield from changes(*pair, (*path, index))
    elif type(before) is not type(after) or before != after:
        yield path


def rewritten(folder: Path, values: dict[str, Any]) -> dict[str, Any]:
    (folder / "metrics.json").write_text(json.dumps(values))
    write_metrics(folder, read_metrics(folder))
    return json.loads((folder / "metrics.json").read_text())


def test_the_shipped_reports_are_written_as_they_were_read(tmp_path: Path) -> None:
    before = json.loads((DEMO / "metrics.json").read_text())
    after = rewritten(tmp_path, before)
    assert {path[-1] for path in changes(before, after)} <= ADDED_SINCE
    assert list(before) == list(after)
    assert len(after["comparison"]["differences"]) == len(before["comparison"]["differences"]) > 100


def test_records_hold_what_the_file_says() -> None:
    values = json.loads((DEMO / "metrics.json").read_text())
    metrics = read_metrics(DEMO)
    assert metrics.evaluation and metrics.comparison and metrics.labelled_ecgs
    errors = metrics.evaluation.phenotypes["demo"]["lvef_pct"]
    stored = values["evaluation"]["phenotypes"]["demo"]["lvef_pct"]
    assert (errors.r2.value, errors.coverage["female"].n) == (
        stored["r2"]["value"],
        stored["coverage"]["female"]["n"],
    )
    assert isinstance(metrics.curve[0]["epoch"], int)
    figure = metrics.comparison.methods["ptacl"].figures["recall_at_10"]
    assert (
        list(figure.by_seed)
        == (values["comparison"]["methods"]["ptacl"]["figures"]["recall_at_10"]["by_seed"])
    )


def test_an_unknown_key_is_an_error_that_names_its_place(tmp_path: Path) -> None:
    interval = {"value": 0.5, "low": 0.4, "high": 0.6}
    sign = interval | {"title": "mass", "n": 3, "n_normal": 4, "colour": "red"}
    labelled = {"auroc": {"lvh": {"title": "LVH", "signs": {"lvm_g": sign}}}}
    (tmp_path / "metrics.json").write_text(json.dumps({"labelled_ecgs": labelled}))
    with pytest.raises(PtaclError, match=r"auroc\.lvh\.signs\.lvm_g: unknown key 'colour'"):
        read_metrics(tmp_path)


def test_a_folder_without_reports_has_empty_ones(tmp_path: Path) -> None:
    assert read_metrics(tmp_path) == Metrics()
    write_metrics(tmp_path, Metrics())
    assert json.loads((tmp_path / "metrics.json").read_text()) == {}


def test_a_group_without_records_keeps_its_count_alone(tmp_path: Path) -> None:
    flagged = {"normal": {"n": 0}, "abnormal": {"value": 0.5, "low": 0.2, "high": 0.8, "n": 4}}
    values = {"labelled_ecgs": {"records": 4, "table": "t.csv", "model": "m", "flagged": flagged}}
    assert rewritten(tmp_path, values)["labelled_ecgs"]["flagged"] == flagged
    labelled = read_metrics(tmp_path).labelled_ecgs
    assert labelled is not None
    assert labelled.flagged == {
        "normal": EmptyGroup(),
        "abnormal": MeanInterval(0.5, 0.2, 0.8, 4),
    }
    assert "0.50 [0.20, 0.80] of 4 abnormal records." in labelled_table(labelled)


def earlier_evaluation() -> dict[str, Any]:
    """An evaluation without what later versions added: groups, findings, some intervals."""
    interval = {"value": 0.5, "low": 0.4, "high": 0.6}
    direction = {f"recall_at_{k}": interval for k in (1, 5, 10)} | {"median_rank": interval}
    errors = {"r2": interval, "mae": interval, "pearson": interval}
    about = {"name": "LVEF", "unit": "%", "n": 9, "calibration_slope": 1.0, "coverage_90": 0.9}
    return {
        "model": "old",
        "store": "cohort",
        "synthetic": True,
        "subjects": 100,
        "retrieval": {"old": {"chance_recall_at_10": 0.1, "ecg_to_cmr": direction}},
        "alignment": {"old": {"subjects": 100, "error_frames": 2.0}},
        "phenotypes": {"old": {"lvef_pct": about | errors}},
    }


def test_an_evaluation_of_an_earlier_version_opens_and_is_printed(tmp_path: Path) -> None:
    (tmp_path / "metrics.json").write_text(json.dumps({"evaluation": earlier_evaluation()}))
    evaluation = read_metrics(tmp_path).evaluation
    assert evaluation is not None and evaluation.detection == {}
    text = report_table(evaluation)
    assert "| old | ecg_to_cmr | 0.500 [0.400, 0.600] |" in text
    assert "| old | 2.00 | – |" in text
    assert "findings" not in text
    assert "cardiac events" not in text


def test_every_shipped_report_is_printed() -> None:
    metrics = read_metrics(DEMO)
    assert metrics.evaluation and metrics.comparison and metrics.labelled_ecgs
    assert "findings" in report_table(metrics.evaluation)
    assert "Left ventricular hypertrophy" in labelled_table(metrics.labelled_ecgs)
    assert "| PTACL |" in benchmark_table(metrics.comparison)
    assert benchmark_csv(metrics.comparison).startswith("method,figure,value,low,high,n,seeds,")


def test_reports_that_are_replaced_leave_the_others(tmp_path: Path) -> None:
    shipped = list(json.loads((DEMO / "metrics.json").read_text()))
    write_metrics(tmp_path, replace(read_metrics(DEMO), comparison=None))
    stored = json.loads((tmp_path / "metrics.json").read_text())
    assert "comparison" in shipped
    assert sorted(stored) == sorted(part for part in shipped if part != "comparison")


def test_reading_them_needs_no_torch() -> None:
    program = "import sys, ptacl.checkpoint.reports; print('torch' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.stdout.strip() == "False", done.stderr
