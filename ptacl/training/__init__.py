"""Training: a readable loop a stage, a config dataclass beside it."""

import dataclasses
from pathlib import Path

from ptacl.checkpoint import Checkpoint
from ptacl.config import to_dict
from ptacl.dataset import split_rows
from ptacl.store import Store, open_store
from ptacl.training.config import ContrastiveConfig
from ptacl.training.contrastive import Progress, train
from ptacl.training.presets import PRESETS

__all__ = ["ContrastiveConfig", "train", "train_preset"]


def train_preset(
    store_path: Path,
    out: Path,
    preset: str,
    *,
    epochs: int | None = None,
    temporal_weight: float | None = None,
    seed: int = 0,
    resume: bool = False,
    progress: Progress | None = None,
) -> dict[str, float]:
    """Train by a preset, with the few things that a command may change; the last figures."""
    store = open_store(store_path)
    chosen = PRESETS[preset]
    changes: dict[str, float] = {"seed": seed}
    if epochs is not None:
        changes["epochs"] = epochs
    if temporal_weight is not None:
        changes["temporal_weight"] = temporal_weight
    config = dataclasses.replace(chosen.training, **changes)  # type: ignore[arg-type]
    checkpoint = Checkpoint(
        name=out.name,
        synthetic=store.manifest.synthetic,
        model=chosen.model,
        recipe=store.recipe,
        training={"preset": preset, **to_dict(config)},
        data=describe_data(store),
    )
    run = train(store, out, checkpoint, config, resume=resume, progress=progress)
    return run.curve[-1]


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
