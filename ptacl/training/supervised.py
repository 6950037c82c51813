"""Supervised training of one tower on the phenotypes: set up, fit, validate, save.

Of the ECG tower it is the baseline that needs no cines, only the phenotypes measured in them;
started from the encoder of another checkpoint, it is fine-tuning. Of the CMR tower it is a first
stage (`ptacl train --stage cmr`): the contrastive stage that starts from its checkpoint by --init
begins with cines that are ordered by volume and function. Both take the config of the contrastive
training, so that epochs, batches, learning rate and augmentation are the same.
"""

import dataclasses
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import torch
from jaxtyping import Float
from torch import Tensor, nn

from ptacl.checkpoint.files import RANDOM, Checkpoint
from ptacl.data.augment import apply_ecg, draw_ecg
from ptacl.data.batches import Batch, BatchFields, batches
from ptacl.data.splits import split_rows
from ptacl.encoders.time_steps import step_phase
from ptacl.encoders.two_tower import TwoTower
from ptacl.store import Store
from ptacl.training.config import ContrastiveConfig
from ptacl.training.device import precision
from ptacl.training.distributed import join_ranks
from ptacl.training.epochs import train_epochs
from ptacl.training.phenotype_heads import (
    TOWERS,
    Tower,
    phenotype_heads,
    phenotype_loss,
    standard_phenotypes,
)
from ptacl.training.run import Progress, Run
from ptacl.training.views import draw_step, encode_cine
from ptacl.training.warm_start import begin_model

VALIDATE_BATCH = 64


def train_supervised(
    store: Store,
    out: Path,
    checkpoint: Checkpoint,
    config: ContrastiveConfig,
    *,
    tower: Tower = "ecg",
    init: Path | None = None,
    resume: bool = False,
    progress: Progress | None = None,
    writers: Sequence[str] = (),
) -> Run[ContrastiveConfig]:
    """Train the encoder of one tower to predict the phenotypes and save it as a checkpoint.

    One linear head per phenotype reads the pooled features during training and is discarded
    (`phenotype_heads`). The other encoder is not trained: the checkpoint states that it is random
    (`Checkpoint.origin`), unless `init` gave it, so that a training that starts from the checkpoint
    does not load it.

    Args:
        store: the cohort.
        out: folder of the checkpoint.
        checkpoint: architecture and provenance, saved with the weights.
        config: epochs, batches, learning rate, augmentation, seed; frames of a cine per step.
        tower: the encoder to train.
        init: checkpoint to start from; random weights by default.
        resume: continue from `state/` if it exists.
        progress: called with (step, total steps, latest metrics).
        writers: names of `writers.WRITERS`.

    Returns:
        The run.

    Raises:
        PtaclError: as in `contrastive.train`.
    """
    fields = BatchFields(cine=tower == "cmr", phenotypes=True)
    with join_ranks() as ranks:
        model, checkpoint = begin_model(checkpoint, config.seed, init)
        checkpoint = _untrained_marked(checkpoint, tower)
        heads = phenotype_heads(model, (tower,))
        learner = nn.ModuleDict({"model": model, "heads": heads}).to(ranks.device)
        run = Run(out, model, checkpoint, config, learner=learner, ranks=ranks)
        train_epochs(
            run, store, partial(_train_step, run, heads[tower], tower),
            partial(_validate, run, heads[tower], tower, store, fields),
            fields=fields, resume=resume, progress=progress, writers=writers,
        )  # fmt: skip
    return run


def pooled_features(model: TwoTower, batch: Batch, tower: Tower) -> Float[Tensor, "batch width"]:
    """Return the pooled vectors of a tower, the input of the projection head of the patient loss.

    Args:
        model: the two towers.
        batch: unaugmented; with pixels for the CMR tower.
        tower: the encoder.
    """
    if tower == "ecg":
        encoder = model.ecg_encoder
        return encoder.spread(encoder.encode(batch.ecg, batch.segment_valid).pooled)
    phase = step_phase(batch.frame_phase, model.cmr_encoder.frames_per_step)
    encoded = model.cmr_encoder.encode(model.cmr_encoder.images(batch.cine), phase)
    return model.cmr_encoder.spread(encoded.pooled)


def _augmented_features(
    model: TwoTower,
    batch: Batch,
    tower: Tower,
    config: ContrastiveConfig,
    generator: torch.Generator,
) -> Float[Tensor, "batch width"]:
    """Return the pooled vectors of augmented subjects, of a few frames of each cine."""
    if tower == "ecg":
        ecg = apply_ecg(batch.ecg, draw_ecg(config.augment, batch.ecg.shape, generator))
        return pooled_features(model, dataclasses.replace(batch, ecg=ecg), tower)
    draw = draw_step(model, batch, config, len(batch.rows), generator)
    return model.cmr_encoder.spread(encode_cine(model, batch, draw)[0].pooled)


def _train_step(
    run: Run[ContrastiveConfig],
    head: nn.Module,
    tower: Tower,
    batch: Batch,
    step: int,
    subjects: int,
) -> dict[str, float]:
    config, ranks = run.config, run.ranks
    generator = run.draw_alone(step)
    run.learner.train()
    with precision(config, ranks.device):
        predicted = head(_augmented_features(run.model, batch, tower, config, generator))
    loss = phenotype_loss(predicted, standard_phenotypes(batch))
    return run.descend({"loss": loss}, share=len(batch.rows) / subjects)


@torch.inference_mode()
def _validate(
    run: Run[ContrastiveConfig], head: nn.Module, tower: Tower, store: Store, fields: BatchFields
) -> dict[str, float]:
    model = run.model.eval()
    rows = split_rows(store, "val", run.config.validate_subjects)
    predicted, measured = [], []
    segment = model.ecg_encoder.segment_samples
    for loaded in batches(store, rows, VALIDATE_BATCH, segment, fields):
        batch = loaded.to(run.ranks.device)
        predicted.append(head(pooled_features(model, batch, tower)))
        measured.append(standard_phenotypes(batch))
    return {"validation_loss": float(phenotype_loss(torch.cat(predicted), torch.cat(measured)))}


def _untrained_marked(checkpoint: Checkpoint, tower: Tower) -> Checkpoint:
    """Mark the other encoder as random unless the initial checkpoint gave it."""
    (other,) = (name for name in TOWERS if name != tower)
    if f"{other}_encoder" in checkpoint.training.get("init", {}).get("taken", ()):
        return checkpoint
    return dataclasses.replace(checkpoint, origin=checkpoint.origin | {other: RANDOM})
