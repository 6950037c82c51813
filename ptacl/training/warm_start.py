"""Begin a training: from drawn weights, or from another checkpoint's (`ptacl train --init`)."""

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
    """The model of a run before its first step, and the run's checkpoint: drawn, or started from.

    Args:
        checkpoint: of the run.
        seed: of the weights that are drawn.
        init: the checkpoint to start from (`start_from`); none by default.
    """
    torch.manual_seed(seed)
    model = TwoTower(checkpoint.model)
    return model, checkpoint if init is None else start_from(model, checkpoint, init)


def start_from(model: TwoTower, checkpoint: Checkpoint, folder: Path) -> Checkpoint:
    """Load the trained parts of another checkpoint into a model.

    Both encoders must fit; one that is random in the other checkpoint has nothing to give. Heads
    of the same shape and the temperatures are taken where a contrastive stage has trained them.

    Args:
        model: changed in place.
        checkpoint: of the run that starts.
        folder: the checkpoint to start from.

    Returns:
        `checkpoint` with what was taken written into `training["init"]`, and synthetic where the
        other was trained on simulated hearts.

    Raises:
        PtaclError: no checkpoint there, or an encoder of another kind or size.
    """
    other, start = load_model(folder)
    named = {"ecg": "ecg_encoder", "cmr": "cmr_encoder"}
    wanted = [part for tower, part in named.items() if start.origin.get(tower) != RANDOM]
    for part in wanted:
        if problem := _difference(model, other, part):
            raise PtaclError(
                f"The weights in {folder} do not fit: {part} {problem}. Train by the preset whose "
                "encoders it has, or start from another checkpoint.",
                code="weights.other_architecture",
            )
    if _is_contrastive(start):
        wanted += [part for part in HEADS if not _difference(model, other, part)]
        wanted += TEMPERATURES
    given = other.state_dict()
    taken = {key: value for key, value in given.items() if key.split(".")[0] in wanted}
    model.load_state_dict(model.state_dict() | taken)
    init: dict[str, Any] = {
        "checkpoint": start.name,
        "weights_fingerprint": weights_fingerprint(folder),
        "taken": wanted,
        "training": start.training,
    }
    return dataclasses.replace(
        checkpoint,
        training=checkpoint.training | {"init": init},
        commands=(*start.data.get("commands", ()), *of_folder(start.commands, start.name)),
        synthetic=checkpoint.synthetic or start.synthetic,
    )


def model_started_from(preset: TwoTowerConfig, folder: Path) -> TwoTowerConfig:
    """The architecture of a preset with the encoders of the checkpoint that it starts from.

    What size the released encoders have is known from their files alone, so a preset that starts
    from one chooses the kind of its encoders only.

    Raises:
        PtaclError: no checkpoint there, or encoders of another kind than the preset's.
    """
    start = read_config(folder).model
    for modality in ("ecg", "cmr"):
        found, wanted = getattr(start, modality).kind, getattr(preset, modality).kind
        if found != wanted:
            raise PtaclError(
                f"The {modality} encoder in {folder} is of the kind {found!r}, this preset trains "
                f"the kind {wanted!r}. Choose the preset that it belongs to.",
                code="weights.other_architecture",
            )
    return dataclasses.replace(preset, ecg=start.ecg, cmr=start.cmr)


def _is_contrastive(start: Checkpoint) -> bool:
    """Whether heads were trained; the first checkpoints had one stage and did not name it."""
    return start.training.get("stage", "contrastive" if start.training else None) == "contrastive"


def _difference(model: TwoTower, other: TwoTower, part: str) -> str:
    """What keeps a part of one model from being loaded into another; empty where nothing does."""
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
