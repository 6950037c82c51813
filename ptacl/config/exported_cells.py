"""Cells of exported tables that a spreadsheet would compute instead of show.

A text that begins with ``=``, ``+``, ``-``, ``@`` or a tab is a formula to Excel and its like, and
a file name or an id may be such a text. A leading apostrophe makes it text again; numbers stay.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from ptacl.config.atomic_file import replacing

if TYPE_CHECKING:
    import pandas as pd

_BEGINNINGS = ("=", "+", "-", "@", "\t", "\r")


def as_text(cell: object) -> object:
    """Return a cell that a spreadsheet shows as it is.

    Example:
        >>> as_text("=1+1"), as_text("-0.5"), as_text("–"), as_text(-2)
        ("'=1+1", '-0.5', '–', -2)
    """
    if isinstance(cell, str) and len(cell) > 1 and cell.startswith(_BEGINNINGS):
        return cell if _is_number(cell) else f"'{cell}"
    return cell


def as_written(cell: object) -> object:
    """Return a cell of a table that was written with `as_text` as it was before.

    Example:
        >>> as_written("'=1+1"), as_written("'quoted'")
        ('=1+1', "'quoted'")
    """
    if isinstance(cell, str) and cell[:1] == "'" and as_text(cell[1:]) == cell:
        return cell[1:]
    return cell


def safe_table(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a table whose texts no spreadsheet computes: cells, row labels and headings.

    Args:
        frame: any table; it is not changed.
    """
    texts = {name: frame[name].map(as_text) for name in frame if _holds_texts(frame[name])}
    safe = frame.assign(**texts) if all(isinstance(n, str) for n in frame) else frame.map(as_text)
    safe.columns = frame.columns.map(as_text)
    if _holds_texts(frame.index):
        safe.index = frame.index.map(as_text)
    return safe


def safe_csv(frame: pd.DataFrame, *args: Any, **options: Any) -> Any:
    """Write a table as `pandas.DataFrame.to_csv` does, with `safe_table` applied.

    Args:
        frame: the table.
        args: as for ``to_csv``.
        options: as for ``to_csv``.
    """
    return safe_table(frame).to_csv(*args, **options)


def write_table(frame: pd.DataFrame, out: Path, decimals: int | None = None) -> None:
    """Write a table at once: a reader, or a kill, meets the old file or the new one.

    Args:
        frame: the table; its index is left out.
        out: ``.parquet``, or anything else for CSV by `safe_csv`.
        decimals: of the numbers of a CSV; as many as they have by default.
    """
    with replacing(out) as temporary:
        if out.suffix == ".parquet":
            frame.to_parquet(temporary, index=False)
        else:
            number = None if decimals is None else f"%.{decimals}f"
            safe_csv(frame, temporary, index=False, float_format=number)


def _holds_texts(values: pd.Series | pd.Index) -> bool:
    import pandas as pd  # slow to import, and needed for exports alone

    return not (
        pd.api.types.is_numeric_dtype(values) or pd.api.types.is_datetime64_any_dtype(values)
    )


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
