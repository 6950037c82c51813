"""A small released folder, written as the published ones are."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import save_file
from torch import Tensor

from ptacl.encoders.ecg import EcgViT, EcgViTConfig
from ptacl.encoders.released import original_name
from ptacl.encoders.transformer import TransformerConfig

WriteReleased = Callable[[dict[str, Any], dict[str, Tensor]], Path]

ECG_JSON = {
    "model_type": "vit_mae",
    "architectures": ["ViTMAEModel"],
    "hidden_act": "gelu",
    "num_channels": 1,
    "hidden_dropout_prob": 0.0,
    "attention_probs_dropout_prob": 0.0,
    "image_size": [12, 300],
    "patch_size": [1, 50],
    "hidden_size": 24,
    "num_hidden_layers": 2,
    "num_attention_heads": 3,
    "intermediate_size": 48,
    "qkv_bias": True,
    "layerscale_init_values": 1e-5,
    "layer_norm_eps": 1e-12,
    "use_cls_token": True,
    "use_learnable_pos_emb": True,
}
CMR_JSON = ECG_JSON | {
    "model_type": "videomae",
    "architectures": ["VideoMAEModel"],
    "image_size": 16,
    "patch_size": 8,
    "num_frames": 10,
    "tubelet_size": 5,
    "attention_type": "self_attention",
    "use_mean_pooling": False,
}


@pytest.fixture
def ecg_json() -> dict[str, Any]:
    """The deciding keys of a small ECG encoder's config.json."""
    return dict(ECG_JSON)


@pytest.fixture
def cmr_json() -> dict[str, Any]:
    """The deciding keys of a small CMR encoder's config.json."""
    return dict(CMR_JSON)


@pytest.fixture
def ecg_state() -> dict[str, Tensor]:
    """Weights that belong to ``ecg_json``, under their original names."""
    torch.manual_seed(0)
    trunk = TransformerConfig(width=24, depth=2, heads=3, mlp_width=48)
    encoder = EcgViT(EcgViTConfig(samples=300, trunk=trunk))
    return {original_name(name): tensor for name, tensor in encoder.state_dict().items()}


@pytest.fixture
def write_released(tmp_path: Path) -> WriteReleased:
    """Writes a config and weights as a released folder."""

    def write(values: dict[str, Any], state: dict[str, Tensor]) -> Path:
        (tmp_path / "config.json").write_text(json.dumps(values))
        save_file(state, tmp_path / "model.safetensors")
        return tmp_path

    return write
