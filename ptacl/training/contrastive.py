"""Contrastive training of the two towers: set up, fit, validate, save.

Each step draws from a generator seeded by (seed, step) and each epoch from (seed, epoch), for the
whole batch on every rank (`views.py`). A run that was interrupted and resumed, or that used another
number of ranks, therefore follows the same curve, up to the rounding of sums.
"""

from collections.abc import Sequence
from functools import partial
from pathlib import Path

import torch
from torch import Tensor, nn

from ptacl.checkpoint.files import Checkpoint
from ptacl.checkpoint.reconstructions import copy_reconstructions
from ptacl.data.batches import Batch, BatchFields
from ptacl.data.embed import embed_rows
from ptacl.data.splits import split_rows
from ptacl.encoders.three_frames import ThreeFrameConfig
from ptacl.encoders.two_tower import TwoTower, TwoTowerConfig
from ptacl.errors import PtaclError
from ptacl.metrics.alignment import errors_in_frames, similarity
from ptacl.metrics.retrieval import match_ranks, recall_at_k
from ptacl.store import Store
from ptacl.training.config import ContrastiveConfig
from ptacl.training.contrastive_losses import training_loss
from ptacl.training.device import compile_on_cuda, precision
from ptacl.training.distributed import Ranks, join_ranks
from ptacl.training.epochs import train_epochs
from ptacl.training.grad_cache import backward
from ptacl.training.phenotype_heads import phenotype_heads
from ptacl.training.run import Progress, Run
from ptacl.training.seeds import step_seed
from ptacl.training.views import Views, draw_step, encode
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
    writers: Sequence[str] = (),
) -> Run[ContrastiveConfig]:
    """Train a model on the training split of a store and save it as a checkpoint.

    Args:
        store: the cohort.
        out: folder of the checkpoint; its subfolder `state/` holds what is needed to resume.
        checkpoint: architecture and provenance, saved with the weights.
        config: settings of the training.
        init: checkpoint with the initial weights (`start_from`); random weights by default.
        resume: continue from `state/` if it exists.
        progress: called with (step, total steps, latest metrics).
        writers: names of `writers.WRITERS`.

    Returns:
        The run, its model in evaluation mode.

    Raises:
        PtaclError: `out` holds a started run and `resume` is False, or the state of another run; or
            the weights of `init` do not fit; or the CMR encoder has no time steps to train.
    """
    check_time_steps(checkpoint.model, config)
    with join_ranks() as ranks:
        model, checkpoint = begin_model(checkpoint, config.seed, init)
        model.to(ranks.device)
        compile_on_cuda(config, ranks.device, model.ecg_encoder, model.cmr_encoder)
        heads, learner = None, None
        if config.phenotype_weight:
            heads = phenotype_heads(model)
            learner = nn.ModuleDict({"model": model, "heads": heads}).to(ranks.device)
        run = Run(out, model, checkpoint, config, learner=learner, ranks=ranks)
        fields = BatchFields(
            match=config.match,
            ed_es=config.anchors == "ed_es",
            phenotypes=config.patient_targets == "phenotypes" or heads is not None,
        )
        train_epochs(
            run,
            store,
            partial(train_step, run, heads),
            partial(validate, model, store, config),
            fields=fields,
            resume=resume,
            progress=progress,
            writers=writers,
        )
        if init is not None and ranks.first:
            copy_reconstructions(init, out)
    return run


def check_time_steps(model: TwoTowerConfig, config: ContrastiveConfig) -> None:
    """Refuse settings that need time steps for an encoder that gives one token a cine.

    Raises:
        PtaclError: a temporal loss, or cines that do not begin at the R wave.
    """
    if not isinstance(model.cmr, ThreeFrameConfig):
        return
    if config.temporal_weight or config.augment.cine_roll_frames:
        name = "--temporal-weight" if config.temporal_weight else "augment.cine_roll_frames"
        raise PtaclError(
            "The CMR encoder of three frames finds them from the R wave on and gives one token a "
            f"cine, without time steps. Set {name} to 0, or choose another CMR encoder.",
            code="config.invalid",
        )


def validate(model: TwoTower, store: Store, config: ContrastiveConfig) -> dict[str, float]:
    """Measure retrieval and alignment on the validation split, with all frames, unaugmented."""
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


def train_step(
    run: Run[ContrastiveConfig],
    heads: nn.ModuleDict | None,
    batch: Batch,
    step: int,
    subjects: int,
) -> dict[str, float]:
    """Take one optimiser step on this rank's part of a batch of `subjects`; return the losses."""
    run.optimizer.zero_grad(set_to_none=True)
    run.learner.train()
    losses = find_gradients(run.model, batch, run.config, step, run.ranks, subjects, heads)
    run.update()
    return losses


def find_gradients(
    model: TwoTower,
    batch: Batch,
    config: ContrastiveConfig,
    step: int,
    ranks: Ranks,
    subjects: int,
    heads: nn.ModuleDict | None = None,
) -> dict[str, float]:
    """Compute the gradients of the whole batch on every rank, and return its losses.

    Args:
        model: its weights receive the gradients.
        batch: this rank's part of the batch.
        config: settings of the training.
        step: number of the step, which seeds its random numbers.
        ranks: the processes that train together.
        subjects: number of subjects in the whole batch.
        heads: linear heads of the phenotypes, if that loss has a weight; they receive gradients.
    """
    generator = torch.Generator().manual_seed(step_seed(config.seed, "step", step))
    draw = draw_step(model, batch, config, subjects, generator).slice(ranks.part(subjects))

    # One autocast context per call: autocast caches the half-precision weights of an encoding
    # without a graph, which must not be reused by the one with a graph.
    def encoded(chunk: slice) -> Views:
        with precision(config, batch.ecg.device):
            return encode(model, batch.slice(chunk), draw.slice(chunk))

    def losses_of(views: Views) -> dict[str, Tensor]:
        with precision(config, batch.ecg.device):
            return training_loss(model, views, batch, draw, config, ranks, subjects, heads)

    losses = backward(encoded, losses_of, len(batch.rows), config.chunk_size)
    ranks.sum_gradients(model)
    if heads is not None:
        ranks.sum_gradients(heads)
    return {key: float(ranks.sum(value.detach())) for key, value in losses.items()}
