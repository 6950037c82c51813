"""Masked pretraining of the two encoders: each reconstructs the patches that are hidden from it.

Three quarters of the patches are hidden, and the loss is the squared error of the hidden ones (He
et al., CVPR 2022; Tong et al., NeurIPS 2022); MMCL (Turgut et al., 2025) adds their normalised
cross-correlation. The contrastive stage can start from the pretrained encoders. The decoders are
saved in `state/` only; heads and temperatures are not trained. Random numbers follow from (seed,
step) as in `contrastive`, so a resumed run equals an uninterrupted one.
"""

import dataclasses
from collections.abc import Iterator, Sequence
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
"""Validation subjects with saved reconstructions."""


@dataclass(frozen=True)
class MaskedConfig(StageConfig):
    """Settings of masked pretraining."""

    mask_ratio: float = MASK_RATIO
    """Share of the patches that is hidden."""
    correlation_weight: float = 0.0
    """Weight of 1 − normalised cross-correlation relative to the squared error; 0.1 in MMCL."""
    frames: int = 10
    """Frames of a cine that a light encoder decodes per step."""
    ecg_decoder: DecoderConfig = ECG_DECODER
    """ECG decoder of a published encoder; the light encoder has a decoder of two linear layers."""
    cmr_decoder: DecoderConfig = CMR_DECODER
    """CMR decoder of a published encoder."""

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
    writers: Sequence[str] = (),
) -> Run[MaskedConfig]:
    """Pretrain both encoders and save them as a checkpoint, with a few reconstructions.

    Args:
        store: the cohort.
        out: folder of the checkpoint; its subfolder `state/` holds what is needed to resume.
        checkpoint: architecture and provenance, saved with the weights.
        config: settings of the stage.
        init: checkpoint with the initial weights (`start_from`); random weights by default.
        resume: continue from `state/` if it exists.
        progress: called with (step, total steps, latest metrics).
        writers: names of `writers.WRITERS`.

    Returns:
        The run.

    Raises:
        PtaclError: as in `contrastive.train`.
    """
    checkpoint = dataclasses.replace(checkpoint, training=checkpoint.training | {"stage": "masked"})
    with join_ranks() as ranks:
        model, checkpoint = begin_model(checkpoint, config.seed, init)
        size = store.recipe.cine.size
        learner = Autoencoders(model, config, (size, size)).to(ranks.device)
        compile_on_cuda(config, ranks.device, *learner.children())
        run = Run(out, model, checkpoint, config, learner=learner, ranks=ranks)

        def validate_and_save() -> dict[str, float]:
            save_reconstructions(out, reconstruct(run, learner, store))
            return validate(run, learner, store)

        train_epochs(
            run, store, partial(train_step, run, learner), validate_and_save,
            fields=PAIRS, resume=resume, progress=progress, writers=writers,
        )  # fmt: skip
    return run


class Autoencoders(nn.Module):
    """The two encoders of a model, each with a decoder.

    Args:
        model: its encoders are shared, not copied.
        config: settings of the stage.
        frame_shape: rows and columns of a frame.
    """

    def __init__(self, model: TwoTower, config: MaskedConfig, frame_shape: tuple[int, int]) -> None:
        super().__init__()
        ratio = config.mask_ratio
        self.ecg = ecg_autoencoder(model.ecg_encoder, config.ecg_decoder, ratio)
        self.cmr = cmr_autoencoder(
            model.cmr_encoder, config.cmr_decoder, ratio, frame_shape, config.frames
        )


def train_step(
    run: Run[MaskedConfig], learner: Autoencoders, batch: Batch, step: int, subjects: int
) -> dict[str, float]:
    """Take one optimiser step on this rank's part of a batch of `subjects`; return the losses."""
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
    """Compute the loss of a batch and its two terms; the masks are drawn from `generator`."""
    ecg, cmr = learner.ecg(batch.ecg, generator), learner.cmr(batch.cine, generator)
    # The zero padding of a short recording is not part of the loss.
    measured = repeat(batch.segment_valid, "b t -> b (leads t)", leads=ecg.grid[0])
    losses = {
        "ecg_loss": hidden_loss(ecg, ecg.hidden & measured, config),
        "cmr_loss": hidden_loss(cmr, cmr.hidden, config),
    }
    return {"loss": losses["ecg_loss"] + losses["cmr_loss"], **losses}


def hidden_loss(reconstruction: Reconstruction, hidden: Tensor, config: MaskedConfig) -> Tensor:
    """Compute the squared error over the hidden patches, plus weight × (1 − correlation)."""
    predicted, truth = reconstruction.predicted, reconstruction.truth
    loss = reconstruction_loss(predicted, truth, hidden)
    if config.correlation_weight:
        correlation = hidden_correlation(predicted, truth, hidden)
        loss = loss + config.correlation_weight * (1 - correlation)
    return loss


@torch.inference_mode()
def validate(run: Run[MaskedConfig], learner: Autoencoders, store: Store) -> dict[str, float]:
    """Compute the losses on the validation split, with the same masks in every epoch."""
    learner.eval()
    rows = split_rows(store, "val", run.config.validate_subjects)
    by_batch = [
        (len(batch.rows), masked_loss(learner, batch, run.config, masks))
        for batch, masks in held_out(run, store, rows)
    ]
    subjects = sum(count for count, _ in by_batch)
    return {
        f"val_{key}": sum(count * float(losses[key]) for count, losses in by_batch) / subjects
        for key in ("ecg_loss", "cmr_loss")
    }


@torch.inference_mode()
def reconstruct(run: Run[MaskedConfig], learner: Autoencoders, store: Store) -> Reconstructions:
    """Reconstruct the first subjects of the validation split."""
    learner.eval()
    rows = split_rows(store, "val", SHOWN_SUBJECTS)
    batch, masks = next(held_out(run, store, rows))
    ecg, cmr = learner.ecg(batch.ecg, masks), learner.cmr(batch.cine, masks)
    arrays = (
        values.cpu().numpy()
        for part in (ecg, cmr)
        for values in (part.whole(part.truth), part.whole(part.predicted), part.hidden_values)
    )
    return Reconstructions(*arrays)


def held_out(
    run: Run[MaskedConfig], store: Store, rows: np.ndarray
) -> Iterator[tuple[Batch, torch.Generator]]:
    """Yield batches of unaugmented subjects, each with the generator of its masks."""
    config, segment, recipe = run.config, run.model.ecg_encoder.segment_samples, store.recipe.ecg
    unshifted = dataclasses.replace(config.augment, cine_shift_px=0, cine_roll_frames=0)
    for number, start in enumerate(range(0, len(rows), config.batch_size)):
        batch_rows = rows[start : start + config.batch_size]
        rng = np.random.default_rng(step_seed(config.seed, "held", number))
        window = draw_window(
            unshifted, len(batch_rows), recipe.samples, recipe.sample_rate_hz, segment, rng
        )
        masks = torch.Generator().manual_seed(step_seed(config.seed, "mask", number))
        yield load_batch(store, batch_rows, segment, window=window).to(run.ranks.device), masks
