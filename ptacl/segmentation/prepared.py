"""Cines of a store or gallery as the segmenter takes them."""

import numpy as np

from ptacl.types import Cine, PreparedCine


def as_cine(prepared: PreparedCine, spacing_mm: float) -> Cine:
    """Return a prepared cine as a single slice.

    Contours on it are coarser than on the files: a store keeps 8 bits and its own pixel grid.

    Args:
        prepared: evenly spread over the beat, as a store keeps it.
        spacing_mm: row and column spacing of the recipe in mm.
    """
    return Cine(
        frames=prepared.frames,
        spacing_mm=(spacing_mm, spacing_mm),
        frame_times_ms=np.asarray(prepared.phases, np.float64) * prepared.rr_ms,
        rr_ms=prepared.rr_ms,
        source_format="prepared",
    )
