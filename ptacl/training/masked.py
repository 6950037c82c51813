"""Masked pretraining of the two encoders: each learns to fill in what it was not shown.

Three quarters of the patches are hidden, and the squared error of the hidden ones is the loss (He
et al., CVPR 2022; Tong et al., NeurIPS 2022), beside which MMCL (Turgut et al., 2025) asks for
their normalised cross-correlation. What follows is the contrastive stage, started from here. The
decoders stay behind in `state/`; heads and temperatures are untouched. Draws follow from (seed,
step) as in `contrastive`, so that a resumed run equals an undisturbed one.
"""

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import torch
from einops import repeat
from torch import Tensor, nn

from ptacl.checkpoint.files import Checkpoint
from ptacl.checkpoint.reconstructions import Reconstructions, save_reconstructions
from ptacl.data.augment import apply_ecg, draw_ecg, draw_window
from ptacl.data.batches import PAIRS, Batch, load_batch
from ptacl.data.splits import split_rows
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
from ptacl.store import Store
from ptacl.training.config import Bounds, StageConfig
from ptacl.training.device import compile_on_cuda, precision
from ptacl.training.distributed import join_ranks
from ptacl.training.epochs import train_epochs
from ptacl.training.run import Progress, Run
from ptacl.training.seeds import step_seed
from ptacl.training.warm_start import begin_model

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

    def _more_bounds(self) -> Bounds:
        return {"mask_ratio": (0.01, 0.99), "correlation_weight": (0, 1e3), "frames": (1, 1e6)}


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
    checkpoint = dataclasses.replace(checkpoint, training=checkpoint.training | {"stage": "masked"})
    with join_ranks() as ranks:
        model, checkpoint = begin_model(checkpoint, config.seed, init)
        size = store.recipe.cine.size
        learner = Autoencoders(model, config, (size, size)).to(ranks.device)
        compile_on_cuda(config, ranks.device, *learner.children())
        run = Run(out, model, checkpoint, config, learner=learner, ranks=ranks)

        def watch() -> dict[str, float]:
            save_reconstructions(out, reconstruct(run, learner, store))
            return validate(run, learner, store)

        train_epochs(
            run, store, partial(learn, run, learner), watch,
            needs=PAIRS, resume=resume, progress=progress,
        )  # fmt: skip
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


def learn(
    run: Run[MaskedConfig], learner: Autoencoders, batch: Batch, step: int, subjects: int
) -> dict[str, float]:
    """One step of the optimiser on this rank's part of a batch of `subjects`; the losses."""
    config, ranks = run.config, run.ranks
    generator = run.draw_alone(step)
    learner.train()
    ecg = apply_ecg(batch.ecg, draw_ecg(config.augment, batch.ecg.shape, generator))
    batch = dataclasses.replace(batch, ecg=ecg)
    with precision(config, ranks.device):
        losses = masked_loss(learner, batch, config, generator)
    return run.descend(losses, share=len(batch.rows) / subjects)


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
def validate(run: Run[MaskedConfig], learner: Autoencoders, store: Store) -> dict[str, float]:
    """The losses of held-out subjects under masks that stay the same from epoch to epoch."""
    learner.eval()
    rows = split_rows(store, "val", run.config.validate_subjects)
    found = [
        (len(batch.rows), masked_loss(learner, batch, run.config, masks))
        for batch, masks in held_out(run, store, rows)
    ]
    subjects = sum(count for count, _ in found)
    return {
        f"val_{key}": sum(count * float(losses[key]) for count, losses in found) / subjects
        for key in ("ecg_loss", "cmr_loss")
    }


@torch.inference_mode()
def reconstruct(run: Run[MaskedConfig], learner: Autoencoders, store: Store) -> Reconstructions:
    """What the decoders make of the first subjects of the validation split."""
    learner.eval()
    rows = split_rows(store, "val", SHOWN_SUBJECTS)
    batch, masks = next(held_out(run, store, rows))
    ecg, cmr = learner.ecg(batch.ecg, masks), learner.cmr(batch.cine, masks)
    arrays = (
        values.cpu().numpy()
        for made in (ecg, cmr)
        for values in (made.whole(made.truth), made.whole(made.predicted), made.hidden_values)
    )
    return Reconstructions(*arrays)


def held_out(
    run: Run[MaskedConfig], store: Store, rows: np.ndarray
) -> Iterator[tuple[Batch, torch.Generator]]:
    """Batches of held-out subjects, unaugmented, each with the source of its masks."""
    config, segment, recipe = run.config, run.model.ecg_encoder.segment_samples, store.recipe.ecg
    still = dataclasses.replace(config.augment, cine_shift_px=0, cine_roll_frames=0)
    for number, start in enumerate(range(0, len(rows), config.batch_size)):
        chosen = rows[start : start + config.batch_size]
        rng = np.random.default_rng(step_seed(config.seed, "held", number))
        window = draw_window(
            still, len(chosen), recipe.samples, recipe.sample_rate_hz, segment, rng
        )
        masks = torch.Generator().manual_seed(step_seed(config.seed, "mask", number))
        yield load_batch(store, chosen, segment, window=window).to(run.ranks.device), masks
