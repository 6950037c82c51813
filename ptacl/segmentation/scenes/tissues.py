"""Intensities of the heart's tissues."""

from dataclasses import dataclass

import torch
from torch import Tensor

from ptacl.segmentation.scenes.draws import Draws


@dataclass(frozen=True)
class Tissues:
    """Intensities, each (scenes, channels)."""

    blood: Tensor
    rv_blood: Tensor
    muscle: Tensor
    fat: Tensor


def draw_tissues(draws: Draws, channels: int, randomised: bool) -> Tissues:
    """Draw the intensities of a batch; if not randomised, those of the simulated cohort."""

    def over_time(value: Tensor, change: float) -> Tensor:
        return value[:, None] * (1 + change * draws.normal(channels)).clamp(0.7, 1.3)

    if not randomised:
        values = (0.8, 0.77, 0.3, 0.9)
        blood, rv_blood, muscle, fat = (torch.full((draws.scenes, channels), v) for v in values)
        return Tissues(blood, rv_blood, muscle, fat)
    blood = draws.uniform(0.5, 1.0)
    return Tissues(
        blood=over_time(blood, 0.05),
        rv_blood=over_time(blood * draws.uniform(0.7, 1.2), 0.06),
        muscle=over_time(blood * draws.uniform(0.1, 0.62), 0.03),
        fat=over_time(blood * draws.uniform(0.3, 1.4), 0.02),
    )
