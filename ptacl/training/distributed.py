"""Several processes that train one model, each on its own part of every batch.

What the processes differentiate adds up to the loss of the whole batch: what is gathered from all
is differentiated as the sum that it is, and `sum_gradients` adds what each found. That is done
here in the open rather than by DistributedDataParallel, which averages where the loss of a batch
that spans all ranks needs a sum, and which would have to be held back in each of the several
backward passes of cached gradients (`cached.py`).
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
    """This process among those that train together."""

    rank: int = 0
    count: int = 1
    device: torch.device = field(default_factory=lambda: torch.device("cpu"))

    @property
    def first(self) -> bool:
        """Whether this process writes and shows; the others are silent."""
        return self.rank == 0

    def part(self, whole: int) -> slice:
        """Which of `whole` subjects are this rank's: neighbours, shared out evenly.

        Raises:
            PtaclError: there are fewer subjects than ranks.
        """
        if whole < self.count:
            raise PtaclError(
                f"A batch of {whole} subjects cannot be shared by {self.count} processes. "
                "Start fewer.",
                code="option.conflict",
            )
        start, stop = (whole * rank // self.count for rank in (self.rank, self.rank + 1))
        return slice(start, stop)

    def gather(self, own: Tensor, whole: int) -> Tensor:
        """The rows of all ranks in order, from this rank's `part` of them; differentiable."""
        if self.count == 1:
            return own
        if own.dtype == torch.bfloat16:  # other machines may compute in float32
            own = own.float()
        rows = self.part(whole)
        before, after = (own.new_zeros(n, *own.shape[1:]) for n in (rows.start, whole - rows.stop))
        return self.sum(torch.cat([before, own, after]))

    def sum(self, value: Tensor) -> Tensor:
        """The sum over all ranks; differentiable."""
        return value if self.count == 1 else _SumOverRanks.apply(value)

    def sum_gradients(self, model: nn.Module) -> None:
        """Add up the gradients of all ranks, in one message."""
        if self.count == 1:
            return
        gradients = [weight.grad for weight in model.parameters() if weight.grad is not None]
        together = torch.cat([gradient.flatten() for gradient in gradients])
        dist.all_reduce(together)
        pieces = together.split([gradient.numel() for gradient in gradients])
        for gradient, piece in zip(gradients, pieces, strict=True):
            gradient.copy_(piece.view_as(gradient))

    def wait(self) -> None:
        """Until all ranks are here."""
        if self.count > 1:
            dist.barrier()

    def share(self, value: T) -> T:
        """What the first rank has, on every rank; anything that can be pickled."""
        if self.count == 1:
            return value
        box: list[Any] = [value]
        dist.broadcast_object_list(box, src=0)
        return box[0]


@contextmanager
def join_ranks() -> Iterator[Ranks]:
    """The processes that `torchrun` started, on one machine or many; alone without it.

    Each takes the GPU of its own number where there are GPUs (NCCL), else the CPU (Gloo).
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
    """All-reduce. Each rank's value counts in every rank's sum, so gradients are summed too."""

    @staticmethod
    def forward(context: Any, value: Tensor) -> Tensor:
        total = value.clone()
        dist.all_reduce(total)
        return total

    @staticmethod
    def backward(context: Any, gradient: Tensor) -> Tensor:
        return _SumOverRanks.forward(context, gradient)
