"""What a run tells while it trains, and what is read of it."""

import json
import math
import time
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from ptacl.checkpoint.run_status import PROGRESS, find_runs, read_run
from ptacl.errors import PtaclError
from ptacl.store import Store
from ptacl.training import train
from ptacl.training.run_log import POINTS, Trace, run_log
from ptacl.training.writers import open_writers
from tests.training.test_contrastive import CONFIG, checkpoint

ABOUT = {"stage": "contrastive", "device": "cpu", "epochs": 2}


def test_a_trace_is_bounded_and_keeps_the_mean() -> None:
    trace = Trace()
    losses = [math.sin(step / 50) + 2 for step in range(1, 3 * POINTS + 1)]
    for step, loss in enumerate(losses, start=1):
        trace.add(step, {"loss": loss})
    values = trace.values
    assert POINTS // 4 <= len(values["step"]) == len(values["loss"]) < POINTS
    assert values["step"] == sorted(values["step"])
    whole = [loss for step, loss in enumerate(losses, start=1) if step <= values["step"][-1]]
    assert sum(values["loss"]) / len(values["loss"]) == pytest.approx(sum(whole) / len(whole))


def test_a_run_says_how_it_ended(tmp_path: Path) -> None:
    for name, error in (("failed", ValueError), ("interrupted", KeyboardInterrupt)):
        with pytest.raises(error), run_log(tmp_path / name, ABOUT) as log:
            log.step(1, 10, {"loss": 1.0})
            assert read_run(tmp_path / name).outcome == "running"
            raise error
        assert read_run(tmp_path / name).outcome == name
    with run_log(tmp_path / "finished", ABOUT):
        pass
    assert read_run(tmp_path / "finished").outcome == "finished"


def test_the_time_left_follows_from_the_speed_of_the_steps(tmp_path: Path, monkeypatch) -> None:
    now_s = 100.0
    clock = SimpleNamespace(monotonic=lambda: now_s, time=time.time)
    monkeypatch.setattr("ptacl.training.run_log.time", clock)
    with run_log(tmp_path, ABOUT) as log:
        for step in (1, 2, 3):
            now_s += 5.0
            log.step(step, 11, {"loss": 1.0})
        log.epoch({"loss": 1.0})
        state = read_run(tmp_path)
    assert state.step == 3 and state.seconds_left == pytest.approx(8 * 5.0)


def test_a_silent_run_of_another_machine_counts_as_stopped(tmp_path: Path) -> None:
    with run_log(tmp_path, ABOUT) as log:
        log.step(1, 10, {"loss": 1.0})
        file = tmp_path / PROGRESS
        state = json.loads(file.read_text()) | {"machine": "another"}
        file.write_text(json.dumps(state))
        assert read_run(tmp_path, now_s=state["updated_s"] + 60).outcome == "running"
        assert read_run(tmp_path, now_s=state["updated_s"] + 3600).outcome == "stopped"


def test_a_trained_and_resumed_run_is_found_with_one_trace(tiny_store: Store, tmp_path) -> None:
    class Killed(Exception):
        pass

    def kill_in_the_second_epoch(step: int, steps: int, figures: dict[str, float]) -> None:
        if step > steps // 2:
            raise Killed

    out = tmp_path / "a" / "b"
    with pytest.raises(Killed):
        train(tiny_store, out, checkpoint(tiny_store), CONFIG, progress=kill_in_the_second_epoch)
    (cut,) = find_runs([tmp_path])
    assert cut.outcome == "failed" and cut.epoch == 1
    train(tiny_store, out, checkpoint(tiny_store), CONFIG, resume=True)
    (whole,) = find_runs([tmp_path])
    assert whole.outcome == "finished" and whole.epoch == CONFIG.epochs == whole.epochs
    assert whole.trace["step"] == tuple(range(1, whole.steps + 1))
    assert whole.step == whole.steps


def test_a_folder_of_an_older_version_is_read_by_its_curve(tiny_store: Store, tmp_path) -> None:
    made = replace(checkpoint(tiny_store), training={"stage": "contrastive", "epochs": 2})
    train(tiny_store, tmp_path, made, replace(CONFIG, epochs=1))
    (tmp_path / PROGRESS).unlink()
    state = read_run(tmp_path)
    assert (state.outcome, state.epoch, state.epochs) == ("stopped", 1, 2)
    assert state.seconds_left is None and read_run(tmp_path / "state") is None


def test_an_unknown_writer_is_answered_with_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(PtaclError, match="tensorboard or mlflow"):
        open_writers(["wandb"], tmp_path, {})


def test_tensorboard_shows_the_figures_of_steps_and_epochs(tmp_path: Path) -> None:
    pytest.importorskip("tensorboard")
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    with run_log(tmp_path, ABOUT, open_writers(["tensorboard"], tmp_path, {"seed": 0})) as log:
        log.step(1, 2, {"loss": 3.0})
        log.step(2, 2, {"loss": 2.0})
        log.epoch({"recall_at_1": 0.5})
    events = EventAccumulator(str(tmp_path / "state" / "tensorboard"))
    events.Reload()
    assert [(e.step, e.value) for e in events.Scalars("step/loss")] == [(1, 3.0), (2, 2.0)]
    assert [(e.step, e.value) for e in events.Scalars("epoch/recall_at_1")] == [(2, 0.5)]


def test_mlflow_gets_settings_and_figures_but_no_path(tmp_path: Path, monkeypatch) -> None:
    mlflow = pytest.importorskip("mlflow")
    monkeypatch.setenv("MLFLOW_TRACKING_URI", (tmp_path / "tracked").as_uri())
    monkeypatch.setenv("MLFLOW_ALLOW_FILE_STORE", "true")  # in place of a server
    out = tmp_path / "mine"
    with run_log(out, ABOUT, open_writers(["mlflow"], out, {"seed": 7})) as log:
        log.step(1, 1, {"loss": 3.0})
    client = mlflow.MlflowClient()
    experiment = client.get_experiment_by_name("ptacl")
    (run,) = client.search_runs([experiment.experiment_id])
    assert run.data.params["seed"] == "7" and run.data.metrics["step/loss"] == 3.0
    assert run.info.run_name == "mine" and run.info.status == "FINISHED"
    assert str(tmp_path) not in json.dumps({**run.data.params, "name": run.info.run_name})
