"""Released folders: reproduced to 1e-5, and refused by name when anything is off."""

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file
from torch import Tensor

from ptacl.config import from_dict
from ptacl.encoders.cmr import VideoMae, VideoMaeConfig
from ptacl.encoders.ecg import EcgViT, EcgViTConfig
from ptacl.encoders.released import describe, load_released, original_name
from ptacl.encoders.transformer import TransformerConfig
from ptacl.errors import BadInput

REFERENCES = ["ecg_vitmae", "cmr_videomae"]
SCALE = "encoder.layer.1.output.layerscale.layerscale_c"

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
TRUNK = TransformerConfig(width=24, depth=2, heads=3, mlp_width=48)


def original_state(encoder: EcgViT | VideoMae) -> dict[str, Tensor]:
    return {original_name(name): tensor for name, tensor in encoder.state_dict().items()}


def write_released(folder: Path, values: dict[str, Any], state: dict[str, Tensor]) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "config.json").write_text(json.dumps(values))
    save_file(state, folder / "model.safetensors")
    return folder


@pytest.fixture
def ecg_state() -> dict[str, Tensor]:
    torch.manual_seed(0)
    return original_state(EcgViT(EcgViTConfig(samples=300, trunk=TRUNK)))


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


def test_the_same_folder_describes_itself(tmp_path: Path, ecg_state: dict[str, Tensor]) -> None:
    facts = describe(write_released(tmp_path, ECG_JSON, ecg_state))
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
def test_every_published_variant_is_read_whole(changes: dict[str, Any], tmp_path: Path) -> None:
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
    write_released(tmp_path, CMR_JSON | changes, original_state(encoder))
    cine = torch.randn(2, 10, 16, 16, generator=torch.Generator().manual_seed(1))
    loaded = load_released(tmp_path)
    assert loaded.config == encoder.config
    torch.testing.assert_close(loaded.forward_tokens(cine), encoder.forward_tokens(cine))


def test_fixed_positions_may_be_left_out_of_the_file(
    tmp_path: Path, ecg_state: dict[str, Tensor]
) -> None:
    del ecg_state["embeddings.position_embeddings"]
    folder = write_released(tmp_path, ECG_JSON | {"use_learnable_pos_emb": False}, ecg_state)
    assert load_released(folder).trunk.positions[0, 1:].std() > 0.5


@pytest.mark.parametrize(
    "key",
    [
        SCALE,
        "encoder.layer.0.attention.attention.q_bias",
        "embeddings.cls_token",
        "embeddings.position_embeddings",
        "layernorm.weight",
    ],
)
def test_a_missing_key_is_named(key: str, tmp_path: Path, ecg_state: dict[str, Tensor]) -> None:
    del ecg_state[key]
    with pytest.raises(BadInput, match=f"missing: {key}"):
        load_released(write_released(tmp_path, ECG_JSON, ecg_state))


@pytest.mark.parametrize("key", ["decoder.mask_token", "encoder.layer.0.key.bias", "vit.cls"])
def test_an_unexpected_key_is_named(key: str, tmp_path: Path, ecg_state: dict[str, Tensor]) -> None:
    ecg_state[key] = torch.zeros(24)
    with pytest.raises(BadInput, match=f"unexpected: {key}"):
        load_released(write_released(tmp_path, ECG_JSON, ecg_state))


def test_biases_in_the_file_are_not_dropped_when_the_config_denies_them(
    tmp_path: Path, ecg_state: dict[str, Tensor]
) -> None:
    with pytest.raises(BadInput, match=r"unexpected: encoder.layer.0.attention.attention.q_bias"):
        load_released(write_released(tmp_path, ECG_JSON | {"qkv_bias": False}, ecg_state))


def test_a_key_of_another_shape_is_named_with_both_shapes(
    tmp_path: Path, ecg_state: dict[str, Tensor]
) -> None:
    ecg_state[SCALE] = torch.zeros(25)
    with pytest.raises(BadInput, match=rf"{SCALE} has shape \(25,\).*\(24,\)"):
        load_released(write_released(tmp_path, ECG_JSON, ecg_state))


def test_values_that_are_not_finite_are_named(tmp_path: Path, ecg_state: dict[str, Tensor]) -> None:
    ecg_state[SCALE][3] = float("nan")
    with pytest.raises(BadInput, match=SCALE):
        load_released(write_released(tmp_path, ECG_JSON, ecg_state))


def test_many_missing_keys_are_counted(tmp_path: Path, ecg_state: dict[str, Tensor]) -> None:
    stock = {key: t for key, t in ecg_state.items() if not key.startswith("encoder.layer.1")}
    with pytest.raises(BadInput, match=r"encoder.layer.1.*and 11 more"):
        load_released(write_released(tmp_path, ECG_JSON, stock))


def test_half_precision_is_read_into_single(tmp_path: Path, ecg_state: dict[str, Tensor]) -> None:
    halves = {key: tensor.half() for key, tensor in ecg_state.items()}
    encoder = load_released(write_released(tmp_path, ECG_JSON, halves))
    assert {p.dtype for p in encoder.parameters()} == {torch.float32}


FOREIGN = {
    "another model type": ({"model_type": "vit"}, "model_type is 'vit'"),
    "with its decoder": ({"architectures": ["ViTMAEForPreTraining"]}, "architectures"),
    "another activation": ({"hidden_act": "gelu_new"}, "hidden_act is 'gelu_new'"),
    "colour": ({"num_channels": 3}, "num_channels is 3"),
    "dropout": ({"hidden_dropout_prob": 0.1}, "hidden_dropout_prob is 0.1"),
    "three-dimensional patches": ({"patch_size": [1, 1, 50]}, "patch_size"),
    "a width of text": ({"hidden_size": "24"}, "hidden_size is '24'"),
    "no heads": ({"num_attention_heads": 0}, "num_attention_heads is 0"),
    "a negative depth": ({"num_hidden_layers": -1}, "num_hidden_layers is -1"),
    "a truth value for a size": ({"image_size": [12, True]}, "image_size"),
    "patches that do not tile": ({"patch_size": [1, 70]}, "do not tile"),
    "heads that do not divide": ({"num_attention_heads": 5}, "5 heads"),
}


@pytest.mark.parametrize(("changes", "message"), FOREIGN.values(), ids=FOREIGN.keys())
def test_a_foreign_config_is_refused_by_its_key(
    changes: dict[str, Any], message: str, tmp_path: Path, ecg_state: dict[str, Tensor]
) -> None:
    with pytest.raises(BadInput, match=message):
        load_released(write_released(tmp_path, ECG_JSON | changes, ecg_state))


@pytest.mark.parametrize("key", sorted(set(ECG_JSON)))
def test_a_config_without_a_deciding_key_is_refused_by_name(
    key: str, tmp_path: Path, ecg_state: dict[str, Tensor]
) -> None:
    values = {name: value for name, value in ECG_JSON.items() if name != key}
    with pytest.raises(BadInput, match=f"{key} is missing"):
        load_released(write_released(tmp_path, values, ecg_state))


def test_an_unknown_attention_is_refused(tmp_path: Path, ecg_state: dict[str, Tensor]) -> None:
    values = CMR_JSON | {"attention_type": "linear"}
    with pytest.raises(BadInput, match="attention_type is 'linear'"):
        load_released(write_released(tmp_path, values, ecg_state))


def truncate(folder: Path) -> None:
    path = folder / "model.safetensors"
    path.write_bytes(path.read_bytes()[:500])


def replace_by_code(folder: Path) -> None:
    class Malicious:
        def __reduce__(self) -> tuple[Callable[[str], int], tuple[str]]:
            return os.system, (f"touch {folder / 'it_ran'}",)

    (folder / "model.safetensors").unlink()
    torch.save({"layernorm.bias": Malicious()}, folder / "pytorch_model.bin")


def replace_by_a_list(folder: Path) -> None:
    (folder / "model.safetensors").unlink()
    torch.save([torch.zeros(3)], folder / "pytorch_model.bin")


def replace_by_text(folder: Path) -> None:
    (folder / "model.safetensors").unlink()
    (folder / "pytorch_model.bin").write_text("no weights")


def empty_weights(folder: Path) -> None:
    (folder / "model.safetensors").write_bytes(b"")


def remove_weights(folder: Path) -> None:
    (folder / "model.safetensors").unlink()


def remove_config(folder: Path) -> None:
    (folder / "config.json").unlink()


def break_config(folder: Path) -> None:
    (folder / "config.json").write_text("{")


def config_of_a_list(folder: Path) -> None:
    (folder / "config.json").write_text("[]")


@pytest.mark.parametrize(
    "damage",
    [
        truncate,
        replace_by_code,
        replace_by_a_list,
        replace_by_text,
        empty_weights,
        remove_weights,
        remove_config,
        break_config,
        config_of_a_list,
    ],
)
def test_a_damaged_folder_is_refused_and_nothing_in_it_runs(
    damage: Callable[[Path], None], tmp_path: Path, ecg_state: dict[str, Tensor]
) -> None:
    folder = write_released(tmp_path, ECG_JSON, ecg_state)
    damage(folder)
    with pytest.raises(BadInput):
        load_released(folder)
    assert not (folder / "it_ran").exists()
