"""Frames of a cine and the steps of time that an encoder makes of them.

A step may span several frames (a tubelet of the published encoder spans five). What is reported
counts in frames all the same, so that encoders of any step can be held against each other.
"""

import torch
from jaxtyping import Float, Int
from torch import Tensor


def draw_frames(
    batch: int, frames: int, picked: int, generator: torch.Generator
) -> Int[Tensor, "batch picked"]:
    """Frame numbers: one drawn out of each of `picked` equal parts of the beat.

    An even grid from one random offset contrasts only frames whose distance is a multiple of its
    step: it left late diastole seven frames out of place, a distance that it never met.
    """
    place = torch.arange(picked) + torch.rand(batch, picked, generator=generator)
    return (place * (frames / picked)).long().clamp(max=frames - 1)


def step_phase(
    phase: Float[Tensor, "batch frames"], frames_per_step: int
) -> Float[Tensor, "batch steps"]:
    """Cardiac phase of each step: the circular mean of its frames', in [0, 1].

    Example:
        >>> step_phase(torch.tensor([[0.9, 0.2, 0.2, 0.4]]), 2).mul(100).round().tolist()
        [[5.0, 30.0]]
    """
    if frames_per_step == 1:
        return phase
    angle = 2 * torch.pi * phase.unflatten(1, (-1, frames_per_step))
    mean = torch.atan2(angle.sin().mean(dim=-1), angle.cos().mean(dim=-1))
    return (mean / (2 * torch.pi)) % 1.0


def spread_over_frames(
    steps: Float[Tensor, "batch steps width"], frames_per_step: int
) -> Float[Tensor, "batch frames width"]:
    """A vector for every frame: between the centres of two steps their mix, around the beat.

    Repeating each step instead would make its frames equal, and which of them matches best a
    matter of rounding.

    Example:
        >>> spread_over_frames(torch.tensor([[[0.0], [3.0]]]), 3).flatten().round().tolist()
        [1.0, 0.0, 1.0, 2.0, 3.0, 2.0]
    """
    count = steps.shape[1]
    frame = torch.arange(count * frames_per_step, device=steps.device)
    place = (frame - (frames_per_step - 1) / 2) / frames_per_step
    before = place.floor().long()
    share = (place - before)[:, None].to(steps.dtype)
    return torch.lerp(steps[:, before % count], steps[:, (before + 1) % count], share)
