"""Linear heads that predict the phenotypes from pooled features in training, and their loss.

Shared by the supervised stages of one tower (`supervised`) and by the phenotype loss beside the two
contrastive losses (`contrastive`). The targets are `Batch.phenotypes`, standardised by the healthy
population and so known without a cohort. The heads are not part of the model: they are saved in
`state/` only, and heads of the same kind are fitted to every model afterwards
(`regression.features.fit_store_heads`).
"""

from typing import Literal

import torch
from jaxtyping import Float
from torch import nn

from ptacl.data.batches import Batch
from ptacl.encoders.two_tower import TwoTower
from ptacl.phenotypes import PHENOTYPE_KEYS

Tower = Literal["ecg", "cmr"]
"""One of the two encoders of a model."""
TOWERS: tuple[Tower, ...] = ("ecg", "cmr")


def phenotype_heads(model: TwoTower, towers: tuple[Tower, ...] = TOWERS) -> nn.ModuleDict:
    """Make a linear head for each tower, with one output per phenotype and random weights.

    Args:
        model: its encoders determine the widths.
        towers: encoders that get a head.
    """
    widths = {"ecg": model.ecg_encoder.width, "cmr": model.cmr_encoder.width}
    return nn.ModuleDict({tower: nn.Linear(widths[tower], len(PHENOTYPE_KEYS)) for tower in towers})


def standard_phenotypes(batch: Batch) -> Float[torch.Tensor, "batch phenotypes"]:
    """Return the phenotypes of a batch in standard deviations, NaN where unknown."""
    assert batch.phenotypes is not None, "the batch must have phenotypes"
    return batch.phenotypes


def phenotype_loss(
    predicted: Float[torch.Tensor, "batch phenotypes"],
    measured: Float[torch.Tensor, "batch phenotypes"],
) -> Float[torch.Tensor, ""]:
    """Compute the mean squared error over the measured phenotypes; 0 if none was measured.

    Args:
        predicted: in the unit of `measured`.
        measured: NaN where unknown.
    """
    known = measured.isfinite()
    error = torch.where(known, predicted - measured.nan_to_num(), 0.0)
    return error.square().sum() / known.sum().clamp(min=1)
