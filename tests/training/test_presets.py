"""The published recipe has the published sizes and runs."""

import dataclasses
import json
from pathlib import Path

import numpy as np
import pytest

from ptacl.checkpoint.files import load_model
from ptacl.cli import main
from ptacl.losses import PATIENT_LOSSES
from ptacl.training import Changes, changed
from ptacl.training.presets import PRESETS
from tests.made.cohorts import simulated_store


@pytest.mark.long
def test_the_published_recipe_takes_twenty_steps_on_a_cpu(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    store = simulated_store(tmp_path / "store", 52)
    out = tmp_path / "paper"
    arguments = ["--preset", "paper", "--steps", "20", "--batch-size", "2", "--json"]
    assert main(["train", str(store.path), str(out), *arguments]) == 0
    printed = capsys.readouterr()
    assert np.isfinite(json.loads(printed.out)["temporal_loss"])
    assert "20/20" in printed.err
    model, config = load_model(out)
    assert (config.training["epochs"], config.training["steps_per_epoch"]) == (1, 20)
    assert model.ecg_encoder.trunk.positions.shape[1] == 601
    assert model.cmr_encoder.trunk.positions.shape[1] == 641
    assert "--preset paper --steps 20 --batch-size 2" in (out / "README.md").read_text()


def test_the_predecessor_has_its_published_sizes_and_no_temporal_loss() -> None:
    preset = PRESETS["mmcl"]
    assert preset.model.ecg.grid == (12, 25)
    assert preset.model.cmr.kind == "three_frames"
    assert preset.training.temporal_weight == 0.0
    assert preset.masked.correlation_weight == 0.1


def test_an_option_chooses_the_patient_loss(tmp_path: Path) -> None:
    store = simulated_store(tmp_path / "store", 4)
    assert changed(PRESETS["demo"].training, Changes(), store).patient_loss == "info_nce"
    for name in PATIENT_LOSSES:
        config = changed(PRESETS["demo"].training, Changes(patient_loss=name), store)
        assert config.patient_loss == name


def test_an_option_turns_the_augmentation_policy_on(tmp_path: Path) -> None:
    store = simulated_store(tmp_path / "store", 4)
    for stage, base in (
        ("contrastive", PRESETS["demo"].training),
        ("masked", PRESETS["mmcl"].masked),
    ):
        augment = changed(base, Changes(policy=(2, 4.0)), store, stage=stage).augment
        former = dataclasses.replace(augment, policy_operations=0, policy_magnitude=0.0)
        assert (augment.policy_operations, augment.policy_magnitude) == (2, 4.0)
        assert former == base.augment


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--stage", "masked", "--temporal-weight", "1"], "has no temporal loss"),
        (["--stage", "masked", "--patient-loss", "sigmoid"], "has no patient loss"),
        (["--stage", "cmr", "--temporal-weight", "1"], "--stage cmr has no temporal loss"),
        (["--stage", "cmr", "--phenotype-weight", "1"], "has no phenotype loss beside others"),
        (["--stage", "cmr", "--batch-size", "1"], "Give 2 or more"),
        (["--phenotype-weight", "-1"], "give a number from 0 to 1000"),
        (["--patient-loss", "triplet"], "Choose one of info_nce"),
        (["--policy", "2"], "give the operations for each ECG (0 to 14)"),
        (["--policy", "2,11"], "their magnitude (0 to 10), such as 2,4"),
        (["--stage", "cmr", "--policy", "2,4"], "--stage cmr reads no ECG"),
        (["--stage", "segment", "--policy", "2,4"], "--stage segment takes one folder"),
        (["--steps", "20"], "20 steps are more than the 1 of one pass"),
    ],
)
def test_what_a_stage_cannot_do_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], options: list[str], told: str
) -> None:
    simulated_store(tmp_path / "store", 4)
    assert main(["train", str(tmp_path / "store"), str(tmp_path / "out"), *options]) == 2
    assert told in capsys.readouterr().err
