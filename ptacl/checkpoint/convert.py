"""Conversion of encoders that their authors released into a PTACL checkpoint."""

from pathlib import Path
from typing import Any

import torch

from ptacl.checkpoint.files import RANDOM, Checkpoint, save_checkpoint
from ptacl.checkpoint.reports import Metrics
from ptacl.encoders.cmr import VideoMae, VideoMaeConfig
from ptacl.encoders.ecg import EcgViT, EcgViTConfig
from ptacl.encoders.released import describe, load_released
from ptacl.encoders.two_tower import TwoTower, TwoTowerConfig
from ptacl.errors import BadInput, PtaclError
from ptacl.signal.recipe import CineRecipe, EcgRecipe, Recipe

SEED = 0
"""Of the heads, and of an encoder that is not given."""
FIELD_OF_VIEW_MM = CineRecipe().size * CineRecipe().spacing_mm


def convert_released(source: Path, out: Path, other: Path | None = None) -> list[dict[str, Any]]:
    """Write a checkpoint of released encoders.

    The checkpoint can embed, be evaluated with newly fitted heads, and initialise a training. The
    projection heads are random, and so is the encoder that is not given (`Checkpoint.origin`). The
    preprocessing is PTACL's at the size of the encoders' input, as the authors do not release their
    own: 500 Hz, 0.5 Hz high-pass, millivolts; cines 0 to 1.

    Args:
        source: folder with `config.json` and `model.safetensors` (or `pytorch_model.bin`, read
            weights-only), of an ECG or a CMR encoder.
        out: folder of the checkpoint; made if absent.
        other: folder of the other modality's encoder.

    Returns:
        for each folder: modality, sizes, checksum.

    Raises:
        PtaclError: a missing or unexpected key, an unknown architecture, an input that no store
            can have, twice the same modality, or a checkpoint in `out`.
    """
    if (out / "config.json").is_file():
        raise PtaclError(
            f"{out} holds a checkpoint already. Choose another folder.", code="output.exists"
        )
    folders = [source] if other is None else [source, other]
    encoders = {modality_of(encoder): encoder for encoder in map(load_released, folders)}
    if len(encoders) < len(folders):
        raise PtaclError(
            f"{source} and {other} hold encoders of one modality. Give an ECG and a CMR encoder.",
            code="option.conflict",
        )
    descriptions = [describe(folder) for folder in folders]
    ecg, cmr = encoders.get("ecg"), encoders.get("cmr")
    config = TwoTowerConfig(
        ecg=ecg.config if isinstance(ecg, EcgViT) else EcgViTConfig(),
        cmr=cmr.config if isinstance(cmr, VideoMae) else VideoMaeConfig(),
    )
    recipe = recipe_for(config, source)
    torch.manual_seed(SEED)
    model = TwoTower(config)
    for modality, encoder in encoders.items():
        getattr(model, f"{modality}_encoder").load_state_dict(encoder.state_dict())
    origin = {"ecg": RANDOM, "cmr": RANDOM} | {
        facts["modality"]: f"released in {folder.name}, {facts['weights']} {facts['sha256']}"
        for folder, facts in zip(folders, descriptions, strict=True)
    }
    save_checkpoint(
        out, model, Checkpoint(out.name, False, config, recipe, origin=origin), Metrics()
    )
    return [
        {key: value for key, value in facts.items() if key != "config"} for facts in descriptions
    ]


def modality_of(encoder: EcgViT | VideoMae) -> str:
    """Return the modality of an encoder: `ecg` or `cmr`."""
    return "ecg" if isinstance(encoder, EcgViT) else "cmr"


def recipe_for(config: TwoTowerConfig, source: Path) -> Recipe:
    """Return PTACL's preprocessing at the size of the encoders' input.

    The field of view is that of the default recipe.

    Args:
        config: of both encoders.
        source: the folder of the released encoder, for messages.

    Raises:
        BadInput: other than 12 leads, or frames that are not square.
    """
    ecg, cmr = config.ecg, config.cmr
    assert isinstance(ecg, EcgViTConfig) and isinstance(cmr, VideoMaeConfig)
    if ecg.leads != 12 or cmr.rows != cmr.columns:
        raise BadInput(
            source,
            f"an encoder of {ecg.leads} leads, or of {cmr.rows} × {cmr.columns} pixels",
            "give encoders of 12 leads and square frames, as stores hold them",
            code="weights.other_architecture",
        )
    cine = CineRecipe(frames=cmr.frames, size=cmr.rows, spacing_mm=FIELD_OF_VIEW_MM / cmr.rows)
    return Recipe(ecg=EcgRecipe(), cine=cine)
