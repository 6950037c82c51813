from pathlib import Path

import pytest
import torch

from ptacl.checkpoint.files import load_model
from ptacl.evaluation import finetuning
from ptacl.store import Store


def test_fine_tuning_moves_the_ecg_encoder_alone_and_leaves_the_checkpoint(
    tiny_store: Store, tiny_checkpoint: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(finetuning, "EPOCHS", 1)
    before = (tiny_checkpoint / "model.safetensors").read_bytes()
    tuned = finetuning.fine_tuned(tiny_checkpoint, tiny_store)
    assert (tiny_checkpoint / "model.safetensors").read_bytes() == before
    assert not tuned.training
    begun = dict(load_model(tiny_checkpoint)[0].named_parameters())
    moved = {key for key, value in tuned.named_parameters() if not torch.equal(value, begun[key])}
    assert moved
    assert all(key.startswith("ecg_encoder.") for key in moved)
