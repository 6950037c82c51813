"""Random numbers of a batch of scenes, from one generator."""

from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass(frozen=True)
class Draws:
    """Source of the random numbers; every draw has the scenes of the batch as its first axis.

    Attributes:
        generator: of all numbers; the same seed gives the same scenes.
        scenes: scenes of the batch.
    """

    generator: torch.Generator
    scenes: int

    def uniform(self, low: float, high: float, *shape: int) -> Tensor:
        """Draw from a uniform distribution, (scenes, *shape)."""
        drawn = torch.rand(self.scenes, *shape, generator=self.generator)
        return low + (high - low) * drawn

    def logarithmic(self, low: float, high: float, *shape: int) -> Tensor:
        """Draw a positive number whose logarithm is uniform, (scenes, *shape)."""
        return low * (high / low) ** self.uniform(0, 1, *shape)

    def normal(self, *shape: int) -> Tensor:
        """Draw from the standard normal distribution, (scenes, *shape)."""
        return torch.randn(self.scenes, *shape, generator=self.generator)

    def chance(self, probability: float, *shape: int) -> Tensor:
        """Draw True with a probability, (scenes, *shape)."""
        return torch.rand(self.scenes, *shape, generator=self.generator) < probability

    def sign(self, *shape: int) -> Tensor:
        """Draw -1 or 1, (scenes, *shape)."""
        return self.chance(0.5, *shape).float() * 2 - 1
