"""Contrastive training of the two towers: set up, fit, validate, save.

Each step draws from a generator seeded by (seed, step) and each epoch from (seed, epoch), for the
whole batch on every rank (`views.py`): a run that was killed and resumed follows the same curve as
one that was not, and so does one on another number of ranks, but for the rounding of sums.
"""

import math
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from einops import rearrange
from torch import Tensor

from ptacl.alignment import errors_in_frames, similarity
from ptacl.checkpoint import Checkpoint
from ptacl.dataset import Batch, split_rows
from ptacl.embed import embed_rows
from ptacl.encoders.time_steps import step_phase
from ptacl.encoders.two_tower import TwoTower
from ptacl.losses import (
    cyclic_targets,
    nearest_hearts,
    patient_contrastive,
    patient_sigmoid,
    phase_pool,
    phenotype_alikeness,
    temporal_contrastive,
)
from ptacl.metrics import own_ranks, recall_at_k
from ptacl.store import Store
from ptacl.training.cached import backward
from ptacl.training.config import ContrastiveConfig
from ptacl.training.ranks import Ranks, join_ranks
from ptacl.training.reader import epoch_batches
from ptacl.training.run import Run
from ptacl.training.seeds import step_seed
from ptacl.training.views import Draws, Views, draw_step, encode

Progress = Callable[[int, int, dict[str, float]], None]


def train(
    store: Store,
    out: Path,
    checkpoint: Checkpoint,
    config: ContrastiveConfig,
    *,
    resume: bool = False,
    progress: Progress | None = None,
) -> Run:
    """Train a model and leave a checkpoint in `out`; returns the run, its model in evaluation mode.

    Args:
        store: the cohort; its training split is learned, its validation split watched.
        out: folder of the checkpoint; `state/` inside it holds what resuming needs.
        checkpoint: architecture and provenance, written beside the weights.
        config: the recipe of the training.
        resume: go on from `state/` where there is one.
        progress: called with (step, steps in all, the newest figures).

    Raises:
        PtaclError: `out` holds a started run and `resume` is false, or another run's state.
    """
    with join_ranks() as ranks:
        torch.manual_seed(config.seed)
        model = TwoTower(checkpoint.model).to(ranks.device)
        run = Run(out, model, checkpoint, config, ranks)
        start = run.resume_or_begin(resume)
        rows = split_rows(store, "train")
        for epoch in range(start, config.epochs):
            figures = train_epoch(run, store, rows, epoch, progress if ranks.first else None)
            due = (epoch + 1) % config.validate_every == 0 or epoch + 1 == config.epochs
            if due and ranks.first:
                figures |= validate(model, store, config)
            run.finish_epoch(ranks.share(figures))
    model.eval()
    return run


def train_epoch(
    run: Run, store: Store, rows: np.ndarray, epoch: int, progress: Progress | None
) -> dict[str, float]:
    """Every training subject once, in a drawn order; the mean losses and the time it took."""
    config, started = run.config, time.perf_counter()
    per_epoch = max(1, len(rows) // config.batch_size)
    segment = run.model.ecg_encoder.segment_samples
    losses = []
    for step, batch in epoch_batches(store, rows, config, segment, epoch, per_epoch, run.ranks):
        set_learning_rate(run.optimizer, config, step, per_epoch * config.epochs)
        subjects = min(len(rows), config.batch_size)
        losses.append(optimise(run, batch.to(run.ranks.device), step, subjects))
        if progress:
            progress(step + 1, per_epoch * config.epochs, losses[-1])
    figures = {key: float(np.mean([loss[key] for loss in losses])) for key in losses[0]}
    return figures | {"epoch": epoch + 1, "seconds": time.perf_counter() - started}


def training_loss(
    model: TwoTower,
    views: Views,
    batch: Batch,
    draws: Draws,
    config: ContrastiveConfig,
    ranks: Ranks,
    subjects: int,
) -> dict[str, Tensor]:
    """This rank's share of the loss of a batch of `subjects`, and of its two parts.

    The shares of all ranks add up to the loss. Patients are compared across all of them; times
    within each patient, on the rank that has it.
    """
    patient = patient_loss(model, views, batch, config, ranks, subjects) / ranks.count
    if not config.temporal_weight:
        return {"loss": patient, "patient_loss": patient}
    phase = step_phase(batch.frame_phase.gather(1, draws.picked), model.cmr_encoder.frames_per_step)
    segments = phase_pool(model.ecg_steps(views.ecg.tokens), batch.segment_phase, phase)
    width = config.temporal_soft_width
    temporal = temporal_contrastive(
        segments,
        model.cmr_steps(views.cmr.tokens),
        model.temporal_temperature(),
        centred=config.centred,
        targets=cyclic_targets(phase, width) if width else None,
    )
    temporal = temporal * (len(batch.rows) / subjects)
    loss = patient + config.temporal_weight * temporal
    return {"loss": loss, "patient_loss": patient, "temporal_loss": temporal}


def patient_loss(
    model: TwoTower,
    views: Views,
    batch: Batch,
    config: ContrastiveConfig,
    ranks: Ranks,
    subjects: int,
) -> Tensor:
    """The patient loss of the whole batch, the mean over the anchors of each cine."""
    ecg = model.ecg_head(model.ecg_encoder.spread(ranks.gather(views.ecg.pooled, subjects)))
    read = views.cmr.pooled[:, None] if views.anchors is None else views.anchors
    pooled = rearrange(ranks.gather(read, subjects), "b anchor w -> (anchor b) w")
    anchors = model.cmr_head(model.cmr_encoder.spread(pooled)).chunk(read.shape[1])
    alike = None
    if config.patient_targets == "phenotypes":
        assert batch.phenotypes is not None, "the reader brings the phenotypes"
        alike = phenotype_alikeness(ranks.gather(batch.phenotypes, subjects))
    ignored = None
    if config.patient_targets == "neighbours":
        ignored = nearest_hearts(torch.cat(anchors, dim=1), config.alike_hearts)
    loss = patient_sigmoid if config.patient_loss == "sigmoid" else patient_contrastive
    temperature = model.patient_temperature()
    losses = [loss(ecg, cmr, temperature, alike=alike, ignored=ignored) for cmr in anchors]
    return torch.stack(losses).mean()


def set_learning_rate(
    optimizer: torch.optim.Optimizer, config: ContrastiveConfig, step: int, steps: int
) -> None:
    """Linear warm-up, then a cosine down to zero."""
    warmup = max(1, round(config.warmup_share * steps))
    rise = min(1.0, (step + 1) / warmup)
    fall = 0.5 * (1 + math.cos(math.pi * max(0, step - warmup) / max(1, steps - warmup)))
    for group in optimizer.param_groups:
        group["lr"] = config.learning_rate * rise * fall


def validate(model: TwoTower, store: Store, config: ContrastiveConfig) -> dict[str, float]:
    """Retrieval and alignment of held-out subjects, all frames, nothing augmented."""
    model.eval()
    embeddings = embed_rows(model, store, split_rows(store, "val", config.validate_subjects))
    model.train()
    ranks = own_ranks(embeddings.ecg, embeddings.cmr)
    errors = errors_in_frames(similarity(embeddings.segments, embeddings.frames, config.centred))
    return {
        "recall_at_1": recall_at_k(ranks, 1),
        "recall_at_10": recall_at_k(ranks, 10),
        "alignment_error_frames": float(errors.mean()),
    }


def optimise(run: Run, batch: Batch, step: int, subjects: int) -> dict[str, float]:
    """One step of the optimiser on this rank's part of a batch of `subjects`; the losses."""
    run.optimizer.zero_grad(set_to_none=True)
    losses = find_gradients(run.model.train(), batch, run.config, step, run.ranks, subjects)
    torch.nn.utils.clip_grad_norm_(run.model.parameters(), run.config.clip_norm)
    run.optimizer.step()
    return losses


def find_gradients(
    model: TwoTower,
    batch: Batch,
    config: ContrastiveConfig,
    step: int,
    ranks: Ranks,
    subjects: int,
) -> dict[str, float]:
    """Leave the gradients of the whole batch in the weights, on every rank; returns its losses."""
    generator = torch.Generator().manual_seed(step_seed(config.seed, "step", step))
    draws = draw_step(model, batch, config, subjects, generator).part(ranks.part(subjects))
    half = config.precision == "bfloat16" and batch.ecg.is_cuda

    # A context for each: one that held an encoding without a graph would keep its half weights.
    def halved() -> torch.autocast:
        return torch.autocast(batch.ecg.device.type, torch.bfloat16, enabled=half)

    def encoded(chunk: slice) -> Views:
        with halved():
            return encode(model, batch.part(chunk), draws.part(chunk))

    def losses_of(views: Views) -> dict[str, Tensor]:
        with halved():
            return training_loss(model, views, batch, draws, config, ranks, subjects)

    losses = backward(encoded, losses_of, len(batch.rows), config.chunk_size)
    ranks.sum_gradients(model)
    return {key: float(ranks.sum(value.detach())) for key, value in losses.items()}
