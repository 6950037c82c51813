"""Markdown tables and their cells."""

from collections.abc import Iterable, Sequence
from typing import Any

from ptacl.checkpoint.reports.figures import WithInterval


def interval_cell(figure: WithInterval, digits: int) -> str:
    """Format a value and its interval: ``0.52 [0.48, 0.57]``."""
    return f"{figure.value:.{digits}f} [{figure.low:.{digits}f}, {figure.high:.{digits}f}]"


def markdown_table(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """Format rows as a Markdown table.

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
