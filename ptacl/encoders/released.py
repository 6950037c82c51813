"""Reader of a released encoder folder: ``config.json`` and weights under their original names.

The names and the layout are those of the published checkpoints; the modules here have simpler ones.
Names are translated from ours to the original ones, so the expected keys of a file follow from the
module: a missing or additional key, or a wrong shape, is an error. A loader for the stock
architecture would silently ignore LayerScale and the biases.
"""

import hashlib
import re
from collections.abc import Iterable
from pathlib import Path
from pickle import UnpicklingError
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor

from ptacl.config.strict_json import to_dict
from ptacl.encoders.cmr import VideoMae
from ptacl.encoders.ecg import EcgViT
from ptacl.encoders.released_config import EcgViTConfig, VideoMaeConfig, read_config
from ptacl.errors import BadInput

WEIGHT_FILES = ("model.safetensors", "pytorch_model.bin")
"""File names of the weights, in order of preference."""

ORIGINAL_NAMES = (
    (r"^patches\.", "embeddings.patch_embeddings.projection."),
    (r"^trunk\.cls_token$", "embeddings.cls_token"),
    (r"^trunk\.positions$", "embeddings.position_embeddings"),
    (r"^trunk\.norm\.", "layernorm."),
    (r"^trunk\.blocks\.(\d+)\.", r"encoder.layer.\1."),
    (r"\.norm_attention\.", ".layernorm_before."),
    (r"\.norm_mlp\.", ".layernorm_after."),
    (r"\.attention\.out\.", ".attention.output.dense."),
    (r"\.attention\.query_bias$", ".attention.attention.q_bias"),
    (r"\.attention\.value_bias$", ".attention.attention.v_bias"),
    (r"\.attention\.(query|key|value|qkv|scale)(\.|$)", r".attention.attention.\1\2"),
    (r"\.scale_attention\.gain$", ".layerscale.layerscale_c"),
    (r"\.mlp\.widen\.", ".intermediate.dense."),
    (r"\.mlp\.narrow\.", ".output.dense."),
    (r"\.scale_mlp\.gain$", ".output.layerscale.layerscale_c"),
)
"""Pattern in our name → original name, applied in this order."""

NAMED_KEYS = 6
"""Maximum number of keys that an error message names."""


def load_released(folder: Path) -> EcgViT | VideoMae:
    """Load a released encoder.

    Args:
        folder: holds ``config.json`` and ``model.safetensors`` or ``pytorch_model.bin`` (loaded as
            weights only, without running code from the file).

    Returns:
        The encoder in float32, on the CPU, in evaluation mode.

    Raises:
        BadInput: a file is missing or damaged, the architecture is another one, or keys are
            missing, unexpected or of another shape; the message names them.
    """
    config = read_config(folder / "config.json")
    encoder = EcgViT(config) if isinstance(config, EcgViTConfig) else VideoMae(config)
    path = weight_file(folder)
    weights = _read_weights(path)
    expected = {original_name(name): name for name in encoder.state_dict()}
    optional = set() if config.trunk.learnable_positions else {original_name("trunk.positions")}
    _check_keys(path, set(expected) - optional, set(weights) - optional)
    state = encoder.state_dict()
    for original, tensor in weights.items():
        _check_tensor(path, original, tensor, state[expected[original]])
        state[expected[original]] = tensor.float()
    encoder.load_state_dict(state, strict=True)
    return encoder.eval()


def describe(folder: Path) -> dict[str, Any]:
    """Describe a released folder in plain JSON values, after the same checks as loading.

    Returns:
        ``modality`` (``ecg`` or ``cmr``), ``input_shape``, ``width``, ``depth``, ``heads``,
        ``tokens`` (CLS included), ``time_steps``, ``parameters``, ``weights`` (file name),
        ``sha256`` (of that file) and ``config`` (ours, for ``config.from_dict``).

    Raises:
        BadInput: as ``load_released``.
    """
    encoder = load_released(folder)
    config, path = encoder.config, weight_file(folder)
    is_ecg = isinstance(config, EcgViTConfig)
    return {
        "modality": "ecg" if is_ecg else "cmr",
        "input_shape": list(_input_shape(config)),
        "width": config.trunk.width,
        "depth": config.trunk.depth,
        "heads": config.trunk.heads,
        "tokens": encoder.trunk.positions.shape[1],
        "time_steps": config.grid[1] if is_ecg else config.grid[0],
        "parameters": sum(p.numel() for p in encoder.parameters()),
        "weights": path.name,
        "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
        "config": to_dict(config),
    }


def original_name(name: str) -> str:
    """Translate a key of our module to the key of a released file.

    Example:
        >>> original_name("trunk.blocks.3.scale_mlp.gain")
        'encoder.layer.3.output.layerscale.layerscale_c'
    """
    for pattern, original in ORIGINAL_NAMES:
        name = re.sub(pattern, original, name)
    return name


def weight_file(folder: Path) -> Path:
    """Find the file of weights in a released folder.

    Raises:
        BadInput: the folder holds no weights.
    """
    for name in WEIGHT_FILES:
        if (folder / name).is_file():
            return folder / name
    raise BadInput(
        folder, "it holds no weights", f"add {' or '.join(WEIGHT_FILES)}", code="weights.not_found"
    )


def _input_shape(config: EcgViTConfig | VideoMaeConfig) -> tuple[int, ...]:
    if isinstance(config, VideoMaeConfig):
        return config.input_shape
    return config.leads, config.samples


def _read_weights(path: Path) -> dict[str, Tensor]:
    try:
        if path.suffix == ".safetensors":
            return load_file(path)
        weights = torch.load(path, map_location="cpu", weights_only=True)
    except (SafetensorError, UnpicklingError, OSError, EOFError, RuntimeError, ValueError) as error:
        raise BadInput(
            path,
            "it cannot be read as weights",
            "download it again, or save it again",
            code="weights.unreadable",
        ) from error
    if not isinstance(weights, dict) or not all(isinstance(t, Tensor) for t in weights.values()):
        raise BadInput(
            path,
            "it is not a table of tensors",
            "save the bare state_dict",
            code="weights.unreadable",
        )
    return weights


def _check_keys(path: Path, expected: set[str], keys: set[str]) -> None:
    problems = []
    if missing := expected - keys:
        problems.append(f"keys are missing: {_name(missing)}")
    if unexpected := keys - expected:
        problems.append(f"keys are unexpected: {_name(unexpected)}")
    if problems:
        raise BadInput(
            path,
            "; ".join(problems),
            "use the config.json that belongs to these weights; the stock architectures are not "
            "this one",
            code="weights.other_architecture",
        )


def _check_tensor(path: Path, key: str, weight: Tensor, expected: Tensor) -> None:
    if weight.shape != expected.shape:
        raise BadInput(
            path,
            f"{key} has shape {tuple(weight.shape)}, and config.json gives {tuple(expected.shape)}",
            "use the config.json that belongs to these weights",
            code="weights.other_architecture",
        )
    if not weight.is_floating_point() or not weight.isfinite().all():
        raise BadInput(
            path,
            f"{key} holds values that are not finite",
            "save it again",
            code="weights.not_finite",
        )


def _name(keys: Iterable[str]) -> str:
    names = sorted(keys)
    rest = len(names) - NAMED_KEYS
    return ", ".join(names[:NAMED_KEYS]) + (f" and {rest} more" if rest > 0 else "")
