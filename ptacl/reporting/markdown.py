"""Tables in Markdown, and their cells."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any


def interval_cell(entry: Mapping[str, Any], digits: int) -> str:
    """A value and its interval: ``0.52 [0.48, 0.57]``."""
    value, low, high = (f"{entry[key]:.{digits}f}" for key in ("value", "low", "high"))
    return f"{value} [{low}, {high}]"


def markdown_table(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """Rows under their columns.

    Example:
        >>> print(markdown_table(["model", "n"], [["demo", 500]]))
        | model | n |
        |---|---|
        | demo | 500 |
    """
    head = [_row(columns), "|---" * len(columns) + "|"]
    return "\n".join([*head, *map(_row, rows)])


def _row(cells: Sequence[Any]) -> str:
    return f"| {' | '.join(map(str, cells))} |"
