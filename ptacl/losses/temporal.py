"""Temporal (local) loss: ECG segments and cine frames of one patient matched over time."""

import torch
import torch.nn.functional as F
from einops import rearrange
from jaxtyping import Float
from torch import Tensor

from ptacl.tensors.precision import in_float32


@in_float32
def temporal_contrastive(
    segments: Float[Tensor, "batch time embedding"],
    frames: Float[Tensor, "batch time embedding"],
    temperature: Float[Tensor, ""] | float,
    *,
    centred: bool = True,
    targets: Float[Tensor, "batch time time"] | None = None,
) -> Float[Tensor, ""]:
    """Compute the symmetric InfoNCE loss over the time steps of each patient.

    The negatives are the other time steps of the same patient.

    Args:
        segments: projected ECG segments, pooled at the phase of each frame (`phase_pool`).
        frames: projected CMR frames; frame t matches segment t.
        temperature: divides the cosine similarities, above 0.
        centred: subtract each patient's mean over time first. The loss is then independent of that
            mean, which the patient loss uses, so timing does not displace volumes from the pooled
            feature.
        targets: soft targets (`cyclic_targets`), symmetric, each row a distribution over the
            frames. Default: only the matching time step.

    Returns:
        The mean loss over patients and time steps, a scalar.
    """
    logits = time_similarity(segments, frames, centred=centred) / temperature
    batch, time, _ = logits.shape
    if targets is None:
        target = torch.arange(time, device=logits.device).repeat(batch)
    else:
        target = rearrange(targets, "b s f -> (b s) f").to(logits.dtype)
    forward = F.cross_entropy(rearrange(logits, "b s f -> (b s) f"), target)
    backward = F.cross_entropy(rearrange(logits, "b s f -> (b f) s"), target)
    return (forward + backward) / 2


def time_similarity(
    segments: Float[Tensor, "batch segments embedding"],
    frames: Float[Tensor, "batch frames embedding"],
    *,
    centred: bool = True,
) -> Float[Tensor, "batch segments frames"]:
    """Return the cosine similarity of every segment with every frame of the same patient.

    Args:
        segments: projected ECG segments.
        frames: projected CMR frames.
        centred: subtract each patient's mean over time from both first.
    """
    if centred:
        segments = segments - segments.mean(dim=1, keepdim=True)
        frames = frames - frames.mean(dim=1, keepdim=True)
    return torch.einsum("bse,bfe->bsf", F.normalize(segments, dim=-1), F.normalize(frames, dim=-1))
