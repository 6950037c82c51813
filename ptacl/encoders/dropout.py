"""Dropout that each subject meets alike, however its batch is divided."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import torch
from jaxtyping import Float
from torch import Tensor, nn

STREAM = 1_000_003
"""Between the seeds of two layers, so that a subject's masks differ from layer to layer."""


class SubjectDropout(nn.Dropout):
    """Dropout (Srivastava et al., 2014) whose masks follow from a seed of each subject.

    A batch that is divided between machines, or encoded again in chunks, then trains the same
    thinned network as the whole batch at once. Without seeds it is plain dropout.

    The first axis of its input may hold several rows of each subject, subject after subject.
    """

    seeds: tuple[int, ...] = ()

    def forward(self, x: Float[Tensor, "rows *channels"]) -> Float[Tensor, "rows *channels"]:
        """Zero a share `p` of the input and enlarge the rest, in training only."""
        if not (self.training and self.p and self.seeds):
            return super().forward(x)
        generator, keep = torch.Generator(x.device), torch.empty_like(x)
        for seed, rows in zip(self.seeds, keep.chunk(len(self.seeds)), strict=True):
            rows.bernoulli_(1 - self.p, generator=generator.manual_seed(seed))
        return x * keep.div_(1 - self.p)


@contextmanager
def seeded_dropout(model: nn.Module, seeds: Sequence[int]) -> Iterator[None]:
    """Within it, every layer of dropout has a seed for each subject of the batch, in its order."""
    layers = [layer for layer in model.modules() if isinstance(layer, SubjectDropout)]
    for number, layer in enumerate(layers):
        layer.seeds = tuple(seed + number * STREAM for seed in seeds)
    try:
        yield
    finally:
        for layer in layers:
            layer.seeds = ()
