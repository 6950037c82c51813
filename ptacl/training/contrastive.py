"""Contrastive training of the two towers: set up, fit, validate, save.

Each step draws from a generator seeded by (seed, step) and each epoch from (seed, epoch), so a
run that was killed and resumed follows the same curve as one that was not.
"""

import math
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from ptacl.alignment import errors_in_frames, similarity
from ptacl.augment import apply_cine, apply_ecg, draw_cine, draw_ecg
from ptacl.checkpoint import Checkpoint
from ptacl.dataset import Batch, split_rows
from ptacl.embed import embed_rows
from ptacl.encoders.time_steps import step_phase
from ptacl.encoders.two_tower import TwoTower
from ptacl.losses import patient_contrastive, phase_pool, temporal_contrastive
from ptacl.metrics import own_ranks, recall_at_k
from ptacl.store import Store
from ptacl.training.config import ContrastiveConfig
from ptacl.training.reader import epoch_batches
from ptacl.training.run import Run
from ptacl.training.seeds import step_seed

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
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    torch.manual_seed(config.seed)
    model = TwoTower(checkpoint.model).to(device)
    run = Run(out, model, checkpoint, config)
    start = run.resume_or_begin(resume)
    rows = split_rows(store, "train")
    segment = model.ecg_encoder.segment_samples
    per_epoch = max(1, len(rows) // config.batch_size)
    for epoch in range(start, config.epochs):
        started = time.perf_counter()
        losses = []
        for step, batch in epoch_batches(store, rows, config, segment, epoch, per_epoch):
            set_learning_rate(run.optimizer, config, step, per_epoch * config.epochs)
            losses.append(optimise(run, batch.to(device), step))
            if progress:
                progress(step + 1, per_epoch * config.epochs, losses[-1])
        figures = {key: float(np.mean([loss[key] for loss in losses])) for key in losses[0]}
        figures |= {"epoch": epoch + 1, "seconds": time.perf_counter() - started}
        if (epoch + 1) % config.validate_every == 0 or epoch + 1 == config.epochs:
            figures |= validate(model, store, config)
        run.finish_epoch(figures)
    model.eval()
    return run


def training_loss(
    model: TwoTower, batch: Batch, config: ContrastiveConfig, generator: torch.Generator
) -> dict[str, Tensor]:
    """The loss of one batch and its two parts; augmentation is drawn from `generator`."""
    ecg = apply_ecg(batch.ecg, draw_ecg(config.augment, batch.ecg.shape, generator))
    subjects, frames = batch.cine.shape[:2]
    encoder = model.cmr_encoder
    picked = encoder.draw_frames(subjects, frames, config.frames, generator).to(batch.cine.device)
    images = encoder.images(batch.cine, picked)
    images = apply_cine(images, draw_cine(config.augment, images.shape, generator))
    heard = model.encode_ecg(ecg, batch.segment_valid)
    phase = step_phase(batch.frame_phase.gather(1, picked), encoder.frames_per_step)
    seen = model.encode_images(images, phase)
    patient = patient_contrastive(heard.embedding, seen.embedding, model.patient_temperature())
    if not config.temporal_weight:
        return {"loss": patient, "patient_loss": patient}
    segments = phase_pool(heard.steps, batch.segment_phase, phase)
    temporal = temporal_contrastive(
        segments, seen.steps, model.temporal_temperature(), centred=config.centred
    )
    loss = patient + config.temporal_weight * temporal
    return {"loss": loss, "patient_loss": patient, "temporal_loss": temporal}


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


def optimise(run: Run, batch: Batch, step: int) -> dict[str, float]:
    """One step of the optimiser; returns the losses."""
    generator = torch.Generator().manual_seed(step_seed(run.config.seed, "step", step))
    torch.manual_seed(step_seed(run.config.seed, "dropout", step))
    run.model.train()
    half = run.config.precision == "bfloat16" and batch.ecg.is_cuda
    with torch.autocast(batch.ecg.device.type, torch.bfloat16, enabled=half):
        losses = training_loss(run.model, batch, run.config, generator)
    run.optimizer.zero_grad(set_to_none=True)
    losses["loss"].backward()
    torch.nn.utils.clip_grad_norm_(run.model.parameters(), run.config.clip_norm)
    run.optimizer.step()
    return {key: float(value.detach()) for key, value in losses.items()}
