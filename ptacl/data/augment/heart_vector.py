"""Rotation of the heart vector: the ECG at another orientation of the heart in the chest.

The twelve leads are approximately projections of one vector (Dower et al., 1980). The vector is
estimated by least squares, rotated and projected back, which keeps Einthoven's law; the residual
that the vector does not explain is unchanged. As an augmentation 3KG (Gopal et al., 2021, arXiv
2106.04452).
"""

from functools import cache

import torch
from jaxtyping import Float
from torch import Tensor

from ptacl.types import FROM_INDEPENDENT

# I, II, V1 to V6 of the vector: x to the left, y downwards, z to the back (Dower et al., 1980).
_INDEPENDENT = (
    (0.632, -0.235, 0.059), (0.235, 1.066, -0.132), (-0.515, 0.157, -0.917),
    (0.044, 0.164, -1.387), (0.882, 0.098, -1.277), (1.213, 0.127, -0.601),
    (1.125, 0.127, -0.086), (0.831, 0.076, 0.230),
)  # fmt: skip


def draw_turns(
    sd_deg: float, batch: int, generator: torch.Generator
) -> Float[Tensor, "batch 12 12"]:
    """Draw a rotation of the heart vector for each ECG, as a matrix on the leads.

    Args:
        sd_deg: standard deviation of the angle about each of the three axes.
        batch: number of ECGs.
        generator: source of randomness.
    """
    return turn_matrices(torch.deg2rad(sd_deg * torch.randn(3, batch, generator=generator)))


def turn_matrices(turns: Float[Tensor, "axes=3 batch"]) -> Float[Tensor, "batch 12 12"]:
    """Return rotations of the heart vector as matrices on the leads.

    Args:
        turns: axis of each rotation, as long as its angle in radians.
    """
    x, y, z = turns
    zero = torch.zeros_like(x)
    rows = [zero, -z, y, z, zero, -x, -y, x, zero]
    rotation = torch.linalg.matrix_exp(torch.stack(rows, dim=1).view(-1, 3, 3))
    leads_of_vector, vector_of_leads = _projections()
    return torch.eye(12) + leads_of_vector @ (rotation - torch.eye(3)) @ vector_of_leads


def turn_hearts(
    ecg: Float[Tensor, "batch 12 samples"], turns: Float[Tensor, "batch 12 12"]
) -> Float[Tensor, "batch 12 samples"]:
    """Apply a rotation of the heart vector to ECGs; a lead without signal stays zero."""
    return (turns @ ecg) * ecg.any(dim=-1, keepdim=True)


@cache
def _projections() -> tuple[Float[Tensor, "12 3"], Float[Tensor, "3 12"]]:
    """Return the projections of the vector to the leads and of the leads to the vector."""
    independent, twelve = torch.tensor(_INDEPENDENT), torch.from_numpy(FROM_INDEPENDENT).float()
    return twelve @ independent, torch.linalg.pinv(independent) @ torch.linalg.pinv(twelve)
