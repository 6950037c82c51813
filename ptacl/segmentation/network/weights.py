"""Files of a trained segmenter: weights (safetensors), config and card; nothing pickled.

model.safetensors   the weights of all networks, keys `INDEX/NAME`
config.json         `config.SegmenterConfig`
README.md           the card, generated from the config
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import safetensors
import safetensors.torch
import torch

from ptacl.checkpoint.shipped import shipped_checkpoints
from ptacl.config.command_line import with_typed
from ptacl.config.json_record import COPY_AGAIN, check_format, read_record
from ptacl.config.strict_json import from_dict, to_dict
from ptacl.errors import PtaclError
from ptacl.segmentation.network.config import FORMAT, FORMAT_VERSION, SegmenterConfig
from ptacl.segmentation.network.unet import SegmentationNetwork
from ptacl.store import write_atomically

WEIGHTS, CONFIG = "model.safetensors", "config.json"
_PREFIX = "weight/"


def shipped_segmenter() -> Path:
    """Return the folder of the segmenter that comes with PTACL."""
    return shipped_checkpoints() / "segmenter"


def save_segmenter(folder: Path, states: Sequence[Path], config: SegmenterConfig) -> None:
    """Write the weights of trained networks and their config; the config last.

    Args:
        folder: of the segmenter; made if absent.
        states: saved state of each network (`training.train_network`).
        config: its record.
    """
    folder.mkdir(parents=True, exist_ok=True)
    weights = {}
    for index, state in enumerate(states):
        for key, value in safetensors.torch.load_file(state).items():
            if key.startswith(_PREFIX):
                weights[f"{index}/{key.removeprefix(_PREFIX)}"] = value
    temporary = folder / f".{WEIGHTS}.tmp"
    temporary.write_bytes(safetensors.torch.save(weights))
    temporary.replace(folder / WEIGHTS)
    write_config(folder, replace(config, commands=with_typed(config.commands, folder)))


def write_config(folder: Path, config: SegmenterConfig) -> None:
    """Write the config of a segmenter."""
    write_atomically(folder / CONFIG, json.dumps(to_dict(config), indent=1))


def read_segmenter_config(folder: Path) -> SegmenterConfig:
    """Read the config of a segmenter.

    Raises:
        PtaclError: the folder holds no segmenter, or one of another format or version.
    """
    if not (folder / CONFIG).is_file():
        raise PtaclError(
            f"{folder} is no segmenter: it holds no {CONFIG}. Give the folder that `ptacl train "
            "OUT --stage segment` wrote.",
            code="checkpoint.not_found",
        )
    values = read_record(folder / CONFIG, COPY_AGAIN)
    do = "Train the segmenter again."
    check_format(values, (FORMAT, FORMAT_VERSION), folder, do, code="checkpoint.other_version")
    return from_dict(SegmenterConfig, values)


def load_networks(folder: Path) -> list[SegmentationNetwork]:
    """Load the networks of a segmenter in evaluation mode.

    Raises:
        PtaclError: a missing, foreign or damaged file.
    """
    config = read_segmenter_config(folder)
    try:
        weights = safetensors.torch.load_file(folder / WEIGHTS)
        return [_network(config, weights, index) for index in range(config.training.networks)]
    except (OSError, safetensors.SafetensorError, RuntimeError) as error:
        raise PtaclError(
            f"{folder / WEIGHTS} does not hold the weights of this segmenter ({error}). "
            f"{COPY_AGAIN}",
            code="weights.unreadable",
        ) from error


def _network(
    config: SegmenterConfig, weights: dict[str, torch.Tensor], index: int
) -> SegmentationNetwork:
    network = SegmentationNetwork(config.training.network)
    prefix = f"{index}/"
    own = {k.removeprefix(prefix): v for k, v in weights.items() if k.startswith(prefix)}
    network.load_state_dict(own)
    return network.eval()


def segmenter_version(folder: Path) -> str:
    """Return twelve hexadecimal digits that identify the weights of a segmenter."""
    return hashlib.sha256((folder / WEIGHTS).read_bytes()).hexdigest()[:12]
