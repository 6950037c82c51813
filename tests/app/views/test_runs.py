"""Training runs: found, told apart, overlaid; what is not finished says how to go on."""

import json
import time
from pathlib import Path

import pytest

from app.session import discovery
from ptacl.checkpoint.run_status import PROGRESS, this_machine
from tests.app.driving import open_page, tables, text

NO_PROCESS = 2**22 + 1
"""Above the largest process id of Linux."""


def write_run(folder: Path, outcome: str, *, epochs: int = 4, done: int = 2, **more) -> Path:
    (folder / "state").mkdir(parents=True)
    curve = [{"epoch": e + 1, "loss": 2.0 - e / 4, "recall_at_1": e / 10} for e in range(done)]
    (folder / "metrics.jsonl").write_text("".join(json.dumps(line) + "\n" for line in curve))
    state = {
        "stage": "contrastive", "device": "cpu", "epochs": epochs, "step": 30, "steps": 60,
        "machine": "another", "pid": 1, "outcome": outcome, "updated_s": time.time(),
        "seconds_left": 240.0, "trace": {"step": [10, 20, 30], "loss": [2.0, 1.8, 1.5]},
    }  # fmt: skip
    (folder / PROGRESS).write_text(json.dumps(state | more))
    return folder


@pytest.fixture
def runs_page(app, tmp_path, monkeypatch):
    monkeypatch.setattr(discovery, "roots", lambda: [tmp_path])

    def show():
        page = open_page(app.run(), "runs").run()
        assert not page.exception and not page.error
        return page

    return show


def test_a_page_without_runs_says_how_to_start_one(runs_page) -> None:
    page = runs_page()
    assert page.info[0].value == "No training run was found."
    assert "ptacl train out/model" in page.code[0].value


def test_a_running_training_says_epoch_share_and_time_left(runs_page, tmp_path) -> None:
    write_run(tmp_path / "mine", "running")
    page = runs_page()
    (table,) = tables(page)
    (row,) = table.to_dict("records")
    assert row["State"] == "running"
    assert row["Progress"] == "epoch 3 of 4, 50 %, about 4 min left"
    assert row["Last validation"] == "recall at 1 0.1"
    assert "1 of 1 training run running" in text(page)


def test_a_killed_training_is_not_called_running(runs_page, tmp_path) -> None:
    write_run(tmp_path / "mine", "running", machine=this_machine(), pid=NO_PROCESS)
    page = runs_page()
    assert tables(page)[0].iloc[0]["State"] == "stopped without a word"
    assert "--resume continues it" in text(page)


def test_runs_of_a_comparison_are_told_apart_and_overlaid(runs_page, tmp_path) -> None:
    for seed in (0, 1):
        write_run(tmp_path / f"comparison/runs/ptacl/seed-{seed}", "finished", done=4)
        write_run(tmp_path / f"comparison/runs/random/seed-{seed}", "finished", done=4)
    page = runs_page()
    names = set(page.multiselect[0].options)
    assert names == {f"{method}/seed-{seed}" for method in ("ptacl", "random") for seed in (0, 1)}
    assert len(page.multiselect[0].value) == 3
    charts = page.get("plotly_chart")
    assert [len(json.loads(chart.proto.spec)["data"]) for chart in charts] == [3, 3]
