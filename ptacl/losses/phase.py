"""Cardiac phase as tensors: tokens pooled by it, and targets that are soft around its circle."""

import torch
from jaxtyping import Float
from torch import Tensor

PHASE_WIDTH = 0.01
"""Standard deviation of the phase window: half a frame of a 50-frame cine."""


def phase_pool(
    tokens: Float[Tensor, "batch segments embedding"],
    segment_phase: Float[Tensor, "batch segments"],
    frame_phase: Float[Tensor, "batch frames"],
    *,
    width: float = PHASE_WIDTH,
) -> Float[Tensor, "batch frames embedding"]:
    """Average the tokens of all beats around the cardiac phase of each frame.

    The weights are a Gaussian of the cyclic distance in phase, normalised over the segments; far
    from every segment they choose the nearest one.

    Args:
        tokens: one token a segment.
        segment_phase: phase of each segment in its own beat, in [0, 1); NaN leaves it out.
        frame_phase: phase of each frame, in [0, 1).
        width: standard deviation of the Gaussian, in phase.
    """
    closeness = _closeness(segment_phase, frame_phase, width)
    closeness = closeness.masked_fill(closeness.isnan(), -torch.inf)
    # A patient without any beat has no phase at all: the plain mean keeps the batch finite.
    closeness = torch.where(closeness.isneginf().all(-1, keepdim=True), 0.0, closeness)
    return torch.einsum("bfs,bse->bfe", closeness.softmax(dim=-1).to(tokens.dtype), tokens)


def cyclic_targets(
    phase: Float[Tensor, "batch time"], width: float
) -> Float[Tensor, "batch time time"]:
    """For each time a distribution over all times of the patient, a Gaussian around the circle.

    A neighbouring frame is nearly right, and the last one is the neighbour of the first.

    Args:
        phase: of each time, in [0, 1).
        width: standard deviation of the Gaussian, in phase, above 0.
    """
    return _closeness(phase, phase, width).softmax(dim=-1)


def _closeness(
    from_phase: Float[Tensor, "batch n"], to_phase: Float[Tensor, "batch m"], width: float
) -> Float[Tensor, "batch m n"]:
    """Logarithm of the Gaussian of the cyclic distance, unnormalised."""
    gap = from_phase[:, None, :] - to_phase[:, :, None]
    return -0.5 * ((gap - gap.round()) / width).square()
