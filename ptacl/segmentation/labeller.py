"""What draws the labels: a segmentation network, or in tests anything with the same method."""

from collections.abc import Callable, Sequence
from typing import Protocol, runtime_checkable

from ptacl.signal.heart_labels import Labels
from ptacl.types import Cine, ModelInfo

ProgressShare = Callable[[float], None]
"""Function called with the share of the work done, 0 to 1."""


@runtime_checkable
class Labeller(Protocol):
    """Draws the labels of the slices of a cine."""

    @property
    def info(self) -> ModelInfo:
        """Name, version and origin."""

    def label(
        self, slices: Sequence[Cine], progress: ProgressShare | None = None
    ) -> tuple[Labels, ...]:
        """Label every pixel of the slices.

        Args:
            slices: of one heart, from base to apex.
            progress: called with the share of the work done.

        Returns:
            Labels of each slice on its own pixel grid.
        """
