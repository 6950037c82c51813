"""Cells of a table."""

from collections.abc import Mapping
from typing import Any


def interval_cell(entry: Mapping[str, Any], digits: int) -> str:
    """A value and its interval: ``0.52 [0.48, 0.57]``."""
    value, low, high = (f"{entry[key]:.{digits}f}" for key in ("value", "low", "high"))
    return f"{value} [{low}, {high}]"
