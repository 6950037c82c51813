"""Conversion of the ``config.json`` of a released encoder; other architectures are refused.

The file has many keys of the library that wrote it. The keys that affect the output are read or
checked here. A missing one is an error, because the stock architectures of the same names lack
exactly the keys in which the released encoders differ.
"""

import json
from pathlib import Path
from typing import Any, NoReturn, cast

from ptacl.encoders.cmr import VideoMaeConfig
from ptacl.encoders.ecg import EcgViTConfig
from ptacl.encoders.transformer import TransformerConfig
from ptacl.errors import BadInput, PtaclError

ARCHITECTURES = {"vit_mae": "ViTMAEModel", "videomae": "VideoMAEModel"}
"""``model_type`` → the bare encoder's class in the original."""

FIXED = {
    "hidden_act": "gelu",
    "num_channels": 1,
    "hidden_dropout_prob": 0.0,
    "attention_probs_dropout_prob": 0.0,
}
"""Keys with one supported value: exact GELU, one channel, no dropout."""

ATTENTION = {"self_attention": "softmax", "cosine": "cosine"}
"""``attention_type`` → ours."""


def read_config(path: Path) -> EcgViTConfig | VideoMaeConfig:
    """Read the ``config.json`` of a released encoder.

    Raises:
        BadInput: the file is missing, is not JSON, describes another architecture, or has no value
            or an unsupported one for a key that affects the output; the message names the key.
    """
    values = _Values(path, _read_json(path))
    kind = values.get("model_type", str)
    if kind not in ARCHITECTURES:
        raise BadInput(
            path,
            f"model_type is {kind!r}, and PTACL knows {', '.join(ARCHITECTURES)}",
            "give the folder of a released PTACL encoder",
            code="weights.other_architecture",
        )
    values.expect("architectures", [ARCHITECTURES[kind]])
    for key, value in FIXED.items():
        values.expect(key, value)
    try:
        return _ecg_config(values) if kind == "vit_mae" else _cmr_config(values)
    except BadInput:
        raise
    except PtaclError as error:
        raise BadInput(
            path, str(error).rstrip("."), "use the file as it was released", code="config.invalid"
        ) from error


class _Values:
    """Typed access to the keys of a file."""

    def __init__(self, path: Path, values: dict[str, Any]) -> None:
        self.path = path
        self.values = values

    def get(self, key: str, kind: type) -> Any:
        """Return a required value of a type; an integer is accepted as a float."""
        if key not in self.values:
            raise BadInput(
                self.path,
                f"{key} is missing, so this is not the architecture of the released encoders",
                "give the config.json that came with the weights",
                code="weights.other_architecture",
            )
        value = self.values[key]
        allowed = (int, float) if kind is float else kind
        if not isinstance(value, allowed) or (isinstance(value, bool) and kind is not bool):
            self.refuse(key, f"a value of kind {kind.__name__}")
        return value

    def count(self, key: str) -> int:
        """Return a required integer of at least one."""
        if self.get(key, int) < 1:
            self.refuse(key, "a positive integer")
        return int(self.values[key])

    def expect(self, key: str, expected: Any) -> None:
        """Refuse the file unless the value is the expected one."""
        if self.get(key, type(expected)) != expected:
            self.refuse(key, f"{expected!r}")

    def sizes(self, key: str, axes: int) -> tuple[int, ...]:
        """Return a size per axis, from a list or from one size for all axes."""
        value = self.values.get(key)
        sizes = value if isinstance(value, list) else [self.get(key, int)] * axes
        if len(sizes) != axes or not all(type(n) is int and n > 0 for n in sizes):
            self.refuse(key, f"{axes} positive integers")
        return tuple(sizes)

    def refuse(self, key: str, expected: str) -> NoReturn:
        """Raise an error with the value and what is expected of it."""
        raise BadInput(
            self.path,
            f"{key} is {self.values[key]!r}, and the encoder here needs {expected}",
            "give the folder of a released PTACL encoder",
            code="weights.other_architecture",
        )


def _read_json(path: Path) -> dict[str, Any]:
    if not path.is_file():
        raise BadInput(
            path, "there is no such file", "give the folder that holds it", code="file.not_found"
        )
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise BadInput(path, "it is not JSON", "download it again", code="file.damaged") from error
    if not isinstance(values, dict):
        raise BadInput(path, "it is not a JSON object", "download it again", code="file.damaged")
    return cast(dict[str, Any], values)


def _ecg_config(values: _Values) -> EcgViTConfig:
    leads, samples = values.sizes("image_size", 2)
    patch_leads, patch_samples = values.sizes("patch_size", 2)
    return EcgViTConfig(
        leads=leads,
        samples=samples,
        patch_leads=patch_leads,
        patch_samples=patch_samples,
        trunk=_trunk(values, attention="self_attention", final_norm=True),
    )


def _cmr_config(values: _Values) -> VideoMaeConfig:
    rows, columns = values.sizes("image_size", 2)
    patch_rows, patch_columns = values.sizes("patch_size", 2)
    trunk = _trunk(
        values,
        attention=values.get("attention_type", str),
        # As in the stock VideoMAE, mean pooling replaces the norm after the last block.
        final_norm=not values.get("use_mean_pooling", bool),
    )
    return VideoMaeConfig(
        frames=values.count("num_frames"),
        rows=rows,
        columns=columns,
        frames_per_step=values.count("tubelet_size"),
        patch_rows=patch_rows,
        patch_columns=patch_columns,
        trunk=trunk,
    )


def _trunk(values: _Values, attention: str, final_norm: bool) -> TransformerConfig:
    if attention not in ATTENTION:
        values.refuse("attention_type", f"one of {', '.join(ATTENTION)}")
    return TransformerConfig(
        width=values.count("hidden_size"),
        depth=values.count("num_hidden_layers"),
        heads=values.count("num_attention_heads"),
        mlp_width=values.count("intermediate_size"),
        attention="cosine" if ATTENTION[attention] == "cosine" else "softmax",
        qv_bias=values.get("qkv_bias", bool),
        layer_scale=float(values.get("layerscale_init_values", float)),
        norm_eps=float(values.get("layer_norm_eps", float)),
        cls_token=values.get("use_cls_token", bool),
        learnable_positions=values.get("use_learnable_pos_emb", bool),
        final_norm=final_norm,
    )
