"""What the hover card of a map says and shows of the gallery's subjects."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from ptacl.phenotypes import HEADLINE, phenotype

from ..components.hovered_heart import hovered_heart
from ..components.map_records import Note

if TYPE_CHECKING:
    from ptacl.gallery import Gallery


def hover_notes(table: pd.DataFrame, *, besides: str = "") -> list[Note]:
    """Age and what was measured, of every subject.

    Args:
        table: the gallery's table.
        besides: a column that the card names anyway, because it colours the points.
    """
    noted = [("age_years", "Age", "years")]
    noted += [(e.key, e.name, e.unit) for e in map(phenotype, HEADLINE) if e.key != besides]
    return [
        Note(name, unit, table[key].to_numpy(dtype=np.float64))
        for key, name, unit in noted
        if key in table
    ]


def hover_pictures(gallery: Gallery) -> None:
    """The hearts themselves; to be called once on a page with a map."""
    hovered_heart(
        gallery.stills,
        gallery.table.index,
        source=f"{gallery.name} of {gallery.store_name}",
        key="hovered_heart",
    )
