"""The heart turned in its chest: an ECG as it would be at another position of the heart.

Twelve leads are nearly the projections of one vector (Dower et al., 1980). It is found by least
squares, turned, and projected anew, which keeps Einthoven's law; what no vector explains stays as
it is. As an augmentation 3KG (Gopal et al., 2021, arXiv 2106.04452).
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
    """What turns the leads of each ECG: by normal angles about all three axes at once."""
    x, y, z = torch.deg2rad(sd_deg * torch.randn(3, batch, generator=generator))
    still = torch.zeros(batch)
    rows = [still, -z, y, z, still, -x, -y, x, still]
    turn = torch.linalg.matrix_exp(torch.stack(rows, dim=1).view(batch, 3, 3))
    project, find = _leads_and_vector()
    return torch.eye(12) + project @ (turn - torch.eye(3)) @ find


def turn_hearts(
    ecg: Float[Tensor, "batch 12 samples"], turns: Float[Tensor, "batch 12 12"]
) -> Float[Tensor, "batch 12 samples"]:
    """The ECGs of the turned hearts; a lead without signal stays without."""
    return (turns @ ecg) * ecg.any(dim=-1, keepdim=True)


@cache
def _leads_and_vector() -> tuple[Float[Tensor, "12 3"], Float[Tensor, "3 12"]]:
    """The leads of the vector, and the vector of the leads; made for who turns hearts alone."""
    independent, twelve = torch.tensor(_INDEPENDENT), torch.from_numpy(FROM_INDEPENDENT).float()
    return twelve @ independent, torch.linalg.pinv(independent) @ torch.linalg.pinv(twelve)
