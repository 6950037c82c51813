"""Training learns, and a killed run goes on along the same curve."""

import dataclasses
import json
import os
import shutil
from pathlib import Path

import numpy as np
import pytest
import torch

from ptacl.checkpoint.files import Checkpoint, load_model, read_config, save_checkpoint
from ptacl.checkpoint.reports import Metrics
from ptacl.config.checksums import unseal
from ptacl.encoders.light import LightCmrConfig, LightEcgConfig
from ptacl.encoders.two_tower import TwoTower, TwoTowerConfig
from ptacl.errors import PtaclError
from ptacl.parallel.lock import hold
from ptacl.store import Store
from ptacl.training import ContrastiveConfig, train
from ptacl.training.schedule import set_learning_rate

SMALL = TwoTowerConfig(LightEcgConfig(width=32, depth=1), LightCmrConfig(width=32), embedding=16)
CONFIG = ContrastiveConfig(epochs=3, batch_size=64, validate_every=2)


def checkpoint(store: Store) -> Checkpoint:
    return Checkpoint("small", synthetic=True, model=SMALL, recipe=store.recipe)


def curve(folder: Path) -> list[dict[str, float]]:
    lines = (folder / "metrics.jsonl").read_text().splitlines()
    return [
        {k: v for k, v in json.loads(line).items() if k not in ("seconds", "waited_for_data")}
        for line in lines
    ]


def test_a_resumed_run_equals_an_undisturbed_one(tiny_store: Store, tmp_path: Path) -> None:
    whole = train(tiny_store, tmp_path / "whole", checkpoint(tiny_store), CONFIG)

    class Killed(Exception):
        pass

    def kill_in_the_second_epoch(step: int, steps: int, figures: dict[str, float]) -> None:
        if step > steps // 2:
            raise Killed

    with pytest.raises(Killed):
        train(tiny_store, tmp_path / "cut", checkpoint(tiny_store), CONFIG,
              progress=kill_in_the_second_epoch)  # fmt: skip
    assert len(curve(tmp_path / "cut")) == 1
    cut = train(tiny_store, tmp_path / "cut", checkpoint(tiny_store), CONFIG, resume=True)
    assert curve(tmp_path / "cut") == curve(tmp_path / "whole")
    for key, value in whole.model.state_dict().items():
        assert torch.equal(value, cut.model.state_dict()[key]), key


def test_a_kill_between_the_files_of_an_epoch_leaves_a_run_to_resume(
    tiny_store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    short = dataclasses.replace(CONFIG, epochs=1)
    with monkeypatch.context() as patch:
        patch.setattr("ptacl.training.run.save_checkpoint", killed)
        with pytest.raises(InterruptedError):
            train(tiny_store, tmp_path, checkpoint(tiny_store), short)
    assert not (tmp_path / "config.json").exists()
    resumed = train(tiny_store, tmp_path, checkpoint(tiny_store), short, resume=True)
    assert len(curve(tmp_path)) == 1
    saved = load_model(tmp_path)[0].state_dict()
    for key, value in resumed.model.state_dict().items():
        assert torch.equal(value, saved[key]), key


def killed(*arguments: object) -> None:
    raise InterruptedError


def test_a_damaged_state_is_not_resumed(tiny_store: Store, tmp_path: Path) -> None:
    train(tiny_store, tmp_path, checkpoint(tiny_store), dataclasses.replace(CONFIG, epochs=1))
    state = tmp_path / "state" / "last.pt"
    content = bytearray(state.read_bytes())
    content[len(content) // 2] ^= 1
    state.write_bytes(content)
    with pytest.raises(PtaclError, match=r"last\.pt does not match its SHA-256"):
        train(tiny_store, tmp_path, checkpoint(tiny_store), CONFIG, resume=True)


def test_a_started_run_is_not_overwritten(tiny_store: Store, tmp_path: Path) -> None:
    short = dataclasses.replace(CONFIG, epochs=1)
    train(tiny_store, tmp_path, checkpoint(tiny_store), short)
    with pytest.raises(PtaclError, match="--resume"):
        train(tiny_store, tmp_path, checkpoint(tiny_store), short)
    with pytest.raises(PtaclError, match="other settings"):
        train(tiny_store, tmp_path, checkpoint(tiny_store), CONFIG, resume=True)


def test_two_trainings_into_one_folder_are_refused(tiny_store: Store, tmp_path: Path) -> None:
    short = dataclasses.replace(CONFIG, epochs=1)
    handle = os.open(tmp_path, os.O_RDONLY)
    assert hold(handle)
    with pytest.raises(PtaclError, match="Another process is training into"):
        train(tiny_store, tmp_path, checkpoint(tiny_store), short, resume=True)
    os.close(handle)
    assert not list(tmp_path.iterdir())
    train(tiny_store, tmp_path, checkpoint(tiny_store), short, resume=True)


def test_a_run_goes_on_only_with_what_it_began_with(tiny_store: Store, tmp_path: Path) -> None:
    short = dataclasses.replace(CONFIG, epochs=1)
    train(tiny_store, tmp_path, checkpoint(tiny_store), short)
    real = dataclasses.replace(checkpoint(tiny_store), synthetic=False)
    with pytest.raises(PtaclError, match="another cohort or of another model"):
        train(tiny_store, tmp_path, real, short, resume=True)
    shutil.rmtree(tmp_path / "state")
    before = (tmp_path / "model.safetensors").read_bytes()
    with pytest.raises(PtaclError, match="finished checkpoint"):
        train(tiny_store, tmp_path, checkpoint(tiny_store), short)
    assert (tmp_path / "model.safetensors").read_bytes() == before


def test_training_lowers_both_losses(tiny_store: Store, tmp_path: Path) -> None:
    train(tiny_store, tmp_path, checkpoint(tiny_store), CONFIG)
    first, *_, last = curve(tmp_path)
    assert last["patient_loss"] < first["patient_loss"]
    assert last["temporal_loss"] < first["temporal_loss"]
    assert {"recall_at_10", "alignment_error_frames"} <= set(last)


def test_the_learning_rate_rises_then_falls_to_nothing() -> None:
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=1.0)
    rates = []
    for step in range(100):
        set_learning_rate(optimizer, CONFIG, step, 100)
        rates.append(optimizer.param_groups[0]["lr"])
    assert np.argmax(rates) in range(4, 7)
    assert rates[0] < rates[2] < max(rates) == pytest.approx(CONFIG.learning_rate, rel=0.01)
    assert rates[-1] < 0.01 * max(rates)


def test_a_checkpoint_comes_back_as_it_went(tiny_store: Store, tmp_path: Path) -> None:
    torch.manual_seed(0)
    model = TwoTower(SMALL)
    save_checkpoint(tmp_path, model, checkpoint(tiny_store), Metrics())
    loaded, config = load_model(tmp_path)
    assert config == checkpoint(tiny_store)
    for key, value in model.state_dict().items():
        assert torch.equal(value, loaded.state_dict()[key]), key


def test_damaged_checkpoints_are_refused_by_name(tiny_store: Store, tmp_path: Path) -> None:
    save_checkpoint(tmp_path, TwoTower(SMALL), checkpoint(tiny_store), Metrics())
    other = dataclasses.replace(checkpoint(tiny_store), model=TwoTowerConfig())
    save_checkpoint(tmp_path / "other", TwoTower(TwoTowerConfig()), other, Metrics())
    (tmp_path / "other" / "model.safetensors").replace(tmp_path / "model.safetensors")
    unseal(tmp_path)
    with pytest.raises(PtaclError, match=r"has the shape|unknown key|lacks key"):
        load_model(tmp_path)
    (tmp_path / "model.safetensors").write_bytes(b"\x00" * 20)
    with pytest.raises(PtaclError, match="cannot be read"):
        load_model(tmp_path)
    values = json.loads((tmp_path / "config.json").read_text())
    (tmp_path / "config.json").write_text(json.dumps(values | {"colour": "red"}))
    with pytest.raises(PtaclError, match="unknown key 'colour'"):
        read_config(tmp_path)
    (tmp_path / "config.json").unlink()
    with pytest.raises(PtaclError, match=r"no config\.json"):
        read_config(tmp_path)
