"""Training: a readable loop a stage, a config dataclass beside it."""

import dataclasses
from pathlib import Path
from typing import Any, Literal

from ptacl.checkpoint import Checkpoint
from ptacl.config import to_dict
from ptacl.dataset import split_rows
from ptacl.errors import PtaclError
from ptacl.store import Store, open_store
from ptacl.training.config import ContrastiveConfig
from ptacl.training.contrastive import train
from ptacl.training.masked import MaskedConfig, train_masked
from ptacl.training.presets import PRESETS
from ptacl.training.run import Config, Progress, Run
from ptacl.training.schedule import steps_of_epoch
from ptacl.training.start import model_started_from

__all__ = ["ContrastiveConfig", "MaskedConfig", "train", "train_masked", "train_preset"]

Stage = Literal["masked", "contrastive"]


def train_preset(
    store_path: Path,
    out: Path,
    preset: str,
    *,
    stage: Stage = "contrastive",
    init: Path | None = None,
    epochs: int | None = None,
    steps: int | None = None,
    batch_size: int | None = None,
    temporal_weight: float | None = None,
    seed: int = 0,
    resume: bool = False,
    progress: Progress | None = None,
) -> dict[str, float]:
    """Train by a preset, with the few things that a command may change; the last figures.

    Raises:
        PtaclError: `temporal_weight` for a masked stage, which has no temporal loss; more
            `steps` than one pass has; otherwise as the stage's own function.
    """
    store = open_store(store_path)
    chosen = PRESETS[preset]
    if stage == "masked" and temporal_weight is not None:
        raise PtaclError(
            "A masked stage has no temporal loss. Leave out --temporal-weight, or train "
            "--stage contrastive."
        )
    config = chosen.masked if stage == "masked" else chosen.training
    given = {
        "epochs": epochs if steps is None else 1,
        "batch_size": batch_size,
        "temporal_weight": temporal_weight,
        "seed": seed,
    }
    changes: dict[str, Any] = {key: value for key, value in given.items() if value is not None}
    config = dataclasses.replace(config, **changes)
    if steps is not None:
        config = limited(config, steps, len(split_rows(store, "train")))
    model = chosen.model if init is None else model_started_from(chosen.model, init)
    checkpoint = Checkpoint(
        name=out.name,
        synthetic=store.manifest.synthetic,
        model=model,
        recipe=store.recipe,
        training={"preset": preset, "stage": stage, **to_dict(config)},
        data=describe_data(store),
    )
    run: Run[Any]
    if isinstance(config, MaskedConfig):
        run = train_masked(
            store, out, checkpoint, config, init=init, resume=resume, progress=progress
        )
    else:
        run = train(store, out, checkpoint, config, init=init, resume=resume, progress=progress)
    return run.curve[-1]


def limited(config: Config, steps: int, subjects: int) -> Config:
    """A config that stops after so many steps of one epoch.

    Raises:
        PtaclError: one pass over the subjects has fewer.
    """
    whole = steps_of_epoch(subjects, config)
    if steps > whole:
        raise PtaclError(
            f"{steps} steps are more than the {whole} of one pass over {subjects} subjects. Give "
            "--epochs instead, a smaller --batch-size, or a larger store."
        )
    return dataclasses.replace(config, steps_per_epoch=steps)


def describe_data(store: Store) -> dict[str, object]:
    """Name, size, splits and provenance of a cohort, for the card."""
    return {
        "store": store.name,
        "synthetic": store.manifest.synthetic,
        "subjects": {
            "train": len(split_rows(store, "train")),
            "val": len(split_rows(store, "val")),
            "test": len(split_rows(store, "test")),
        },
        "provenance": store.manifest.provenance,
    }
