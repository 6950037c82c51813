"""Losses of a step of contrastive training: between patients, over time, of the phenotypes."""

import torch
from einops import rearrange
from jaxtyping import Float
from torch import Tensor, nn

from ptacl.data.batches import Batch
from ptacl.encoders.time_steps import step_phase
from ptacl.encoders.two_tower import TwoTower
from ptacl.losses import (
    PATIENT_LOSSES,
    cyclic_targets,
    nearest_neighbour_pairs,
    phase_pool,
    phenotype_similarity,
    temporal_contrastive,
)
from ptacl.training.config import ContrastiveConfig
from ptacl.training.distributed import Ranks
from ptacl.training.phenotype_heads import phenotype_loss, standard_phenotypes
from ptacl.training.views import AugmentDraw, Views


def training_loss(
    model: TwoTower,
    views: Views,
    batch: Batch,
    draw: AugmentDraw,
    config: ContrastiveConfig,
    ranks: Ranks,
    subjects: int,
    heads: nn.ModuleDict | None = None,
) -> dict[str, Tensor]:
    """Compute this rank's share of the loss of a batch, and of its terms.

    The shares of all ranks add up to the loss. The patient loss compares the patients of all ranks,
    and the phenotype loss is the mean over them; the temporal loss compares the time steps of each
    patient, on the rank that has it.

    Args:
        model: the two towers.
        views: encoder outputs of this rank's part of the batch.
        batch: this rank's part of the batch.
        draw: random numbers of the step, for the same subjects.
        config: settings of the training.
        ranks: the processes that train together.
        subjects: number of subjects in the whole batch.
        heads: linear heads of the phenotypes (`phenotype_heads`), if that loss has a weight.

    Returns:
        `loss`, `patient_loss` and, of those that have a weight, `temporal_loss` and
        `phenotype_loss`.
    """
    ecg, anchors = pooled_of_all(model, views, ranks, subjects)
    patient = patient_loss(model, ecg, anchors, batch, config, ranks, subjects) / ranks.count
    losses = {"loss": patient, "patient_loss": patient}
    if config.temporal_weight:
        temporal = temporal_loss(model, views, batch, draw, config)
        losses["temporal_loss"] = temporal * (len(batch.rows) / subjects)
        losses["loss"] = losses["loss"] + config.temporal_weight * losses["temporal_loss"]
    if heads is not None:
        measured = ranks.gather(standard_phenotypes(batch), subjects)
        losses["phenotype_loss"] = two_tower_phenotype_loss(heads, ecg, anchors, measured) / (
            ranks.count
        )
        losses["loss"] = losses["loss"] + config.phenotype_weight * losses["phenotype_loss"]
    return losses


def temporal_loss(
    model: TwoTower, views: Views, batch: Batch, draw: AugmentDraw, config: ContrastiveConfig
) -> Tensor:
    """Compute the mean temporal loss of the subjects of this rank.

    Args:
        model: the two towers.
        views: encoder outputs of this rank's part of the batch.
        batch: this rank's part of the batch.
        draw: random numbers of the step, for the same subjects.
        config: settings of the training.
    """
    phase = step_phase(batch.frame_phase.gather(1, draw.picked), model.cmr_encoder.frames_per_step)
    segments = phase_pool(model.ecg_steps(views.ecg.tokens), batch.segment_phase, phase)
    width = config.temporal_soft_width
    return temporal_contrastive(
        segments,
        model.cmr_steps(views.cmr.tokens),
        model.temporal_temperature(),
        centred=config.centred,
        targets=cyclic_targets(phase, width) if width else None,
    )


def pooled_of_all(
    model: TwoTower, views: Views, ranks: Ranks, subjects: int
) -> tuple[Float[Tensor, "batch ecg_width"], list[Float[Tensor, "batch cmr_width"]]]:
    """Return the pooled features of all ranks, spread by the statistics of the whole batch.

    Args:
        model: the two towers; in training mode their running statistics are updated.
        views: encoder outputs of this rank's part of the batch.
        ranks: the processes that train together.
        subjects: number of subjects in the whole batch.

    Returns:
        Those of the ECGs, and those of each anchor of the cines: all frames, or end diastole and
        end systole.
    """
    ecg = model.ecg_encoder.spread(ranks.gather(views.ecg.pooled, subjects))
    cine = views.cmr.pooled[:, None] if views.anchors is None else views.anchors
    pooled = rearrange(ranks.gather(cine, subjects), "b anchor w -> (anchor b) w")
    return ecg, list(model.cmr_encoder.spread(pooled).chunk(cine.shape[1]))


def two_tower_phenotype_loss(
    heads: nn.ModuleDict,
    ecg: Float[Tensor, "batch ecg_width"],
    anchors: list[Float[Tensor, "batch cmr_width"]],
    measured: Float[Tensor, "batch phenotypes"],
) -> Tensor:
    """Compute the phenotype loss, the mean of both towers; of the CMR tower over the anchors.

    Args:
        heads: `ecg` and `cmr`.
        ecg: pooled features of the ECGs.
        anchors: pooled features of the cines, for each anchor.
        measured: phenotypes in standard deviations, NaN where unknown.
    """
    cmr = torch.stack([phenotype_loss(heads["cmr"](cine), measured) for cine in anchors]).mean()
    return (phenotype_loss(heads["ecg"](ecg), measured) + cmr) / 2


def patient_loss(
    model: TwoTower,
    ecg: Float[Tensor, "batch ecg_width"],
    cine: list[Float[Tensor, "batch cmr_width"]],
    batch: Batch,
    config: ContrastiveConfig,
    ranks: Ranks,
    subjects: int,
) -> Tensor:
    """Compute the patient loss of the whole batch, the mean over the anchors of each cine.

    Args:
        model: the two towers.
        ecg: pooled features of the ECGs of all ranks (`pooled_of_all`).
        cine: the same of the cines, for each anchor.
        batch: this rank's part of the batch.
        config: settings of the training.
        ranks: the processes that train together.
        subjects: number of subjects in the whole batch.
    """
    projected = model.ecg_head(ecg)
    anchors = model.cmr_head(torch.cat(cine)).chunk(len(cine))
    targets = None
    if config.patient_targets == "phenotypes":
        assert batch.phenotypes is not None, "the batch must have phenotypes"
        targets = phenotype_similarity(ranks.gather(batch.phenotypes, subjects))
    ignored = None
    if config.patient_targets == "neighbours":
        ignored = nearest_neighbour_pairs(torch.cat(anchors, dim=1), config.alike_hearts)
    loss = PATIENT_LOSSES[config.patient_loss]
    temperature = model.patient_temperature()
    losses = [
        loss(projected, cmr, temperature, targets=targets, ignored=ignored) for cmr in anchors
    ]
    return torch.stack(losses).mean()
