"""Dropout that is seeded per subject, so that it does not depend on how a batch is divided."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import torch
from jaxtyping import Float
from torch import Tensor, nn

STREAM = 1_000_003
"""Difference between the seeds of two layers, so that the masks of a subject differ by layer."""


class SubjectDropout(nn.Dropout):
    """Dropout (Srivastava et al., 2014) with masks seeded per subject.

    A batch that is divided among processes, or encoded again in chunks, then has the same masks as
    the whole batch. Without seeds it is plain dropout.

    The first axis of the input may hold several rows per subject, subject after subject.
    """

    seeds: tuple[int, ...] = ()

    def forward(self, x: Float[Tensor, "rows *channels"]) -> Float[Tensor, "rows *channels"]:
        """Zero a share `p` of the input and scale the rest by 1 / (1 − p), in training only."""
        if not (self.training and self.p and self.seeds):
            return super().forward(x)
        generator, keep = torch.Generator(x.device), torch.empty_like(x)
        for seed, rows in zip(self.seeds, keep.chunk(len(self.seeds)), strict=True):
            rows.bernoulli_(1 - self.p, generator=generator.manual_seed(seed))
        return x * keep.div_(1 - self.p)


@contextmanager
def seeded_dropout(model: nn.Module, seeds: Sequence[int]) -> Iterator[None]:
    """Seed all dropout layers of a model within the context, one seed per subject of the batch."""
    layers = [layer for layer in model.modules() if isinstance(layer, SubjectDropout)]
    for number, layer in enumerate(layers):
        layer.seeds = tuple(seed + number * STREAM for seed in seeds)
    try:
        yield
    finally:
        for layer in layers:
            layer.seeds = ()
