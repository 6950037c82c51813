"""Frames of a cine and the time steps of an encoder.

A time step can span several frames (a tubelet of the published encoder spans five). Results are
reported in frames, so that encoders with different steps can be compared.
"""

import torch
from jaxtyping import Float, Int
from torch import Tensor


def draw_frames(
    batch: int, frames: int, picked: int, generator: torch.Generator
) -> Int[Tensor, "batch picked"]:
    """Draw one frame from each of `picked` equal parts of the beat.

    A regular grid with one random offset would only contrast frames at multiples of its step; with
    it, late diastole was misaligned by seven frames, a distance that did not occur in training.

    Args:
        batch: number of cines.
        frames: frames per cine.
        picked: frames to draw per cine.
        generator: source of randomness.
    """
    position = torch.arange(picked) + torch.rand(batch, picked, generator=generator)
    return (position * (frames / picked)).long().clamp(max=frames - 1)


def step_phase(
    phase: Float[Tensor, "batch frames"], frames_per_step: int
) -> Float[Tensor, "batch steps"]:
    """Return the cardiac phase of each step: the circular mean over its frames, in [0, 1].

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
    """Interpolate the vectors of steps linearly to all frames, cyclically over the beat.

    If each step were repeated instead, its frames would be equal, and the best match among them
    would depend on rounding.

    Example:
        >>> spread_over_frames(torch.tensor([[[0.0], [3.0]]]), 3).flatten().round().tolist()
        [1.0, 0.0, 1.0, 2.0, 3.0, 2.0]
    """
    count = steps.shape[1]
    frame = torch.arange(count * frames_per_step, device=steps.device)
    position = (frame - (frames_per_step - 1) / 2) / frames_per_step
    before = position.floor().long()
    share = (position - before)[:, None].to(steps.dtype)
    return torch.lerp(steps[:, before % count], steps[:, (before + 1) % count], share)
