"""Supervised training of the ECG encoder on the phenotypes: set up, fit, watch, save.

The rival that needs no cines, only what was measured in them; and, started from another
checkpoint's encoder, its fine-tuning. It takes the config of the contrastive training that it is
compared with, so that epochs, batches, learning rate and augmentation are the same; what concerns
the cine in it is not used.
"""

import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor, nn

from ptacl.augment import apply_ecg, draw_ecg
from ptacl.checkpoint import Checkpoint, load_model
from ptacl.dataset import Batch, load_batch, split_rows
from ptacl.encoders.two_tower import TwoTower
from ptacl.phenotypes import PHENOTYPE_KEYS
from ptacl.store import Store
from ptacl.training.config import ContrastiveConfig
from ptacl.training.contrastive import set_learning_rate
from ptacl.training.reader import epoch_batches
from ptacl.training.run import Run
from ptacl.training.seeds import step_seed

Progress = Callable[[int, int, dict[str, float]], None]
VALIDATE_BATCH = 64


def train_supervised(
    store: Store,
    out: Path,
    checkpoint: Checkpoint,
    config: ContrastiveConfig,
    *,
    init: Path | None = None,
    resume: bool = False,
    progress: Progress | None = None,
) -> Run:
    """Train the ECG encoder to tell the phenotypes and leave a checkpoint in `out`.

    One linear head a phenotype reads the pooled features while they are learned; the heads are not
    kept, for every model is read by the same heads afterwards (`readout.fit_store_heads`). The CMR
    encoder of the checkpoint stays as it began.

    Args:
        store: the cohort; its training split is learned, its validation split watched.
        out: folder of the checkpoint.
        checkpoint: architecture and provenance, written beside the weights.
        config: epochs, batches, learning rate, augmentation, seed.
        init: a checkpoint whose weights are fine-tuned; drawn from the seed by default.
        resume: go on from `state/` where there is one.
        progress: called with (step, steps in all, the newest figures).

    Raises:
        PtaclError: `out` holds a started run and `resume` is false, or another run's state.
    """
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    torch.manual_seed(config.seed)
    model = TwoTower(checkpoint.model) if init is None else load_model(init)[0]
    heads = nn.Linear(model.ecg_encoder.width, len(PHENOTYPE_KEYS))
    run = Run(out, model.to(device), checkpoint, config, heads.to(device))
    start = run.resume_or_begin(resume)
    rows = split_rows(store, "train")
    standard = standardised(store, rows).to(device)
    segment = model.ecg_encoder.segment_samples
    per_epoch = max(1, len(rows) // config.batch_size)
    for epoch in range(start, config.epochs):
        started = time.perf_counter()
        losses = []
        batches = epoch_batches(store, rows, config, segment, epoch, per_epoch, with_cine=False)
        for step, batch in batches:
            set_learning_rate(run.optimizer, config, step, per_epoch * config.epochs)
            losses.append(_optimise(run, heads, batch.to(device), standard, step))
            if progress:
                progress(step + 1, per_epoch * config.epochs, {"loss": losses[-1]})
        figures = {"loss": float(np.mean(losses)), "epoch": epoch + 1}
        figures["seconds"] = time.perf_counter() - started
        if (epoch + 1) % config.validate_every == 0 or epoch + 1 == config.epochs:
            figures["validation_loss"] = _validate(model, heads, store, standard, config)
        run.finish_epoch(figures)
    model.eval()
    return run


def standardised(store: Store, rows: np.ndarray) -> Float[Tensor, "subjects phenotypes"]:
    """Phenotypes of all subjects in standard deviations of the given rows; NaN where unknown.

    A phenotype that the given rows do not know, or that does not vary in them, is NaN throughout.
    """
    table = store.table.reindex(columns=list(PHENOTYPE_KEYS))
    values = table.to_numpy(dtype=np.float64)
    learned = np.ma.masked_invalid(values[rows])
    mean, spread = learned.mean(axis=0).filled(np.nan), learned.std(axis=0).filled(np.nan)
    return torch.from_numpy((values - mean) / np.where(spread > 0, spread, np.nan)).float()


def phenotype_loss(
    predicted: Float[Tensor, "batch phenotypes"], measured: Float[Tensor, "batch phenotypes"]
) -> Float[Tensor, ""]:
    """Mean squared error over what was measured; 0 where nothing was."""
    known = measured.isfinite()
    error = torch.where(known, predicted - measured.nan_to_num(), 0.0)
    return error.square().sum() / known.sum().clamp(min=1)


def _optimise(run: Run, heads: nn.Module, batch: Batch, standard: Tensor, step: int) -> float:
    config = run.config
    generator = torch.Generator().manual_seed(step_seed(config.seed, "step", step))
    torch.manual_seed(step_seed(config.seed, "dropout", step))
    run.model.train()
    ecg = apply_ecg(batch.ecg, draw_ecg(config.augment, batch.ecg.shape, generator))
    half = config.precision == "bfloat16" and batch.ecg.is_cuda
    with torch.autocast(batch.ecg.device.type, torch.bfloat16, enabled=half):
        features = run.model.encode_ecg(ecg, batch.segment_valid).features
        predicted = heads(features).float()
    loss = phenotype_loss(predicted, standard[batch.rows])
    run.optimizer.zero_grad(set_to_none=True)
    loss.backward()
    learned = [p for group in run.optimizer.param_groups for p in group["params"]]
    torch.nn.utils.clip_grad_norm_(learned, config.clip_norm)
    run.optimizer.step()
    return float(loss.detach())


@torch.inference_mode()
def _validate(
    model: TwoTower, heads: nn.Module, store: Store, standard: Tensor, config: ContrastiveConfig
) -> float:
    model.eval()
    rows = split_rows(store, "val", config.validate_subjects)
    predicted = []
    for start in range(0, len(rows), VALIDATE_BATCH):
        chunk = rows[start : start + VALIDATE_BATCH]
        batch = load_batch(store, chunk, model.ecg_encoder.segment_samples, with_cine=False)
        batch = batch.to(standard.device)
        predicted.append(heads(model.encode_ecg(batch.ecg, batch.segment_valid).features))
    return float(phenotype_loss(torch.cat(predicted), standard[torch.from_numpy(rows)]))
