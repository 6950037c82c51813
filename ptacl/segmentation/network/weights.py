"""Files of a trained segmenter: weights of all networks (keys `INDEX/NAME`), config and card."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import safetensors.torch
import torch

from ptacl.checkpoint.side_networks import SideNetwork
from ptacl.config.command_line import with_typed
from ptacl.segmentation.network.config import FORMAT, FORMAT_VERSION, SegmenterConfig
from ptacl.segmentation.network.unet import SegmentationNetwork

SEGMENTER = SideNetwork("segmenter", "segment", SegmenterConfig, (FORMAT, FORMAT_VERSION))
_PREFIX = "weight/"


def save_segmenter(folder: Path, states: Sequence[Path], config: SegmenterConfig) -> None:
    """Write the weights of trained networks and their config; the config last.

    Args:
        folder: of the segmenter; made if absent.
        states: saved state of each network (`training.train_network`).
        config: its record.
    """
    weights = {
        f"{index}/{key.removeprefix(_PREFIX)}": value
        for index, state in enumerate(states)
        for key, value in safetensors.torch.load_file(state).items()
        if key.startswith(_PREFIX)
    }
    SEGMENTER.save(folder, weights, replace(config, commands=with_typed(config.commands, folder)))


def load_networks(folder: Path) -> list[SegmentationNetwork]:
    """Load the networks of a segmenter in evaluation mode.

    Raises:
        PtaclError: a missing, foreign or damaged file.
    """
    config = SEGMENTER.read_config(folder)
    with SEGMENTER.loading(folder) as weights:
        return [_network(config, weights, index) for index in range(config.training.networks)]


def _network(
    config: SegmenterConfig, weights: dict[str, torch.Tensor], index: int
) -> SegmentationNetwork:
    network = SegmentationNetwork(config.training.network)
    prefix = f"{index}/"
    own = {k.removeprefix(prefix): v for k, v in weights.items() if k.startswith(prefix)}
    network.load_state_dict(own)
    return network.eval()
