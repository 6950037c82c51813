"""Cosine similarities of two batches of embeddings."""

import torch.nn.functional as F
from jaxtyping import Float
from torch import Tensor


def cosine_similarities(
    ecg: Float[Tensor, "batch embedding"], cmr: Float[Tensor, "batch embedding"]
) -> Float[Tensor, "batch batch"]:
    """Return the cosine similarity of every ECG (row) with every CMR embedding (column)."""
    return F.normalize(ecg, dim=-1) @ F.normalize(cmr, dim=-1).T
