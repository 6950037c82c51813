"""The local loss: which ECG segment and which frame of a patient show the same moment."""

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
    """Local loss: within a patient, each ECG segment matches the frame of its phase.

    Symmetric InfoNCE over time; the negatives are the other times of the same patient.

    Args:
        segments: ECG segments pooled into the phase of each frame (`phase_pool`), projected.
        frames: CMR frames, projected; column t belongs to row t of `segments`.
        temperature: divides the cosine similarities, above 0.
        centred: subtract each patient's mean over time first. The loss then says nothing about
            that mean, which is what the patient loss reads: timing no longer crowds the
            volumes out of the pooled feature.
        targets: soft targets (`cyclic_targets`), each row a distribution over the frames and
            alike in both directions; only the own time by default.
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
    """Cosine similarity of every segment with every frame of the same patient."""
    if centred:
        segments = segments - segments.mean(dim=1, keepdim=True)
        frames = frames - frames.mean(dim=1, keepdim=True)
    return torch.einsum("bse,bfe->bsf", F.normalize(segments, dim=-1), F.normalize(frames, dim=-1))
