"""Masked pretraining learns, goes on where it was killed, and is the start of what follows."""

import dataclasses
import json
from pathlib import Path

import numpy as np
import pytest
import torch

from ptacl.checkpoint.files import Checkpoint, load_model, read_config
from ptacl.checkpoint.reconstructions import FILE, read_reconstructions
from ptacl.encoders.light import LightCmrConfig, LightEcgConfig
from ptacl.encoders.two_tower import TwoTower, TwoTowerConfig
from ptacl.errors import BadInput, PtaclError
from ptacl.store import Store
from ptacl.training import ContrastiveConfig, MaskedConfig, train, train_masked
from ptacl.training.warm_start import start_from

SMALL = TwoTowerConfig(LightEcgConfig(width=24, depth=1), LightCmrConfig(width=24), embedding=8)
CONFIG = MaskedConfig(epochs=3, batch_size=16, correlation_weight=0.1, validate_subjects=8)


def checkpoint(store: Store) -> Checkpoint:
    return Checkpoint("small", synthetic=True, model=SMALL, recipe=store.recipe)


def curve(folder: Path) -> list[dict[str, float]]:
    lines = (folder / "metrics.jsonl").read_text().splitlines()
    return [
        {k: v for k, v in json.loads(line).items() if k not in ("seconds", "waited_for_data")}
        for line in lines
    ]


@pytest.fixture(scope="module")
def pretrained(tiny_store: Store, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("masked") / "small"
    train_masked(tiny_store, folder, checkpoint(tiny_store), CONFIG)
    return folder


def test_both_losses_fall(pretrained: Path) -> None:
    first, *_, last = curve(pretrained)
    assert last["ecg_loss"] < first["ecg_loss"]
    assert last["cmr_loss"] < first["cmr_loss"]
    assert {"val_ecg_loss", "val_cmr_loss"} <= set(last) - set(first)


def test_a_resumed_run_equals_an_undisturbed_one(
    pretrained: Path, tiny_store: Store, tmp_path: Path
) -> None:
    class Killed(Exception):
        pass

    def kill_in_the_second_epoch(step: int, steps: int, figures: dict[str, float]) -> None:
        if step > steps // 2:
            raise Killed

    with pytest.raises(Killed):
        train_masked(tiny_store, tmp_path, checkpoint(tiny_store), CONFIG,
                     progress=kill_in_the_second_epoch)  # fmt: skip
    train_masked(tiny_store, tmp_path, checkpoint(tiny_store), CONFIG, resume=True)
    assert curve(tmp_path) == curve(pretrained)
    whole, cut = (load_model(folder)[0].state_dict() for folder in (pretrained, tmp_path))
    for key, value in whole.items():
        assert torch.equal(value, cut[key]), key
    contrastive = ContrastiveConfig(epochs=3)
    with pytest.raises(PtaclError, match="other settings"):
        train(tiny_store, tmp_path, checkpoint(tiny_store), contrastive, resume=True)


def test_the_checkpoint_holds_the_towers_alone_and_names_its_stage(pretrained: Path) -> None:
    model, config = load_model(pretrained)
    assert config.training["stage"] == "masked"
    assert not any("decoder" in key for key in model.state_dict())
    torch.manual_seed(CONFIG.seed)
    fresh = TwoTower(SMALL)
    assert torch.equal(fresh.ecg_head[0].weight, model.ecg_head[0].weight)
    assert not torch.equal(fresh.ecg_encoder.stem[0].weight, model.ecg_encoder.stem[0].weight)


def test_reconstructions_come_back_with_what_was_hidden(
    pretrained: Path, tiny_store: Store, tmp_path: Path
) -> None:
    shown = read_reconstructions(pretrained)
    assert shown is not None
    assert shown.ecg_truth.shape == shown.ecg_predicted.shape == (4, 12, 4000)
    assert shown.cine_truth.shape == shown.cine_hidden.shape == (4, 50, 64, 64)
    assert shown.ecg_hidden.mean() == pytest.approx(0.75, abs=0.01)
    assert shown.cine_truth.min() >= 0 and shown.cine_truth.max() <= 1
    error = np.square(shown.cine_predicted - shown.cine_truth)[shown.cine_hidden].mean()
    assert error < np.square(shown.cine_truth)[shown.cine_hidden].mean()
    assert read_reconstructions(tmp_path) is None
    (tmp_path / FILE).write_bytes(b"no archive")
    with pytest.raises(BadInput, match="cannot be read"):
        read_reconstructions(tmp_path)


def test_a_contrastive_stage_starts_from_it(
    pretrained: Path, tiny_store: Store, tmp_path: Path
) -> None:
    model, config = TwoTower(SMALL), checkpoint(tiny_store)
    head = model.ecg_head[0].weight.clone()
    real = dataclasses.replace(config, synthetic=False)
    started = start_from(model, real, pretrained)
    other = load_model(pretrained)[0]
    assert started.training["init"]["taken"] == ["ecg_encoder", "cmr_encoder"]
    assert started.training["init"]["training"]["stage"] == "masked"
    assert started.synthetic  # its start has seen simulated hearts
    assert torch.equal(model.ecg_encoder.stem[0].weight, other.ecg_encoder.stem[0].weight)
    assert torch.equal(model.ecg_head[0].weight, head)

    short = ContrastiveConfig(epochs=1, batch_size=16, steps_per_epoch=1, validate_subjects=8)
    train(tiny_store, tmp_path, config, short, init=pretrained)
    assert (tmp_path / FILE).read_bytes() == (pretrained / FILE).read_bytes()
    assert read_config(tmp_path).training["init"]["checkpoint"] == "small"
    with pytest.raises(PtaclError, match="weights it started with"):
        train(tiny_store, tmp_path, config, short, resume=True)


def test_weights_that_do_not_fit_are_named(pretrained: Path, tiny_store: Store) -> None:
    wider = dataclasses.replace(SMALL, cmr=LightCmrConfig(width=32))
    with pytest.raises(PtaclError, match=r"cmr_encoder has '.*' of shape \(.*\) there"):
        start_from(TwoTower(wider), checkpoint(tiny_store), pretrained)
    deeper = dataclasses.replace(SMALL, ecg=LightEcgConfig(width=24, depth=2))
    with pytest.raises(PtaclError, match=r"ecg_encoder has 'blocks\.1"):
        start_from(TwoTower(deeper), checkpoint(tiny_store), pretrained)
