"""Training stages: one loop and one config dataclass per stage."""

import dataclasses
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Literal

from ptacl.checkpoint.files import Checkpoint
from ptacl.config.command_line import of_folder
from ptacl.config.strict_json import to_dict
from ptacl.data.augment import AugmentConfig
from ptacl.data.augment.policy import check_units
from ptacl.data.splits import rows_by_split, split_rows
from ptacl.encoders.two_tower import TwoTowerConfig
from ptacl.errors import PtaclError
from ptacl.store import Store, open_store
from ptacl.synthetic import SIMULATION_VERSION
from ptacl.training.config import CONTRASTIVE_OPTIONS, ContrastiveConfig, StageConfig
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
    "cmr": partial(train_supervised, tower="cmr"),
}
"""Training function of each stage. `supervised` trains the ECG tower alone on the phenotypes, `cmr`
the CMR tower."""


def train_preset(
    store_path: Path,
    out: Path,
    preset: str,
    changes: Changes | None = None,
    *,
    stage: Literal["masked", "cmr", "contrastive"] = "contrastive",
    init: Path | None = None,
    resume: bool = False,
    progress: Progress | None = None,
    writers: Sequence[str] = (),
) -> dict[str, float]:
    """Train a model by a preset.

    Args:
        store_path: folder of the store; with `changes.simulated` it gives the preprocessing and the
            validation split only.
        out: folder of the checkpoint.
        preset: name of the preset.
        changes: settings that override the preset.
        stage: stage of training.
        init: checkpoint to start from; its encoder architectures replace those of the preset.
        resume: continue a run that was started.
        progress: called with (step, total steps, latest metrics).
        writers: names of `writers.WRITERS` that get the figures.

    Returns:
        The metrics of the last epoch.

    Raises:
        PtaclError: changes that do not apply to this stage or store (`changed`); also the errors of
            the stage.
    """
    store, recipe = open_store(store_path), PRESETS[preset]
    config: StageConfig = recipe.masked if stage == "masked" else recipe.training
    if changes:
        config = changed(config, changes, store, stage=stage)
    model = recipe.model if init is None else model_started_from(recipe.model, init)
    training = {"preset": preset, "stage": stage, **to_dict(config)}
    checkpoint = new_checkpoint(store, out.name, model, training)
    run = STAGES[stage](
        store, out, checkpoint, config, init=init, resume=resume, progress=progress,
        writers=writers,
    )  # fmt: skip
    return run.curve[-1]


def changed(
    config: Config, changes: Changes, store: Store, *, stage: str = "contrastive"
) -> Config:
    """Apply changes to the config of a preset.

    Args:
        config: of the preset.
        changes: settings that override it.
        store: the cohort, whose size limits the number of steps.
        stage: of the training.

    Raises:
        PtaclError: an option of a loss that this stage does not have; a policy for a stage without
            ECGs, or for a store in other units; more steps than one pass over the training subjects
            has.
    """
    values: dict[str, Any] = dataclasses.asdict(changes)
    for name, loss in CONTRASTIVE_OPTIONS.items():
        if values[name] is not None and stage != "contrastive":
            raise PtaclError(
                f"--stage {stage} has no {loss}. Leave out --{name.replace('_', '-')}, or train "
                "--stage contrastive.",
                code="option.conflict",
            )
    steps, values["simulated"] = values.pop("steps"), changes.simulated
    if (policy := values.pop("policy")) is not None:
        values["augment"] = _with_policy(config, policy, store, stage)
    config = dataclasses.replace(config, **{k: v for k, v in values.items() if v is not None})
    if steps is None:
        return config
    drawn = config.simulated
    stored = split_rows(store, "train", config.train_subjects)
    subjects = drawn.hearts * drawn.passes if drawn else len(stored)
    return limited(dataclasses.replace(config, epochs=1), steps, subjects)


def _with_policy(
    config: StageConfig, policy: tuple[int, float], store: Store, stage: str
) -> AugmentConfig:
    """Return the augmentation of a config with the random policy."""
    if stage == "cmr":
        raise PtaclError(
            "--stage cmr reads no ECG. Leave out --policy, or train another stage.",
            code="option.conflict",
        )
    check_units(store.recipe.ecg)
    operations, magnitude = policy
    return dataclasses.replace(
        config.augment, policy_operations=operations, policy_magnitude=magnitude
    )


def limited(config: Config, steps: int, subjects: int) -> Config:
    """Limit the steps of an epoch.

    Args:
        config: of the stage.
        steps: steps per epoch.
        subjects: number of training subjects.

    Raises:
        PtaclError: one pass over the subjects has fewer steps.
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
    """Make the checkpoint record of a training on a store."""
    return Checkpoint(
        name=name,
        synthetic=store.manifest.synthetic,
        model=model,
        recipe=store.recipe,
        training=training,
        data=_describe_drawn(store, training) or _describe_data(store, training),
    )


def _describe_drawn(store: Store, training: dict[str, Any]) -> dict[str, object]:
    """Describe hearts that are drawn during the training; empty where it reads a store."""
    drawn = training.get("simulated")
    if not drawn:
        return {}
    return {
        "store": store.name,
        "synthetic": True,
        "subjects": {"train": drawn["hearts"], "val": len(split_rows(store, "val")), "test": 0},
        "provenance": {
            "simulation": {
                "seed": drawn["seed"], "coupling": drawn["coupling"], "ages": drawn["ages"],
                "subjects": drawn["hearts"], "version": SIMULATION_VERSION,
                "passes": drawn["passes"],
            }
        },
    }  # fmt: skip


def _describe_data(store: Store, training: dict[str, Any]) -> dict[str, object]:
    """Return name, split sizes and provenance of a cohort, for the model card."""
    return {
        "store": store.name,
        "synthetic": store.manifest.synthetic,
        "subjects": {
            "train": len(split_rows(store, "train", training.get("train_subjects"))),
            "val": len(rows_by_split(store, "val")),
            "test": len(rows_by_split(store, "test")),
        },
        "provenance": store.manifest.provenance,
        "commands": list(of_folder(store.manifest.commands, store.path.name)),
    }
