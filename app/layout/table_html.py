"""A data frame as an HTML table with row headers."""

from datetime import date

import pandas as pd
from markupsafe import Markup

from ..text.markup import render

_WORD_JOINER = "\N{WORD JOINER}"


def table_html(rows: pd.DataFrame, classes: str = "", *, keep_ranges: bool = False) -> Markup:
    """Return a table with the index as first column, headed by the name of the index.

    Args:
        rows: text, numbers or dates; missing values become empty cells, fractions have one
            decimal.
        classes: names for the style sheet.
        keep_ranges: whether a line must not break at the dash of a range.
    """

    def text(value: object) -> str:
        cell = cell_text(value)
        return cell.replace("–", f"{_WORD_JOINER}–{_WORD_JOINER}") if keep_ranges else cell

    return render(
        "layout/table.html",
        classes=f"dataframe {classes}".strip(),
        corner=text(rows.index.name),
        headings=[text(column) for column in rows.columns],
        rows=[
            (text(name), [text(value) for value in values])
            for name, values in zip(rows.index, rows.itertuples(index=False), strict=True)
        ],
    )


def cell_text(value: object) -> str:
    """Return the text of a cell.

    >>> cell_text(None), cell_text(2.25), cell_text(7), cell_text("60–64")
    ('', '2.2', '7', '60–64')
    """
    if value is None or (isinstance(value, float) and value != value):
        return ""
    if isinstance(value, date):
        return value.isoformat()
    return f"{value:.1f}" if isinstance(value, float) else str(value)
