"""Patient loss as binary classification of every pair, after SigLIP."""

import math

import torch
import torch.nn.functional as F
from jaxtyping import Bool, Float
from torch import Tensor

from ptacl.losses.similarity import cosine_similarities
from ptacl.tensors.precision import in_float32


@in_float32
def patient_sigmoid(
    ecg: Float[Tensor, "batch embedding"],
    cmr: Float[Tensor, "batch embedding"],
    temperature: Float[Tensor, ""] | float,
    *,
    targets: Float[Tensor, "batch batch"] | None = None,
    ignored: Bool[Tensor, "batch batch"] | None = None,
) -> Float[Tensor, ""]:
    """Compute the sigmoid loss: each pair of ECG and CMR is classified as matching or not.

    After SigLIP (Zhai et al., ICCV 2023, arXiv 2303.15343): binary cross-entropy summed over the
    CMR embeddings and averaged over the ECGs. SigLIP learns a bias that starts at −10, since most
    pairs do not match; here the bias is the log odds of a non-matching pair, so the model needs
    no additional weight.

    Args:
        ecg: ECG embeddings; normalised here.
        cmr: CMR embeddings, row i of the same patient as row i of `ecg`; normalised here.
        temperature: divides the cosine similarities, above 0.
        targets: soft labels in [0, 1], 1 on the diagonal. Default: 0 off the diagonal.
        ignored: pairs excluded from the sum.

    Returns:
        The loss, a scalar.
    """
    patients = len(ecg)
    logits = cosine_similarities(ecg, cmr) / temperature - math.log(max(patients - 1, 1))
    label = torch.eye(patients, device=logits.device, dtype=logits.dtype)
    label = label if targets is None else targets.to(logits.dtype)
    loss = F.binary_cross_entropy_with_logits(logits, label, reduction="none")
    if ignored is not None:
        loss = loss.masked_fill(ignored, 0.0)
    return loss.sum() / patients
