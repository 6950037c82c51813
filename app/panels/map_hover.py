"""Text and pictures of the map's hover card."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from ptacl.phenotypes import HEADLINE, phenotype

from ..components.hovered_heart import hovered_heart
from ..components.map_records import Note

if TYPE_CHECKING:
    from ptacl.gallery import Gallery


def hover_notes(table: pd.DataFrame, *, exclude: str = "") -> list[Note]:
    """Return age and phenotypes of all subjects.

    Args:
        table: the gallery's table.
        exclude: column to leave out, as the card shows it already when it colours the points.
    """
    noted = [("age_years", "Age", "years")]
    noted += [(e.key, e.name, e.unit) for e in map(phenotype, HEADLINE) if e.key != exclude]
    return [
        Note(name, unit, table[key].to_numpy(dtype=np.float64))
        for key, name, unit in noted
        if key in table
    ]


def hover_pictures(gallery: Gallery) -> None:
    """Serve pictures of the hearts; call it once on a page with a map."""
    hovered_heart(
        gallery.stills,
        gallery.table.index,
        source=f"{gallery.name} of {gallery.store_name}",
        key="hovered_heart",
    )
