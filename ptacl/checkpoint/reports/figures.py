"""Figures with 95 % intervals, as the reports hold them."""

from dataclasses import dataclass
from typing import Protocol, runtime_checkable


@runtime_checkable
class WithInterval(Protocol):
    """Any record of a figure with its interval."""

    @property
    def value(self) -> float:
        """The figure."""

    @property
    def low(self) -> float:
        """Lower end of its 95 % interval."""

    @property
    def high(self) -> float:
        """Upper end of its 95 % interval."""


@dataclass(frozen=True, slots=True)
class MeanInterval:
    """A mean over subjects with its bootstrap interval."""

    value: float
    low: float
    high: float
    n: int
    """Subjects that have a value."""


@dataclass(frozen=True, slots=True)
class EmptyGroup:
    """A group without a subject, which has no figure."""

    n: int = 0
