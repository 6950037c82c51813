"""Similarity of patients, for soft targets and for the removal of false negatives.

Plain InfoNCE treats all other patients as negatives, however similar their hearts are.
"""

import torch
import torch.nn.functional as F
from jaxtyping import Bool, Float
from torch import Tensor

SIMILARITY_WIDTH = 0.35
"""In standard deviations of the healthy population: about the error of a repeated measurement."""


def phenotype_similarity(
    phenotypes: Float[Tensor, "batch phenotypes"], *, width: float = SIMILARITY_WIDTH
) -> Float[Tensor, "batch batch"]:
    """Return the similarity of the measured phenotypes of every pair of patients.

    A Gaussian of the root mean square difference over the phenotypes that both patients have: the
    phenotype-based soft targets of MyoECG, with a kernel chosen here. The similarity is 0 where
    two patients have no phenotype in common.

    Args:
        phenotypes: in standard deviations of the healthy population; NaN where unknown.
        width: standard deviation of the Gaussian.

    Returns:
        Similarities in [0, 1], 1 on the diagonal.
    """
    known = phenotypes.isfinite()
    shared = (known[:, None] & known[None]).sum(dim=-1)
    gap = phenotypes[:, None] - phenotypes[None]
    distance = gap.square().nan_to_num(0.0).sum(dim=-1) / shared.clamp(min=1)
    similarity = torch.exp(-0.5 * distance / width**2).masked_fill(shared == 0, 0.0)
    return similarity.fill_diagonal_(1.0)


@torch.no_grad()
def nearest_neighbour_pairs(
    cmr: Float[Tensor, "batch embedding"], count: int
) -> Bool[Tensor, "batch batch"]:
    """Find pairs of patients that are nearest neighbours by their CMR embeddings.

    Such pairs are likely false negatives, so the patient loss excludes them (Huynh et al., WACV
    2022, "false negative elimination"). No phenotype is needed.

    Args:
        cmr: CMR embeddings, of any norm; no gradient flows back.
        count: nearest neighbours of each patient, at most two fewer than patients.

    Returns:
        Symmetric; True where either patient is among the nearest neighbours of the other.
    """
    unit = F.normalize(cmr, dim=-1)
    similarity = (unit @ unit.T).fill_diagonal_(-torch.inf)
    nearest = similarity.topk(max(0, min(count, len(cmr) - 2)), dim=1).indices
    neighbours = torch.zeros_like(similarity, dtype=torch.bool).scatter_(1, nearest, True)
    return neighbours | neighbours.T
