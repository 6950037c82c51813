"""Training: a readable loop a stage, a config dataclass beside it."""

import dataclasses
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

from ptacl.checkpoint.files import Checkpoint
from ptacl.config.command_line import of_folder
from ptacl.config.strict_json import to_dict
from ptacl.data.splits import split_rows
from ptacl.encoders.two_tower import TwoTowerConfig
from ptacl.errors import PtaclError
from ptacl.store import Store, open_store
from ptacl.training.config import ContrastiveConfig, StageConfig
from ptacl.training.contrastive import train
from ptacl.training.masked import MaskedConfig, train_masked
from ptacl.training.presets import PRESETS, Changes
from ptacl.training.run import Config, Progress, Run
from ptacl.training.schedule import steps_of_epoch
from ptacl.training.supervised import train_supervised
from ptacl.training.warm_start import model_started_from

__all__ = ["STAGES", "Changes", "ContrastiveConfig", "MaskedConfig", "train", "train_masked",
           "train_preset"]  # fmt: skip

STAGES: dict[str, Callable[..., Run[Any]]] = {
    "masked": train_masked,
    "contrastive": train,
    "supervised": train_supervised,
}


def train_preset(
    store_path: Path,
    out: Path,
    preset: str,
    changes: Changes | None = None,
    *,
    stage: Literal["masked", "contrastive"] = "contrastive",
    init: Path | None = None,
    resume: bool = False,
    progress: Progress | None = None,
) -> dict[str, float]:
    """Train by a preset; the last figures.

    Args:
        store_path: folder of the cohort.
        out: folder of the checkpoint.
        preset: its name.
        changes: what is to differ from it.
        stage: which of its trainings.
        init: a checkpoint whose encoders, with their architecture, are the start.
        resume: go on with a started run.
        progress: called with (step, steps in all, the newest figures).

    Raises:
        PtaclError: changes that this stage or this store cannot have (`changed`); otherwise as the
            stage's own function.
    """
    store, chosen = open_store(store_path), PRESETS[preset]
    config: StageConfig = chosen.masked if stage == "masked" else chosen.training
    if changes:
        config = changed(config, changes, store)
    model = chosen.model if init is None else model_started_from(chosen.model, init)
    training = {"preset": preset, "stage": stage, **to_dict(config)}
    checkpoint = new_checkpoint(store, out.name, model, training)
    run = STAGES[stage](store, out, checkpoint, config, init=init, resume=resume, progress=progress)
    return run.curve[-1]


def changed(config: Config, changes: Changes, store: Store) -> Config:
    """A preset's config with what a person wants otherwise.

    Raises:
        PtaclError: a temporal weight for a stage without a temporal loss; more steps than one pass
            over the store's training subjects has.
    """
    if changes.temporal_weight is not None and not isinstance(config, ContrastiveConfig):
        raise PtaclError(
            "A masked stage has no temporal loss. Leave out --temporal-weight, or train "
            "--stage contrastive.",
            code="option.conflict",
        )
    wanted: dict[str, Any] = dataclasses.asdict(changes)
    steps = wanted.pop("steps")
    given = {key: value for key, value in wanted.items() if value is not None}
    config = dataclasses.replace(config, **given)
    if steps is None:
        return config
    return limited(dataclasses.replace(config, epochs=1), steps, len(split_rows(store, "train")))


def limited(config: Config, steps: int, subjects: int) -> Config:
    """A config that stops after so many steps of one epoch.

    Raises:
        PtaclError: one pass over the subjects has fewer.
    """
    whole = steps_of_epoch(subjects, config)
    if steps > whole:
        raise PtaclError(
            f"{steps} steps are more than the {whole} of one pass over {subjects} subjects. Give "
            "--epochs instead, a smaller --batch-size, or a larger store.",
            code="option.conflict",
        )
    return dataclasses.replace(config, steps_per_epoch=steps)


def new_checkpoint(
    store: Store, name: str, model: TwoTowerConfig, training: dict[str, Any]
) -> Checkpoint:
    """What a training on a store will write beside its weights."""
    return Checkpoint(
        name=name,
        synthetic=store.manifest.synthetic,
        model=model,
        recipe=store.recipe,
        training=training,
        data=_describe_data(store),
    )


def _describe_data(store: Store) -> dict[str, object]:
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
        "commands": list(of_folder(store.manifest.commands, store.path.name)),
    }
