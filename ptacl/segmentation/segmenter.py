"""Placeholder for the trained segmenter, which comes from another branch."""

from pathlib import Path

from ptacl.errors import BadInput
from ptacl.segmentation.labeller import Labeller


def load_segmenter(folder: Path | None = None) -> Labeller:
    """Load a trained segmenter.

    Args:
        folder: of its checkpoint; the one that comes with PTACL by default.

    Raises:
        BadInput: there is none.
    """
    raise BadInput(
        folder or "checkpoints/segmenter",
        "there is no segmenter",
        "give the folder of a trained segmenter",
        code="checkpoint.not_found",
    )
