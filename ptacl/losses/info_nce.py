"""Patient loss in its default form: symmetric InfoNCE over the patients of a batch."""

import torch
import torch.nn.functional as F
from jaxtyping import Bool, Float
from torch import Tensor

from ptacl.losses.similarity import cosine_similarities
from ptacl.tensors.precision import in_float32


@in_float32
def patient_contrastive(
    ecg: Float[Tensor, "batch embedding"],
    cmr: Float[Tensor, "batch embedding"],
    temperature: Float[Tensor, ""] | float,
    *,
    targets: Float[Tensor, "batch batch"] | None = None,
    ignored: Bool[Tensor, "batch batch"] | None = None,
) -> Float[Tensor, ""]:
    """Compute the symmetric InfoNCE loss of paired embeddings (Radford et al., 2021).

    The mean of the cross-entropies from ECG to CMR and from CMR to ECG.

    Args:
        ecg: ECG embeddings; normalised here.
        cmr: CMR embeddings, row i of the same patient as row i of `ecg`; normalised here.
        temperature: divides the cosine similarities, above 0.
        targets: soft targets, 1 on the diagonal (`phenotype_similarity`); each row is normalised
            to a distribution. Default: only the matching pair counts.
        ignored: pairs excluded from the negatives; False on the diagonal. Has no effect together
            with `targets`.

    Returns:
        The loss, a scalar.
    """
    logits = cosine_similarities(ecg, cmr) / temperature
    if targets is not None:
        forward = F.cross_entropy(logits, targets / targets.sum(dim=1, keepdim=True))
        backward = F.cross_entropy(logits.T, targets.T / targets.T.sum(dim=1, keepdim=True))
        return (forward + backward) / 2
    if ignored is not None:
        logits = logits.masked_fill(ignored, -torch.inf)
    target = torch.arange(len(logits), device=logits.device)
    return (F.cross_entropy(logits, target) + F.cross_entropy(logits.T, target)) / 2
