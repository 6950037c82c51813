"""Gradients of a batch that does not fit into memory, by cached representations.

Gao, Zhang, Han, Callan: "Scaling Deep Contrastive Learning Batch Size under Memory Limited
Setup" (GradCache), RepL4NLP 2021, arXiv 2101.06983. The batch is encoded twice: once without a
graph, to compute the gradient of the loss with respect to all representations; then with a graph,
chunk by chunk, to propagate it into the weights. The result is exact if both encodings are equal:
operations across subjects (batch statistics) must therefore be part of the loss, and dropout must
be seeded.
"""

from collections.abc import Callable
from typing import TypeVar

import torch
from torch import Tensor

from ptacl.tensors.subject_record import SubjectRecord

Encoded = TypeVar("Encoded", bound=SubjectRecord)


def backward(
    encode: Callable[[slice], Encoded],
    losses_of: Callable[[Encoded], dict[str, Tensor]],
    subjects: int,
    chunk_size: int | None = None,
) -> dict[str, Tensor]:
    """Compute the gradients of the loss of a batch and return the losses.

    Args:
        encode: encodes a range of subjects, each independently; deterministic.
        losses_of: computes the losses of all subjects, among them `loss`.
        subjects: number of subjects.
        chunk_size: subjects encoded at once; all by default.
    """
    if chunk_size is None or chunk_size >= subjects:
        losses = losses_of(encode(slice(0, subjects)))
        losses["loss"].backward()
        return losses
    starts = range(0, subjects, chunk_size)
    chunks = [slice(start, min(start + chunk_size, subjects)) for start in starts]
    with torch.no_grad():
        parts = [encode(chunk) for chunk in chunks]
    whole = type(parts[0]).concat(parts)
    for tensor in whole.tensors():
        tensor.requires_grad_()
    losses = losses_of(whole)
    losses["loss"].backward()
    gradients = [tensor.grad for tensor in whole.tensors()]
    for chunk in chunks:
        pairs = zip(encode(chunk).tensors(), gradients, strict=True)
        used = [(tensor, grad[chunk]) for tensor, grad in pairs if grad is not None]
        torch.autograd.backward([tensor for tensor, _ in used], [grad for _, grad in used])
    return losses
