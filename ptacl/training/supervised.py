"""Supervised training of the ECG encoder on the phenotypes: set up, fit, validate, save.

The baseline that needs no cines, only the phenotypes measured in them; started from the encoder of
another checkpoint, it is fine-tuning. It takes the config of the contrastive training that it is
compared with, so that epochs, batches, learning rate and augmentation are the same; settings of the
cine are not used.
"""

from functools import partial
from pathlib import Path

import numpy as np
import torch
from jaxtyping import Bool, Float
from torch import Tensor, nn

from ptacl.checkpoint.files import Checkpoint
from ptacl.data.augment import apply_ecg, draw_ecg
from ptacl.data.batches import Batch, BatchFields, batches
from ptacl.data.splits import split_rows
from ptacl.encoders.two_tower import TwoTower
from ptacl.phenotypes import PHENOTYPE_KEYS
from ptacl.store import Store
from ptacl.training.config import ContrastiveConfig
from ptacl.training.device import precision
from ptacl.training.distributed import join_ranks
from ptacl.training.epochs import train_epochs
from ptacl.training.run import Progress, Run
from ptacl.training.warm_start import begin_model

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
    """Train the ECG encoder to predict the phenotypes and save it as a checkpoint.

    One linear head per phenotype reads the pooled features during training. These heads are
    discarded: the same kind of heads is fitted to every model afterwards
    (`regression.features.fit_store_heads`). The CMR encoder of the checkpoint is not trained.

    Args:
        store: the cohort.
        out: folder of the checkpoint.
        checkpoint: architecture and provenance, saved with the weights.
        config: epochs, batches, learning rate, augmentation, seed.
        init: checkpoint to fine-tune; random weights by default.
        resume: continue from `state/` if it exists.
        progress: called with (step, total steps, latest metrics).

    Returns:
        The run.

    Raises:
        PtaclError: `out` holds a started run and `resume` is False, or the state of another run.
    """
    with join_ranks() as ranks:
        model, checkpoint = begin_model(checkpoint, config.seed, init)
        heads = nn.Linear(model.ecg_encoder.width, len(PHENOTYPE_KEYS))
        learner = nn.ModuleDict({"model": model, "heads": heads}).to(ranks.device)
        run = Run(out, model, checkpoint, config, learner=learner, ranks=ranks)
        standard = standardised(store, split_rows(store, "train")).to(ranks.device)
        train_epochs(
            run, store, partial(_train_step, run, heads, standard),
            partial(_validate, run, heads, store, standard),
            fields=BatchFields(cine=False), resume=resume, progress=progress,
        )  # fmt: skip
    return run


def standardised(store: Store, rows: np.ndarray) -> Float[Tensor, "subjects phenotypes"]:
    """Standardise the phenotypes of all subjects by mean and standard deviation of given rows.

    Args:
        store: the cohort.
        rows: rows of the training subjects.

    Returns:
        Phenotypes in standard deviations, NaN where unknown; a phenotype that is unknown or
        constant in the given rows is NaN for all subjects.
    """
    table = store.table.reindex(columns=list(PHENOTYPE_KEYS))
    values = table.to_numpy(dtype=np.float64)
    learned = np.ma.masked_invalid(values[rows])
    mean, spread = learned.mean(axis=0).filled(np.nan), learned.std(axis=0).filled(np.nan)
    return torch.from_numpy((values - mean) / np.where(spread > 0, spread, np.nan)).float()


def phenotype_loss(
    predicted: Float[Tensor, "batch phenotypes"], measured: Float[Tensor, "batch phenotypes"]
) -> Float[Tensor, ""]:
    """Compute the mean squared error over the measured phenotypes; 0 if none was measured."""
    known = measured.isfinite()
    error = torch.where(known, predicted - measured.nan_to_num(), 0.0)
    return error.square().sum() / known.sum().clamp(min=1)


def pooled_ecg(
    model: TwoTower,
    ecg: Float[Tensor, "batch leads samples"],
    valid: Bool[Tensor, "batch segments"],
) -> Float[Tensor, "batch width"]:
    """Return the pooled vectors of ECGs, the input of the projection head of the patient loss."""
    return model.ecg_encoder.spread(model.ecg_encoder.encode(ecg, valid).pooled)


def _train_step(
    run: Run[ContrastiveConfig],
    heads: nn.Module,
    standard: Tensor,
    batch: Batch,
    step: int,
    subjects: int,
) -> dict[str, float]:
    config, ranks = run.config, run.ranks
    generator = run.draw_alone(step)
    run.learner.train()
    ecg = apply_ecg(batch.ecg, draw_ecg(config.augment, batch.ecg.shape, generator))
    with precision(config, ranks.device):
        predicted = heads(pooled_ecg(run.model, ecg, batch.segment_valid)).float()
    loss = phenotype_loss(predicted, standard[batch.rows])
    return run.descend({"loss": loss}, share=len(batch.rows) / subjects)


@torch.inference_mode()
def _validate(
    run: Run[ContrastiveConfig], heads: nn.Module, store: Store, standard: Tensor
) -> dict[str, float]:
    model = run.model.eval()
    rows = split_rows(store, "val", run.config.validate_subjects)
    predicted = []
    segment, fields = model.ecg_encoder.segment_samples, BatchFields(cine=False)
    for loaded in batches(store, rows, VALIDATE_BATCH, segment, fields):
        batch = loaded.to(standard.device)
        predicted.append(heads(pooled_ecg(model, batch.ecg, batch.segment_valid)))
    measured = standard[torch.from_numpy(rows)]
    return {"validation_loss": float(phenotype_loss(torch.cat(predicted), measured))}
