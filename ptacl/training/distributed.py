"""Data-parallel training: several processes, each with its own part of every batch.

The losses of the processes add up to the loss of the whole batch: tensors are gathered by a
differentiable sum, and `sum_gradients` adds the gradients of all processes.
DistributedDataParallel is not used: it averages gradients, where a loss over the batch of all ranks
needs their sum, and it would have to be suspended in the several backward passes of cached
gradients (`grad_cache.py`).
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar

import torch
import torch.distributed as dist
from torch import Tensor, nn

from ptacl.errors import PtaclError

T = TypeVar("T")


@dataclass(frozen=True)
class Ranks:
    """Rank of this process, and communication with the others."""

    rank: int = 0
    count: int = 1
    device: torch.device = field(default_factory=lambda: torch.device("cpu"))

    @property
    def first(self) -> bool:
        """Whether this process writes files and reports progress; the others do not."""
        return self.rank == 0

    def part(self, whole: int) -> slice:
        """Return the subjects of this rank out of `whole`: a contiguous range, evenly divided.

        Raises:
            PtaclError: fewer subjects than ranks.
        """
        if whole < self.count:
            raise PtaclError(
                f"A batch of {whole} subjects cannot be divided among {self.count} processes. "
                "Start fewer processes.",
                code="option.conflict",
            )
        start, stop = (whole * rank // self.count for rank in (self.rank, self.rank + 1))
        return slice(start, stop)

    def gather(self, own: Tensor, whole: int) -> Tensor:
        """Gather the rows of all ranks in order; differentiable.

        Args:
            own: the rows of this rank, those of `part`.
            whole: number of rows on all ranks.
        """
        if self.count == 1:
            return own
        if own.dtype == torch.bfloat16:  # other ranks may compute in float32
            own = own.float()
        rows = self.part(whole)
        before, after = (own.new_zeros(n, *own.shape[1:]) for n in (rows.start, whole - rows.stop))
        return self.sum(torch.cat([before, own, after]))

    def sum(self, value: Tensor) -> Tensor:
        """Sum a tensor over all ranks; differentiable."""
        return value if self.count == 1 else _SumOverRanks.apply(value)

    def sum_gradients(self, model: nn.Module) -> None:
        """Sum the gradients over all ranks, in one message."""
        if self.count == 1:
            return
        gradients = [weight.grad for weight in model.parameters() if weight.grad is not None]
        together = torch.cat([gradient.flatten() for gradient in gradients])
        dist.all_reduce(together)
        pieces = together.split([gradient.numel() for gradient in gradients])
        for gradient, piece in zip(gradients, pieces, strict=True):
            gradient.copy_(piece.view_as(gradient))

    def wait(self) -> None:
        """Block until all ranks have reached this call."""
        if self.count > 1:
            dist.barrier()

    def share(self, value: T) -> T:
        """Broadcast a picklable value from the first rank to all ranks."""
        if self.count == 1:
            return value
        box: list[Any] = [value]
        dist.broadcast_object_list(box, src=0)
        return box[0]


@contextmanager
def join_ranks() -> Iterator[Ranks]:
    """Join the processes that `torchrun` started, on one or more machines; one rank without it.

    Each process uses the GPU of its local rank (NCCL), or the CPU where there is no GPU (Gloo).
    """
    count, local = (int(os.environ.get(name, default)) for name, default in _TORCHRUN)
    gpu = torch.cuda.is_available()
    device = torch.device("cuda", local % torch.cuda.device_count()) if gpu else torch.device("cpu")
    if count == 1 or dist.is_initialized():
        yield _joined(device)
        return
    if gpu:
        torch.cuda.set_device(device)
    dist.init_process_group("nccl" if gpu else "gloo")
    try:
        yield _joined(device)
    finally:
        dist.destroy_process_group()


_TORCHRUN = (("WORLD_SIZE", "1"), ("LOCAL_RANK", "0"))


def _joined(device: torch.device) -> Ranks:
    if not dist.is_initialized():
        return Ranks(device=device)
    return Ranks(dist.get_rank(), dist.get_world_size(), device)


class _SumOverRanks(torch.autograd.Function):
    """All-reduce; its gradient is an all-reduce too, since all ranks use the sum."""

    @staticmethod
    def forward(context: Any, value: Tensor) -> Tensor:
        total = value.clone()
        dist.all_reduce(total)
        return total

    @staticmethod
    def backward(context: Any, gradient: Tensor) -> Tensor:
        return _SumOverRanks.forward(context, gradient)
