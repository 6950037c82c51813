"""Bring an encoder that its authors released into a folder of ours, key by key checked."""

import json
from pathlib import Path
from typing import Any

import safetensors.torch

from ptacl.checkpoint import load_weights
from ptacl.config import from_dict, to_dict
from ptacl.encoders.cmr import VideoMae, VideoMaeConfig
from ptacl.encoders.ecg import EcgViT, EcgViTConfig
from ptacl.encoders.released import describe, load_released
from ptacl.errors import PtaclError
from ptacl.store import write_atomically

FORMAT = "ptacl-encoder"
FORMAT_VERSION = 1


def convert_released(source: Path, out: Path) -> dict[str, Any]:
    """Read a released encoder and write it as safetensors with a strict config.

    Args:
        source: folder with `config.json` and `model.safetensors` (or `pytorch_model.bin`, read
            weights-only).
        out: folder of the converted encoder; made if absent.

    Returns:
        what was found: modality, sizes, checksum of the source.

    Raises:
        PtaclError: a missing or unexpected key (named), or an unknown architecture.
    """
    encoder = load_released(source)
    found = describe(source)
    out.mkdir(parents=True, exist_ok=True)
    temporary = out / ".model.safetensors.tmp"
    safetensors.torch.save_file(
        {key: value.contiguous() for key, value in encoder.state_dict().items()}, temporary
    )
    temporary.replace(out / "model.safetensors")
    config = {"format": FORMAT, "format_version": FORMAT_VERSION, **found}
    config["config"] = to_dict(encoder.config)
    write_atomically(out / "config.json", json.dumps(config, indent=1))
    return {"encoder": str(out), **{key: value for key, value in found.items() if key != "config"}}


def load_encoder(folder: Path | str) -> EcgViT | VideoMae:
    """A converted encoder in evaluation mode."""
    place = Path(folder) / "config.json"
    if not place.is_file():
        raise PtaclError(f"{folder} holds no converted encoder. Make one with `ptacl convert`.")
    values = json.loads(place.read_text())
    if values.get("format") != FORMAT or values.get("format_version") != FORMAT_VERSION:
        raise PtaclError(f"{folder} is no {FORMAT} of version {FORMAT_VERSION}.")
    encoder: EcgViT | VideoMae
    if values["modality"] == "ecg":
        encoder = EcgViT(from_dict(EcgViTConfig, values["config"]))
    else:
        encoder = VideoMae(from_dict(VideoMaeConfig, values["config"]))
    load_weights(encoder, Path(folder) / "model.safetensors")
    return encoder.eval()
