"""The global losses: which ECG and which cine belong to one patient."""

import math

import torch
import torch.nn.functional as F
from jaxtyping import Bool, Float
from torch import Tensor

from ptacl.tensors.precision import in_float32


@in_float32
def patient_contrastive(
    ecg: Float[Tensor, "batch embedding"],
    cmr: Float[Tensor, "batch embedding"],
    temperature: Float[Tensor, ""] | float,
    *,
    alike: Float[Tensor, "batch batch"] | None = None,
    ignored: Bool[Tensor, "batch batch"] | None = None,
) -> Float[Tensor, ""]:
    """Global loss: the two embeddings of one patient together, those of different patients apart.

    Symmetric InfoNCE, both directions weighing the same (Radford et al., 2021).

    Args:
        ecg: ECG embeddings, any length; normalised here.
        cmr: CMR embeddings, row i the same patient as row i of `ecg`.
        temperature: divides the cosine similarities, above 0.
        alike: soft targets: how alike the hearts of two patients are, 1 on the diagonal; each
            row becomes a distribution. Only the own patient by default.
        ignored: pairs that are no negatives; never on the diagonal, and not together with `alike`.
    """
    logits = _cosines(ecg, cmr) / temperature
    if alike is not None:
        forward = F.cross_entropy(logits, alike / alike.sum(dim=1, keepdim=True))
        backward = F.cross_entropy(logits.T, alike.T / alike.T.sum(dim=1, keepdim=True))
        return (forward + backward) / 2
    if ignored is not None:
        logits = logits.masked_fill(ignored, -torch.inf)
    target = torch.arange(len(logits), device=logits.device)
    return (F.cross_entropy(logits, target) + F.cross_entropy(logits.T, target)) / 2


@in_float32
def patient_sigmoid(
    ecg: Float[Tensor, "batch embedding"],
    cmr: Float[Tensor, "batch embedding"],
    temperature: Float[Tensor, ""] | float,
    *,
    alike: Float[Tensor, "batch batch"] | None = None,
    ignored: Bool[Tensor, "batch batch"] | None = None,
) -> Float[Tensor, ""]:
    """Each pair of an ECG and a cine is judged alone: one patient's, or not.

    After SigLIP (Zhai et al., ICCV 2023, arXiv 2303.15343): binary cross-entropy summed over all
    cines, averaged over ECGs. Their learned bias, which starts at −10 because nearly all pairs
    are strangers, is here the logarithm of the odds that a pair is none, so that the towers need
    no new weight.

    Args:
        ecg, cmr, temperature: as in `patient_contrastive`.
        alike: soft labels, 1 on the diagonal; 0 elsewhere by default.
        ignored: pairs that are not judged.
    """
    patients = len(ecg)
    logits = _cosines(ecg, cmr) / temperature - math.log(max(patients - 1, 1))
    label = torch.eye(patients, device=logits.device, dtype=logits.dtype)
    label = label if alike is None else alike.to(logits.dtype)
    loss = F.binary_cross_entropy_with_logits(logits, label, reduction="none")
    if ignored is not None:
        loss = loss.masked_fill(ignored, 0.0)
    return loss.sum() / patients


def _cosines(
    ecg: Float[Tensor, "batch embedding"], cmr: Float[Tensor, "batch embedding"]
) -> Float[Tensor, "batch batch"]:
    return F.normalize(ecg, dim=-1) @ F.normalize(cmr, dim=-1).T
