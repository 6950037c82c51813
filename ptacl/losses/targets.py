"""Which patients have alike hearts, and are so no true negatives of each other.

Plain InfoNCE pushes two equal hearts apart as hard as two different ones.
"""

import torch
import torch.nn.functional as F
from jaxtyping import Bool, Float
from torch import Tensor

ALIKE_WIDTH = 0.35
"""Standard deviations of healthy people: about the error of a repeated measurement."""


def phenotype_alikeness(
    phenotypes: Float[Tensor, "batch phenotypes"], *, width: float = ALIKE_WIDTH
) -> Float[Tensor, "batch batch"]:
    """How alike the hearts of two patients are by measurement, 0 to 1 and 1 with itself.

    A Gaussian of the root mean square difference over the phenotypes that both have: the
    phenotype-soft targets of MyoECG, in a form chosen here. Patients who have none in common are
    strangers.

    Args:
        phenotypes: in standard deviations; NaN where unknown.
        width: standard deviation of the Gaussian.
    """
    known = phenotypes.isfinite()
    shared = (known[:, None] & known[None]).sum(dim=-1)
    gap = phenotypes[:, None] - phenotypes[None]
    distance = gap.square().nan_to_num(0.0).sum(dim=-1) / shared.clamp(min=1)
    alike = torch.exp(-0.5 * distance / width**2).masked_fill(shared == 0, 0.0)
    return alike.fill_diagonal_(1.0)


@torch.no_grad()
def nearest_hearts(
    cmr: Float[Tensor, "batch embedding"], count: int
) -> Bool[Tensor, "batch batch"]:
    """Pairs of different patients of whom either is among the other's nearest by their cines.

    These are left out of the negatives, for they are likely to be false ones (Huynh et al.,
    WACV 2022, "false negative elimination"). No phenotype is needed.

    Args:
        cmr: embeddings of the cines, any length; no gradient flows back.
        count: how many nearest ones a patient has, at most all but one.
    """
    unit = F.normalize(cmr, dim=-1)
    similarity = (unit @ unit.T).fill_diagonal_(-torch.inf)
    nearest = similarity.topk(max(0, min(count, len(cmr) - 2)), dim=1).indices
    chosen = torch.zeros_like(similarity, dtype=torch.bool).scatter_(1, nearest, True)
    return chosen | chosen.T
