"""Initial weights of a training: random, or from another checkpoint (`ptacl train --init`)."""

import dataclasses
from pathlib import Path
from typing import Any

import torch

from ptacl.checkpoint.files import RANDOM, Checkpoint, load_model, read_config, weights_fingerprint
from ptacl.config.command_line import of_folder
from ptacl.encoders.two_tower import TwoTower, TwoTowerConfig
from ptacl.errors import PtaclError

HEADS = ("ecg_head", "cmr_head", "ecg_time_head", "cmr_time_head")
TEMPERATURES = ("patient_logit_scale", "temporal_logit_scale")


def begin_model(
    checkpoint: Checkpoint, seed: int, init: Path | None
) -> tuple[TwoTower, Checkpoint]:
    """Make the initial model of a run.

    Args:
        checkpoint: of the run.
        seed: of the random weights.
        init: checkpoint to start from (`start_from`); none by default.

    Returns:
        The model, and the checkpoint of the run with the provenance of the initial weights.
    """
    torch.manual_seed(seed)
    model = TwoTower(checkpoint.model)
    return model, checkpoint if init is None else start_from(model, checkpoint, init)


def start_from(model: TwoTower, checkpoint: Checkpoint, folder: Path) -> Checkpoint:
    """Load the trained parts of another checkpoint into a model.

    Both encoders must fit; an encoder with random weights is not loaded. Heads of the same shape
    and the temperatures are loaded if a contrastive stage has trained them.

    Args:
        model: changed in place.
        checkpoint: of the run that starts.
        folder: the checkpoint to start from.

    Returns:
        `checkpoint` with the loaded parts recorded in `training["init"]`, marked synthetic if the
        other one was trained on simulated hearts.

    Raises:
        PtaclError: no checkpoint in the folder, or an encoder of another kind or size.
    """
    other, start = load_model(folder)
    encoders = {"ecg": "ecg_encoder", "cmr": "cmr_encoder"}
    parts = [part for tower, part in encoders.items() if start.origin.get(tower) != RANDOM]
    for part in parts:
        if problem := _difference(model, other, part):
            raise PtaclError(
                f"The weights in {folder} do not fit: {part} {problem}. Train by the preset with "
                "the same encoders, or start from another checkpoint.",
                code="weights.other_architecture",
            )
    if _is_contrastive(start):
        parts += [part for part in HEADS if not _difference(model, other, part)]
        parts += TEMPERATURES
    weights = {k: value for k, value in other.state_dict().items() if k.split(".")[0] in parts}
    model.load_state_dict(model.state_dict() | weights)
    init: dict[str, Any] = {
        "checkpoint": start.name,
        "weights_fingerprint": weights_fingerprint(folder),
        "taken": parts,
        "training": start.training,
    }
    return dataclasses.replace(
        checkpoint,
        training=checkpoint.training | {"init": init},
        commands=(*start.data.get("commands", ()), *of_folder(start.commands, start.name)),
        synthetic=checkpoint.synthetic or start.synthetic,
    )


def model_started_from(preset: TwoTowerConfig, folder: Path) -> TwoTowerConfig:
    """Replace the encoders of a preset's architecture by those of a checkpoint.

    The size of the released encoders is known from their files only, so a preset that starts from a
    checkpoint determines only the kind of its encoders.

    Args:
        preset: architecture of the preset.
        folder: the checkpoint to start from.

    Raises:
        PtaclError: no checkpoint in the folder, or encoders of another kind than the preset's.
    """
    start = read_config(folder).model
    for modality in ("ecg", "cmr"):
        kind, expected = getattr(start, modality).kind, getattr(preset, modality).kind
        if kind != expected:
            raise PtaclError(
                f"The {modality} encoder in {folder} is of the kind {kind!r}, this preset trains "
                f"the kind {expected!r}. Choose the preset of that kind.",
                code="weights.other_architecture",
            )
    return dataclasses.replace(preset, ecg=start.ecg, cmr=start.cmr)


def _is_contrastive(start: Checkpoint) -> bool:
    """Return whether heads were trained; the first checkpoints did not name their only stage."""
    return start.training.get("stage", "contrastive" if start.training else None) == "contrastive"


def _difference(model: TwoTower, other: TwoTower, part: str) -> str:
    """Describe why a part of one model cannot be loaded into another; empty if it can."""
    ours, theirs = (_shapes(entry, part) for entry in (model, other))
    if keys := ours.keys() ^ theirs.keys():
        return f"has {min(keys)!r} in only one of the two ({len(keys)} such weights)"
    different = [key for key in ours if ours[key] != theirs[key]]
    if not different:
        return ""
    key = different[0]
    return f"has {key!r} of shape {theirs[key]} there and {ours[key]} here"


def _shapes(model: TwoTower, part: str) -> dict[str, tuple[int, ...]]:
    return {
        key.removeprefix(f"{part}."): tuple(value.shape)
        for key, value in model.state_dict().items()
        if key.split(".")[0] == part
    }
