"""Gradients of a batch that does not fit into memory, by cached representations.

Gao, Zhang, Han, Callan: "Scaling Deep Contrastive Learning Batch Size under Memory Limited
Setup" (GradCache), RepL4NLP 2021, arXiv 2101.06983. The batch is encoded twice: once without a
graph, to learn from all representations what the loss asks of each; then chunk by chunk with one,
to carry that into the weights. It is exact where the second encoding repeats the first, so
whatever looks across subjects (batch statistics above all) must lie in the loss, and dropout must
follow from seeds.
"""

from collections.abc import Callable
from typing import TypeVar

import torch
from torch import Tensor

from ptacl.tensors.subject_record import BySubject

Encoded = TypeVar("Encoded", bound=BySubject)


def backward(
    encode: Callable[[slice], Encoded],
    losses_of: Callable[[Encoded], dict[str, Tensor]],
    subjects: int,
    chunk_size: int | None = None,
) -> dict[str, Tensor]:
    """Leave the gradients of a batch's loss in the weights; returns the losses.

    Args:
        encode: what the encoders make of some of the subjects, each read alone; the same at
            every call.
        losses_of: the losses of all subjects, `loss` among them.
        subjects: how many there are.
        chunk_size: how many are encoded at once; all by default.
    """
    if chunk_size is None or chunk_size >= subjects:
        losses = losses_of(encode(slice(0, subjects)))
        losses["loss"].backward()
        return losses
    chunks = [slice(at, min(at + chunk_size, subjects)) for at in range(0, subjects, chunk_size)]
    with torch.no_grad():
        parts = [encode(chunk) for chunk in chunks]
    whole = type(parts[0]).join(parts)
    for tensor in whole.tensors():
        tensor.requires_grad_()
    losses = losses_of(whole)
    losses["loss"].backward()
    asked = [tensor.grad for tensor in whole.tensors()]
    for chunk in chunks:
        pairs = zip(encode(chunk).tensors(), asked, strict=True)
        read = [(tensor, grad[chunk]) for tensor, grad in pairs if grad is not None]
        torch.autograd.backward([tensor for tensor, _ in read], [grad for _, grad in read])
    return losses
