"""The frame of an HTML representation: a title, facts as name and text, and what is drawn."""

from collections.abc import Iterable

import pandas as pd
from markupsafe import Markup

from ptacl.notebook.markup import NOTEBOOK
from ptacl.notebook.volumes_html import STYLE as VOLUMES
from ptacl.wording import DISCLAIMER, SYNTHETIC, SYNTHETIC_HELP

SHOWN_ROWS = 5
"""Rows of the excerpt of a table."""
_STYLE = NOTEBOOK.read_style("facts.css")


def record_html(
    title: str,
    facts: Iterable[tuple[str, str]],
    *drawings: Markup,
    synthetic: bool = False,
    predicted: bool = False,
) -> Markup:
    """Return the HTML of a record.

    Args:
        title: what it is.
        facts: name and text of each; those without a text are left out.
        drawings: HTML or SVG, one below the other.
        synthetic: whether its content, or the data of its model, is simulated.
        predicted: whether it has predictions, which need the disclaimer.

    Returns:
        An element with its own style sheet; every text is escaped.
    """
    return NOTEBOOK.render(
        "facts.html",
        style=_STYLE + VOLUMES,
        title=title,
        facts=[(name, text) for name, text in facts if text],
        drawings=drawings,
        synthetic=SYNTHETIC if synthetic else "",
        synthetic_help=SYNTHETIC_HELP,
        note=f"{DISCLAIMER}." if predicted else "",
    )


def excerpt_html(table: pd.DataFrame, columns: Iterable[str]) -> Markup:
    """Return the first rows of a table.

    Args:
        table: any.
        columns: those to show, as far as the table has them.

    Returns:
        An HTML table of `SHOWN_ROWS` rows at most.
    """
    shown = [column for column in columns if column in table]
    rows = table[shown].head(SHOWN_ROWS).itertuples(index=False)
    cells = [[_cell(value) for value in row] for row in rows]
    return NOTEBOOK.render("excerpt.html", columns=shown, rows=cells)


def _cell(value: object) -> str:
    if value is None or value is pd.NA or value != value:
        return ""
    return f"{value:.5g}" if isinstance(value, float) else str(value)[:60]
