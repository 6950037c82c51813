"""Contrastive training of the two towers: set up, fit, validate, save.

Each step draws from a generator seeded by (seed, step) and each epoch from (seed, epoch), so a
run that was killed and resumed follows the same curve as one that was not.
"""

import time
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
from ptacl.training.device import best_device, compile_on_cuda, precision
from ptacl.training.reader import epoch_batches
from ptacl.training.run import Progress, Run
from ptacl.training.schedule import set_learning_rate, steps_of_epoch
from ptacl.training.seeds import step_seed
from ptacl.training.start import start_from


def train(
    store: Store,
    out: Path,
    checkpoint: Checkpoint,
    config: ContrastiveConfig,
    *,
    init: Path | None = None,
    resume: bool = False,
    progress: Progress | None = None,
) -> Run[ContrastiveConfig]:
    """Train a model and leave a checkpoint in `out`; returns the run, its model in evaluation mode.

    Args:
        store: the cohort; its training split is learned, its validation split watched.
        out: folder of the checkpoint; `state/` inside it holds what resuming needs.
        checkpoint: architecture and provenance, written beside the weights.
        config: the recipe of the training.
        init: a checkpoint whose weights are the start (`start_from`).
        resume: go on from `state/` where there is one.
        progress: called with (step, steps in all, the newest figures).

    Raises:
        PtaclError: `out` holds a started run and `resume` is false, or another run's state; or
            the weights of `init` do not fit.
    """
    device = best_device()
    torch.manual_seed(config.seed)
    model = TwoTower(checkpoint.model)
    if init is not None:
        checkpoint = start_from(model, checkpoint, init)
    model.to(device)
    compile_on_cuda(config, device, model.ecg_encoder, model.cmr_encoder)
    run = Run(out, model, checkpoint, config)
    start = run.resume_or_begin(resume)
    rows = split_rows(store, "train")
    segment = model.ecg_encoder.segment_samples
    per_epoch = steps_of_epoch(len(rows), config)
    for epoch in range(start, config.epochs):
        started = time.perf_counter()
        losses = []
        batches = epoch_batches(store, rows, config, segment, epoch, per_epoch, config.match)
        for step, batch in batches:
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


def optimise(run: Run[ContrastiveConfig], batch: Batch, step: int) -> dict[str, float]:
    """One step of the optimiser; returns the losses."""
    config = run.config
    generator = torch.Generator().manual_seed(step_seed(config.seed, "step", step))
    torch.manual_seed(step_seed(config.seed, "dropout", step))
    run.model.train()
    with precision(config, batch.ecg.device):
        losses = training_loss(run.model, batch, config, generator)
    return run.descend(losses)
