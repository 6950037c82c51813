"""One encoder trained on the phenotypes alone: the ECG tower, or the CMR tower first."""

import dataclasses
import json
from functools import partial
from pathlib import Path

import numpy as np
import pytest
import torch

from ptacl.checkpoint.files import RANDOM, load_model, read_config
from ptacl.checkpoint.provenance import read_provenance
from ptacl.cli import main
from ptacl.encoders.two_tower import TwoTower
from ptacl.errors import PtaclError
from ptacl.store import Store
from ptacl.training import train
from ptacl.training.phenotype_heads import Tower
from ptacl.training.supervised import train_supervised
from tests.made.cohorts import simulated_store
from tests.training.test_contrastive import CONFIG, checkpoint, curve


@pytest.mark.parametrize("tower", ["ecg", "cmr"])
@pytest.mark.long
def test_it_learns_resumes_and_is_fine_tuned(
    tiny_store: Store, tmp_path: Path, tower: Tower
) -> None:
    trained = partial(train_supervised, tower=tower)
    whole = trained(tiny_store, tmp_path / "whole", checkpoint(tiny_store), CONFIG)
    first, *_, last = curve(tmp_path / "whole")
    assert last["loss"] < first["loss"]
    assert np.isfinite(last["validation_loss"])

    class Killed(Exception):
        pass

    def kill(step: int, steps: int, figures: dict[str, float]) -> None:
        if step > steps // 2:
            raise Killed

    cut = tmp_path / "cut"
    with pytest.raises(Killed):
        trained(tiny_store, cut, checkpoint(tiny_store), CONFIG, progress=kill)
    again = trained(tiny_store, cut, checkpoint(tiny_store), CONFIG, resume=True)
    assert curve(cut) == curve(tmp_path / "whole")
    for key, value in whole.model.state_dict().items():
        assert torch.equal(value, again.model.state_dict()[key]), key
    still = dataclasses.replace(CONFIG, epochs=1, learning_rate=1e-12)
    tuned = trained(tiny_store, tmp_path / "tuned", checkpoint(tiny_store), still, init=cut)
    begun = dict(load_model(cut)[0].named_parameters())
    for key, value in tuned.model.named_parameters():
        torch.testing.assert_close(value, begun[key], rtol=1e-6, atol=1e-8)


@pytest.mark.parametrize(("tower", "other"), [("ecg", "cmr"), ("cmr", "ecg")])
def test_the_other_encoder_stays_as_it_began(
    tiny_store: Store, tmp_path: Path, tower: Tower, other: str
) -> None:
    short = dataclasses.replace(CONFIG, epochs=1)
    run = train_supervised(tiny_store, tmp_path, checkpoint(tiny_store), short, tower=tower)
    torch.manual_seed(short.seed)
    begun = dict(TwoTower(run.model.config).named_parameters())
    moved = {
        key for key, value in run.model.named_parameters() if not torch.equal(value, begun[key])
    }
    assert {key.split(".")[0] for key in moved} == {f"{tower}_encoder"}
    assert read_config(tmp_path).origin == {other: RANDOM}


def test_the_cmr_tower_first_gives_its_encoder_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    store = str(simulated_store(tmp_path / "store", 60).path)
    first, then = tmp_path / "first", tmp_path / "then"
    short = ["--epochs", "1", "--batch-size", "8", "--json"]
    assert main(["train", store, str(first), "--stage", "cmr", *short]) == 0
    assert np.isfinite(json.loads(capsys.readouterr().out)["validation_loss"])
    command = read_provenance(first).commands[-1]
    assert "--stage cmr" in command and "temporal" not in command
    assert f"ecg encoder: {RANDOM}" in (first / "README.md").read_text()
    options = ["--init", str(first), "--phenotype-weight", "0.5", *short]
    assert main(["train", store, str(then), *options]) == 0
    assert json.loads(capsys.readouterr().out)["taken"] == ["cmr_encoder"]
    assert read_config(then).training["phenotype_weight"] == 0.5


def test_an_encoder_that_came_from_a_checkpoint_is_not_called_random(
    tiny_store: Store, tmp_path: Path
) -> None:
    short = dataclasses.replace(CONFIG, epochs=1)
    train(tiny_store, tmp_path / "pair", checkpoint(tiny_store), short)
    train_supervised(
        tiny_store, tmp_path / "cmr", checkpoint(tiny_store), short, tower="cmr",
        init=tmp_path / "pair",
    )  # fmt: skip
    assert read_config(tmp_path / "cmr").origin == {}


def test_a_run_of_one_stage_is_not_resumed_by_another(tiny_store: Store, tmp_path: Path) -> None:
    short = dataclasses.replace(CONFIG, epochs=1)
    first = dataclasses.replace(checkpoint(tiny_store), training={"stage": "cmr"})
    then = dataclasses.replace(checkpoint(tiny_store), training={"stage": "contrastive"})
    train_supervised(tiny_store, tmp_path, first, short, tower="cmr")
    with pytest.raises(PtaclError, match="or stage"):
        train(tiny_store, tmp_path, then, short, resume=True)
