"""Half precision teaches the weights nearly what float32 teaches them."""

import dataclasses

import pytest
import torch

from ptacl.data.batches import Batch
from ptacl.encoders.two_tower import TwoTower, TwoTowerConfig
from ptacl.training.contrastive import find_gradients
from ptacl.training.distributed import Ranks
from tests.training.one_step import PLAIN, SUBJECTS, made_batch


def long_batch() -> Batch:
    """Ten times the length of `made_batch`: sums over many segments are where rounding adds up."""
    batch = made_batch(PLAIN)
    return dataclasses.replace(
        batch,
        ecg=batch.ecg.repeat(1, 1, 10),
        segment_phase=batch.segment_phase.repeat(1, 10),
        segment_valid=batch.segment_valid.repeat(1, 10),
    )


def gradient(part: str, half: bool, monkeypatch: pytest.MonkeyPatch) -> torch.Tensor:
    monkeypatch.setattr(
        "ptacl.training.contrastive.precision",
        lambda config, device: torch.autocast("cpu", torch.bfloat16, enabled=half),
    )
    torch.manual_seed(0)
    model = TwoTower(TwoTowerConfig()).train()
    find_gradients(model, long_batch(), PLAIN, 0, Ranks(), SUBJECTS)
    weights = getattr(model, part).parameters()
    return torch.cat([weight.grad.flatten() for weight in weights if weight.grad is not None])


@pytest.mark.parametrize("part", ["ecg_encoder", "cmr_encoder", "ecg_head", "cmr_head"])
def test_gradients_are_nearly_those_of_float32(part: str, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = gradient(part, False, monkeypatch)
    half = gradient(part, True, monkeypatch)
    assert (half - whole).norm() < 0.035 * whole.norm()
