"""A few hearts of a gallery that are shipped with it: its examples and their neighbours.

    python -m ptacl.gallery.signals GALLERY

writes them into a gallery without signals. With them the first page needs no
simulation.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from ptacl.config.checksums import resealing
from ptacl.gallery import format as layout
from ptacl.gallery.signals.arrays import FILES, Heart, Signals, TimeSteps

MOST = 16
"""Hearts: 4 MB."""


def write_shipped(
    gallery: Path, made_from: str, hearts: Mapping[str, tuple[Heart, TimeSteps]]
) -> None:
    """Write some subjects of a gallery.

    Args:
        gallery: its folder.
        made_from: name of everything that the signals depend on (`rebuild.cached_folder`).
        hearts: subject → its signals.
    """
    columns = {
        "ecg": [heart.ecg for heart, _ in hearts.values()],
        "cine": [heart.cine for heart, _ in hearts.values()],
        "segments": [steps.segments for _, steps in hearts.values()],
        "frames": [steps.frames for _, steps in hearts.values()],
    }
    arrays: dict[str, Any] = {name: np.stack(column) for name, column in columns.items()}
    ids = np.array(list(hearts), dtype=str)
    with resealing(gallery, [layout.SHIPPED]):
        np.savez_compressed(
            gallery / layout.SHIPPED, subject_ids=ids, made_from=np.array(made_from), **arrays
        )


class ShippedHeart(NamedTuple):
    """What is shipped of a subject."""

    heart: Heart
    time_steps: TimeSteps


def read_shipped(gallery: Path, made_from: str, ids: pd.Index) -> dict[int, ShippedHeart]:
    """Return row → signals of the shipped subjects; nothing where they are of another gallery."""
    if not (gallery / layout.SHIPPED).is_file():
        return {}
    with np.load(gallery / layout.SHIPPED) as stored:
        if str(stored["made_from"]) != made_from:
            return {}
        subjects, arrays = stored["subject_ids"], Signals(*(stored[name] for name in FILES))
    return {
        int(row): ShippedHeart(arrays.heart(index), arrays.time_steps(index))
        for index, row in enumerate(ids.get_indexer(subjects))
        if row >= 0
    }
