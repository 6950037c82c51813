"""The contrastive losses of PTACL: pure functions on tensors, nothing learned inside.

Selivanov, Müller, Turgut, Stolt-Ansó, Rueckert: "Global and Local Contrastive Learning for Joint
Representations from Cardiac MRI and ECG", MICCAI 2025, arXiv 2506.20683. What the paper leaves
open (how time is matched) is chosen here: cardiac phase, pooled over all beats.
"""

import torch
import torch.nn.functional as F
from einops import rearrange
from jaxtyping import Float
from torch import Tensor

PHASE_WIDTH = 0.01
"""Standard deviation of the phase window: half a frame of a 50-frame cine."""


def patient_contrastive(
    ecg: Float[Tensor, "batch embedding"],
    cmr: Float[Tensor, "batch embedding"],
    temperature: Float[Tensor, ""] | float,
) -> Float[Tensor, ""]:
    """Global loss: the two embeddings of one patient together, those of others apart.

    Symmetric InfoNCE, both directions weighing the same (Radford et al., 2021).

    Args:
        ecg: ECG embeddings, any length; normalised here.
        cmr: CMR embeddings, row i the same patient as row i of `ecg`.
        temperature: divides the cosine similarities, above 0.
    """
    logits = F.normalize(ecg, dim=-1) @ F.normalize(cmr, dim=-1).T / temperature
    target = torch.arange(len(logits), device=logits.device)
    return (F.cross_entropy(logits, target) + F.cross_entropy(logits.T, target)) / 2


def temporal_contrastive(
    segments: Float[Tensor, "batch time embedding"],
    frames: Float[Tensor, "batch time embedding"],
    temperature: Float[Tensor, ""] | float,
    *,
    centred: bool = True,
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
    """
    logits = time_similarity(segments, frames, centred=centred) / temperature
    batch, time, _ = logits.shape
    target = torch.arange(time, device=logits.device).repeat(batch)
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
    gap = segment_phase[:, None, :] - frame_phase[:, :, None]
    gap = gap - gap.round()
    closeness = -0.5 * (gap / width).square()
    closeness = closeness.masked_fill(closeness.isnan(), -torch.inf)
    # A patient without any beat has no phase at all: the plain mean keeps the batch finite.
    closeness = torch.where(closeness.isneginf().all(-1, keepdim=True), 0.0, closeness)
    return torch.einsum("bfs,bse->bfe", closeness.softmax(dim=-1).to(tokens.dtype), tokens)
