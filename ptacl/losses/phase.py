"""Cardiac phase on tensors: pooling of tokens by phase, and soft targets over the cardiac cycle."""

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
    """Average the tokens of all beats near the cardiac phase of each frame.

    The weights are a Gaussian of the cyclic distance in phase, normalised over the segments. Where
    no segment is near, the closest one receives nearly all the weight.

    Args:
        tokens: one token per segment.
        segment_phase: phase of each segment in its own beat, in [0, 1); NaN excludes it.
        frame_phase: phase of each frame, in [0, 1).
        width: standard deviation of the Gaussian, as a fraction of the beat.

    Returns:
        One vector per frame.
    """
    closeness = _closeness(segment_phase, frame_phase, width)
    closeness = closeness.masked_fill(closeness.isnan(), -torch.inf)
    # A patient without any beat has no phase: the plain mean keeps the loss finite.
    closeness = torch.where(closeness.isneginf().all(-1, keepdim=True), 0.0, closeness)
    return torch.einsum("bfs,bse->bfe", closeness.softmax(dim=-1).to(tokens.dtype), tokens)


def cyclic_targets(
    phase: Float[Tensor, "batch time"], width: float
) -> Float[Tensor, "batch time time"]:
    """Return soft targets over time: a Gaussian of the cyclic distance in phase.

    Adjacent frames show nearly the same moment, and the last frame is adjacent to the first.

    Args:
        phase: phase of each time step, in [0, 1).
        width: standard deviation of the Gaussian, as a fraction of the beat, above 0.

    Returns:
        For each time step a distribution over all time steps of the patient.
    """
    return _closeness(phase, phase, width).softmax(dim=-1)


def _closeness(
    from_phase: Float[Tensor, "batch n"], to_phase: Float[Tensor, "batch m"], width: float
) -> Float[Tensor, "batch m n"]:
    """Return the logarithm of the Gaussian of the cyclic distance, unnormalised."""
    gap = from_phase[:, None, :] - to_phase[:, :, None]
    return -0.5 * ((gap - gap.round()) / width).square()
