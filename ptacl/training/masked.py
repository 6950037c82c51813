"""Masked pretraining of the two encoders: each learns to fill in what it was not shown.

Three quarters of the patches are hidden, and the squared error of the hidden ones is the loss (He
et al., CVPR 2022; Tong et al., NeurIPS 2022), beside which MMCL (Turgut et al., 2025) asks for
their normalised cross-correlation. What follows is the contrastive stage, started from here. The
decoders stay behind in `state/`; heads and temperatures are untouched. Draws follow from (seed,
step) as in `contrastive`, so that a resumed run equals an undisturbed one.
"""

import dataclasses
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from einops import repeat
from torch import Tensor, nn

from ptacl.augment import apply_ecg, draw_ecg, draw_window
from ptacl.checkpoint import Checkpoint
from ptacl.dataset import Batch, load_batch, split_rows
from ptacl.encoders.autoencoder import Reconstruction, cmr_autoencoder, ecg_autoencoder
from ptacl.encoders.decoder import (
    CMR_DECODER,
    ECG_DECODER,
    DecoderConfig,
    hidden_correlation,
    reconstruction_loss,
)
from ptacl.encoders.masking import MASK_RATIO
from ptacl.encoders.two_tower import TwoTower
from ptacl.reconstructions import Reconstructions, save_reconstructions
from ptacl.store import Store
from ptacl.training.config import StageConfig
from ptacl.training.device import best_device, compile_on_cuda, precision
from ptacl.training.reader import epoch_batches
from ptacl.training.run import Progress, Run
from ptacl.training.schedule import set_learning_rate, steps_of_epoch
from ptacl.training.seeds import step_seed
from ptacl.training.start import start_from

SHOWN_SUBJECTS = 4
"""Validation subjects whose reconstructions are kept."""


@dataclass(frozen=True)
class MaskedConfig(StageConfig):
    """How the two encoders learn to fill in what is hidden."""

    mask_ratio: float = MASK_RATIO
    """Share of the patches that is hidden."""
    correlation_weight: float = 0.0
    """Weight of 1 − the normalised cross-correlation beside the squared error; MMCL takes 0.1."""
    frames: int = 10
    """Frames of a cine that a light encoder decodes in each step."""
    ecg_decoder: DecoderConfig = ECG_DECODER
    """Of a published encoder; a light one has two linear layers."""
    cmr_decoder: DecoderConfig = CMR_DECODER
    """The same for cines."""


def train_masked(
    store: Store,
    out: Path,
    checkpoint: Checkpoint,
    config: MaskedConfig,
    *,
    init: Path | None = None,
    resume: bool = False,
    progress: Progress | None = None,
) -> Run[MaskedConfig]:
    """Pretrain both encoders and leave a checkpoint in `out`, with a few reconstructions.

    Args:
        store: the cohort; its training split is learned, its validation split watched.
        out: folder of the checkpoint; `state/` inside it holds what resuming needs.
        checkpoint: architecture and provenance, written beside the weights.
        config: the recipe of the stage.
        init: a checkpoint whose weights are the start (`start_from`).
        resume: go on from `state/` where there is one.
        progress: called with (step, steps in all, the newest figures).

    Raises:
        PtaclError: as `contrastive.train`.
    """
    device = best_device()
    torch.manual_seed(config.seed)
    model = TwoTower(checkpoint.model)
    checkpoint = dataclasses.replace(checkpoint, training=checkpoint.training | {"stage": "masked"})
    if init is not None:
        checkpoint = start_from(model, checkpoint, init)
    size = store.recipe.cine.size
    learner = Autoencoders(model, config, (size, size)).to(device)
    compile_on_cuda(config, device, *learner.children())
    run = Run(out, model.to(device), checkpoint, config, learner)
    rows = split_rows(store, "train")
    segment = model.ecg_encoder.segment_samples
    per_epoch = steps_of_epoch(len(rows), config)
    for epoch in range(run.resume_or_begin(resume), config.epochs):
        started = time.perf_counter()
        losses = []
        for step, batch in epoch_batches(store, rows, config, segment, epoch, per_epoch):
            set_learning_rate(run.optimizer, config, step, per_epoch * config.epochs)
            losses.append(optimise(run, learner, batch.to(device), step))
            if progress:
                progress(step + 1, per_epoch * config.epochs, losses[-1])
        figures = {key: float(np.mean([loss[key] for loss in losses])) for key in losses[0]}
        figures |= {"epoch": epoch + 1, "seconds": time.perf_counter() - started}
        if (epoch + 1) % config.validate_every == 0 or epoch + 1 == config.epochs:
            figures |= validate(learner, store, config, segment, device)
            save_reconstructions(out, reconstruct(learner, store, config, segment, device))
        run.finish_epoch(figures)
    model.eval()
    return run


class Autoencoders(nn.Module):
    """The two encoders of a model, each with a decoder.

    Args:
        model: its encoders are shared, not copied.
        config: of the stage.
        frame_shape: rows and columns of a frame.
    """

    def __init__(self, model: TwoTower, config: MaskedConfig, frame_shape: tuple[int, int]) -> None:
        super().__init__()
        ratio = config.mask_ratio
        self.ecg = ecg_autoencoder(model.ecg_encoder, config.ecg_decoder, ratio)
        self.cmr = cmr_autoencoder(
            model.cmr_encoder, config.cmr_decoder, ratio, frame_shape, config.frames
        )


def optimise(
    run: Run[MaskedConfig], learner: Autoencoders, batch: Batch, step: int
) -> dict[str, float]:
    """One step of the optimiser; returns the losses."""
    config = run.config
    generator = torch.Generator().manual_seed(step_seed(config.seed, "step", step))
    torch.manual_seed(step_seed(config.seed, "dropout", step))
    learner.train()
    ecg = apply_ecg(batch.ecg, draw_ecg(config.augment, batch.ecg.shape, generator))
    batch = dataclasses.replace(batch, ecg=ecg)
    with precision(config, ecg.device):
        losses = masked_loss(learner, batch, config, generator)
    return run.descend(losses)


def masked_loss(
    learner: Autoencoders, batch: Batch, config: MaskedConfig, generator: torch.Generator
) -> dict[str, Tensor]:
    """The loss of one batch and its two parts; the masks are drawn from `generator`."""
    ecg, cmr = learner.ecg(batch.ecg, generator), learner.cmr(batch.cine, generator)
    # Zeros behind a short recording were never measured: nobody is asked for them.
    measured = repeat(batch.segment_valid, "b t -> b (leads t)", leads=ecg.grid[0])
    losses = {
        "ecg_loss": hidden_loss(ecg, ecg.hidden & measured, config),
        "cmr_loss": hidden_loss(cmr, cmr.hidden, config),
    }
    return {"loss": losses["ecg_loss"] + losses["cmr_loss"], **losses}


def hidden_loss(made: Reconstruction, hidden: Tensor, config: MaskedConfig) -> Tensor:
    """Squared error over the hidden patches, and what is missing to a correlation of one."""
    loss = reconstruction_loss(made.predicted, made.truth, hidden)
    if config.correlation_weight:
        agreement = hidden_correlation(made.predicted, made.truth, hidden)
        loss = loss + config.correlation_weight * (1 - agreement)
    return loss


@torch.inference_mode()
def validate(
    learner: Autoencoders, store: Store, config: MaskedConfig, segment: int, device: torch.device
) -> dict[str, float]:
    """The losses of held-out subjects under masks that stay the same from epoch to epoch."""
    learner.eval()
    rows = split_rows(store, "val", config.validate_subjects)
    found = [
        (len(batch.rows), masked_loss(learner, batch.to(device), config, masks))
        for batch, masks in held_out(store, rows, config, segment)
    ]
    subjects = sum(count for count, _ in found)
    return {
        f"val_{key}": sum(count * float(losses[key]) for count, losses in found) / subjects
        for key in ("ecg_loss", "cmr_loss")
    }


@torch.inference_mode()
def reconstruct(
    learner: Autoencoders, store: Store, config: MaskedConfig, segment: int, device: torch.device
) -> Reconstructions:
    """What the decoders make of the first subjects of the validation split."""
    learner.eval()
    rows = split_rows(store, "val", SHOWN_SUBJECTS)
    batch, masks = next(held_out(store, rows, config, segment))
    batch = batch.to(device)
    ecg, cmr = learner.ecg(batch.ecg, masks), learner.cmr(batch.cine, masks)
    arrays = (
        values.cpu().numpy()
        for made in (ecg, cmr)
        for values in (made.whole(made.truth), made.whole(made.predicted), made.hidden_values)
    )
    return Reconstructions(*arrays)


def held_out(
    store: Store, rows: np.ndarray, config: MaskedConfig, segment: int
) -> Iterator[tuple[Batch, torch.Generator]]:
    """Batches of held-out subjects, unaugmented, each with the source of its masks."""
    recipe, still = store.recipe.ecg, dataclasses.replace(config.augment, cine_shift_px=0)
    for number, start in enumerate(range(0, len(rows), config.batch_size)):
        chosen = rows[start : start + config.batch_size]
        rng = np.random.default_rng(step_seed(config.seed, "held", number))
        window = draw_window(
            still, len(chosen), recipe.samples, recipe.sample_rate_hz, segment, rng
        )
        masks = torch.Generator().manual_seed(step_seed(config.seed, "mask", number))
        yield load_batch(store, chosen, segment, window=window), masks
