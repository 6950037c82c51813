"""Contrastive training of the two towers: set up, fit, validate, save.

Each step draws from a generator seeded by (seed, step) and each epoch from (seed, epoch), for the
whole batch on every rank (`views.py`): a run that was killed and resumed follows the same curve as
one that was not, and so does one on another number of ranks, but for the rounding of sums.
"""

from functools import partial
from pathlib import Path

import torch
from einops import rearrange
from torch import Tensor

from ptacl.checkpoint.files import Checkpoint
from ptacl.checkpoint.reconstructions import copy_reconstructions
from ptacl.data.batches import Batch, Needs
from ptacl.data.embed import embed_rows
from ptacl.data.splits import split_rows
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
from ptacl.metrics.alignment import errors_in_frames, similarity
from ptacl.metrics.retrieval import match_ranks, recall_at_k
from ptacl.store import Store
from ptacl.training.config import ContrastiveConfig
from ptacl.training.device import compile_on_cuda, precision
from ptacl.training.distributed import Ranks, join_ranks
from ptacl.training.epochs import train_epochs
from ptacl.training.grad_cache import backward
from ptacl.training.run import Progress, Run
from ptacl.training.seeds import step_seed
from ptacl.training.views import Draws, Views, draw_step, encode
from ptacl.training.warm_start import begin_model


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
    with join_ranks() as ranks:
        model, checkpoint = begin_model(checkpoint, config.seed, init)
        model.to(ranks.device)
        compile_on_cuda(config, ranks.device, model.ecg_encoder, model.cmr_encoder)
        run = Run(out, model, checkpoint, config, ranks=ranks)
        needs = Needs(
            match=config.match,
            ed_es=config.anchors == "ed_es",
            phenotypes=config.patient_targets == "phenotypes",
        )
        watch = partial(validate, model, store, config)
        train_epochs(
            run, store, partial(learn, run), watch, needs=needs, resume=resume, progress=progress
        )
        if init is not None and ranks.first:
            copy_reconstructions(init, out)
    return run


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


def validate(model: TwoTower, store: Store, config: ContrastiveConfig) -> dict[str, float]:
    """Retrieval and alignment of held-out subjects, all frames, nothing augmented."""
    model.eval()
    embeddings = embed_rows(model, store, split_rows(store, "val", config.validate_subjects))
    model.train()
    ranks = match_ranks(embeddings.ecg, embeddings.cmr)
    errors = errors_in_frames(similarity(embeddings.segments, embeddings.frames, config.centred))
    return {
        "recall_at_1": recall_at_k(ranks, 1),
        "recall_at_10": recall_at_k(ranks, 10),
        "alignment_error_frames": float(errors.mean()),
    }


def learn(run: Run[ContrastiveConfig], batch: Batch, step: int, subjects: int) -> dict[str, float]:
    """One step of the optimiser on this rank's part of a batch of `subjects`; the losses."""
    run.optimizer.zero_grad(set_to_none=True)
    losses = find_gradients(run.model.train(), batch, run.config, step, run.ranks, subjects)
    run.update()
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

    # A context for each: one that held an encoding without a graph would keep its half weights.
    def encoded(chunk: slice) -> Views:
        with precision(config, batch.ecg.device):
            return encode(model, batch.part(chunk), draws.part(chunk))

    def losses_of(views: Views) -> dict[str, Tensor]:
        with precision(config, batch.ecg.device):
            return training_loss(model, views, batch, draws, config, ranks, subjects)

    losses = backward(encoded, losses_of, len(batch.rows), config.chunk_size)
    ranks.sum_gradients(model)
    return {key: float(ranks.sum(value.detach())) for key, value in losses.items()}
