"""Released folders that are refused, and the name that each refusal gives."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor

from ptacl.encoders.released import load_released
from ptacl.errors import BadInput

SCALE = "encoder.layer.1.output.layerscale.layerscale_c"
WriteReleased = Callable[[dict[str, Any], dict[str, Tensor]], Path]


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
def test_a_missing_key_is_named(
    key: str, ecg_state: dict[str, Tensor], ecg_json: dict[str, Any], write_released: WriteReleased
) -> None:
    del ecg_state[key]
    with pytest.raises(BadInput, match=f"missing: {key}"):
        load_released(write_released(ecg_json, ecg_state))


@pytest.mark.parametrize("key", ["decoder.mask_token", "encoder.layer.0.key.bias", "vit.cls"])
def test_an_unexpected_key_is_named(
    key: str, ecg_state: dict[str, Tensor], ecg_json: dict[str, Any], write_released: WriteReleased
) -> None:
    ecg_state[key] = torch.zeros(24)
    with pytest.raises(BadInput, match=f"unexpected: {key}"):
        load_released(write_released(ecg_json, ecg_state))


def test_biases_in_the_file_are_not_dropped_when_the_config_denies_them(
    ecg_state: dict[str, Tensor], ecg_json: dict[str, Any], write_released: WriteReleased
) -> None:
    with pytest.raises(BadInput, match=r"unexpected: encoder.layer.0.attention.attention.q_bias"):
        load_released(write_released(ecg_json | {"qkv_bias": False}, ecg_state))


def test_a_key_of_another_shape_is_named_with_both_shapes(
    ecg_state: dict[str, Tensor], ecg_json: dict[str, Any], write_released: WriteReleased
) -> None:
    ecg_state[SCALE] = torch.zeros(25)
    with pytest.raises(BadInput, match=rf"{SCALE} has shape \(25,\).*\(24,\)"):
        load_released(write_released(ecg_json, ecg_state))


def test_values_that_are_not_finite_are_named(
    ecg_state: dict[str, Tensor], ecg_json: dict[str, Any], write_released: WriteReleased
) -> None:
    ecg_state[SCALE][3] = float("nan")
    with pytest.raises(BadInput, match=SCALE):
        load_released(write_released(ecg_json, ecg_state))


def test_many_missing_keys_are_counted(
    ecg_state: dict[str, Tensor], ecg_json: dict[str, Any], write_released: WriteReleased
) -> None:
    stock = {key: t for key, t in ecg_state.items() if not key.startswith("encoder.layer.1")}
    with pytest.raises(BadInput, match=r"encoder.layer.1.*and 11 more"):
        load_released(write_released(ecg_json, stock))


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
    changes: dict[str, Any],
    message: str,
    ecg_state: dict[str, Tensor],
    ecg_json: dict[str, Any],
    write_released: WriteReleased,
) -> None:
    with pytest.raises(BadInput, match=message):
        load_released(write_released(ecg_json | changes, ecg_state))


@pytest.mark.parametrize(
    "key",
    [
        "model_type",
        "architectures",
        "hidden_act",
        "num_channels",
        "hidden_dropout_prob",
        "attention_probs_dropout_prob",
        "image_size",
        "patch_size",
        "num_frames",
        "tubelet_size",
        "hidden_size",
        "num_hidden_layers",
        "num_attention_heads",
        "intermediate_size",
        "attention_type",
        "qkv_bias",
        "layerscale_init_values",
        "layer_norm_eps",
        "use_cls_token",
        "use_learnable_pos_emb",
        "use_mean_pooling",
    ],
)
def test_a_config_without_a_deciding_key_is_refused_by_name(
    key: str, ecg_state: dict[str, Tensor], cmr_json: dict[str, Any], write_released: WriteReleased
) -> None:
    values = {name: value for name, value in cmr_json.items() if name != key}
    with pytest.raises(BadInput, match=f"{key} is missing"):
        load_released(write_released(values, ecg_state))


def test_an_unknown_attention_is_refused(
    ecg_state: dict[str, Tensor], cmr_json: dict[str, Any], write_released: WriteReleased
) -> None:
    values = cmr_json | {"attention_type": "linear"}
    with pytest.raises(BadInput, match="attention_type is 'linear'"):
        load_released(write_released(values, ecg_state))


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
    damage: Callable[[Path], None],
    ecg_state: dict[str, Tensor],
    ecg_json: dict[str, Any],
    write_released: WriteReleased,
) -> None:
    folder = write_released(ecg_json, ecg_state)
    damage(folder)
    with pytest.raises(BadInput):
        load_released(folder)
    assert not (folder / "it_ran").exists()
