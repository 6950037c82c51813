"""Released folders: every key is read, and the published tokens come out to 1e-5."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.torch import load_file
from torch import Tensor

from ptacl.config.strict_json import from_dict
from ptacl.encoders.cmr import VideoMae, VideoMaeConfig
from ptacl.encoders.ecg import EcgViT, EcgViTConfig
from ptacl.encoders.released import describe, load_released, original_name
from ptacl.encoders.transformer import TransformerConfig

REFERENCES = ["ecg_vitmae", "cmr_videomae"]
TRUNK = TransformerConfig(width=24, depth=2, heads=3, mlp_width=48)
WriteReleased = Callable[[dict[str, Any], dict[str, Tensor]], Path]


def original_state(encoder: EcgViT | VideoMae) -> dict[str, Tensor]:
    return {original_name(name): tensor for name, tensor in encoder.state_dict().items()}


@pytest.mark.parametrize("name", REFERENCES)
def test_the_published_tokens_are_reproduced(name: str, shared_reference: Path) -> None:
    folder = shared_reference / "encoders" / name
    encoder = load_released(folder)
    with np.load(folder / "reference.npz") as reference, torch.no_grad():
        recording = torch.from_numpy(reference["input"][:, 0])
        tokens = encoder.forward_tokens(recording).numpy()
        np.testing.assert_allclose(tokens, reference["last_hidden_state"], rtol=0.0, atol=1e-5)


@pytest.mark.parametrize("name", REFERENCES)
def test_the_names_here_cover_the_published_keys_exactly(name: str, shared_reference: Path) -> None:
    folder = shared_reference / "encoders" / name
    published = load_file(folder / "model.safetensors")
    ours = original_state(load_released(folder))
    assert set(ours) == set(published)
    assert all(torch.equal(ours[key], published[key]) for key in published)


@pytest.mark.parametrize("name", REFERENCES)
def test_pickled_weights_give_the_same_encoder(
    name: str, shared_reference: Path, tmp_path: Path
) -> None:
    folder = shared_reference / "encoders" / name
    shutil.copy(folder / "config.json", tmp_path / "config.json")
    torch.save(load_file(folder / "model.safetensors"), tmp_path / "pytorch_model.bin")
    ours, other = load_released(folder).state_dict(), load_released(tmp_path).state_dict()
    assert all(torch.equal(ours[key], other[key]) for key in ours)


def test_the_same_folder_describes_itself(
    ecg_state: dict[str, Tensor], ecg_json: dict[str, Any], write_released: WriteReleased
) -> None:
    facts = describe(write_released(ecg_json, ecg_state))
    assert facts["modality"] == "ecg"
    assert facts["input_shape"] == [12, 300]
    assert (facts["tokens"], facts["time_steps"], facts["depth"]) == (73, 6, 2)
    assert facts["parameters"] == sum(tensor.numel() for tensor in ecg_state.values())
    assert len(facts["sha256"]) == 64
    config = from_dict(EcgViTConfig, json.loads(json.dumps(facts))["config"])
    assert config == EcgViTConfig(samples=300, trunk=TRUNK)


VARIANTS = {
    "cosine attention": {"attention_type": "cosine"},
    "no query and value biases": {"qkv_bias": False},
    "cosine attention without biases": {"attention_type": "cosine", "qkv_bias": False},
    "no cls token": {"use_cls_token": False},
    "fixed positions": {"use_learnable_pos_emb": False},
    "mean pooling instead of the last norm": {"use_mean_pooling": True},
}


@pytest.mark.parametrize("changes", VARIANTS.values(), ids=VARIANTS.keys())
def test_every_published_variant_is_read_whole(
    changes: dict[str, Any], tmp_path: Path, cmr_json: dict[str, Any], write_released: WriteReleased
) -> None:
    torch.manual_seed(0)
    trunk = TransformerConfig(
        width=24,
        depth=2,
        heads=3,
        mlp_width=48,
        attention="cosine" if changes.get("attention_type") == "cosine" else "softmax",
        qv_bias=changes.get("qkv_bias", True),
        cls_token=changes.get("use_cls_token", True),
        learnable_positions=changes.get("use_learnable_pos_emb", True),
        final_norm=not changes.get("use_mean_pooling", False),
    )
    encoder = VideoMae(VideoMaeConfig(frames=10, rows=16, columns=16, trunk=trunk)).eval()
    write_released(cmr_json | changes, original_state(encoder))
    cine = torch.randn(2, 10, 16, 16, generator=torch.Generator().manual_seed(1))
    loaded = load_released(tmp_path)
    assert loaded.config == encoder.config
    torch.testing.assert_close(loaded.forward_tokens(cine), encoder.forward_tokens(cine))


def test_fixed_positions_may_be_left_out_of_the_file(
    ecg_state: dict[str, Tensor], ecg_json: dict[str, Any], write_released: WriteReleased
) -> None:
    del ecg_state["embeddings.position_embeddings"]
    folder = write_released(ecg_json | {"use_learnable_pos_emb": False}, ecg_state)
    assert load_released(folder).trunk.positions[0, 1:].std() > 0.5


def test_half_precision_is_read_into_single(
    ecg_state: dict[str, Tensor], ecg_json: dict[str, Any], write_released: WriteReleased
) -> None:
    halves = {key: tensor.half() for key, tensor in ecg_state.items()}
    encoder = load_released(write_released(ecg_json, halves))
    assert {p.dtype for p in encoder.parameters()} == {torch.float32}
