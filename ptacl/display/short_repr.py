"""Text of a record in at most 400 characters: arrays by shape, long collections by length."""

import dataclasses
from collections.abc import Collection, Mapping
from typing import Any

import numpy as np

LONGEST_REPR = 400
"""Characters of the text of any record."""
LONGEST_TEXT = 60
"""Characters of a text inside it."""
MOST_ENTRIES = 4
"""Entries of a collection that are shown; of a longer one the number is."""


class ShortRepr:
    """Base of a dataclass whose `repr` is short."""

    __slots__ = ()

    def __repr__(self) -> str:
        return short_repr(self)


def short_repr(record: Any) -> str:
    """Return the text of a dataclass: its fields, as far as they belong into a text.

    Args:
        record: a dataclass; fields with ``repr=False`` are left out.

    Returns:
        At most `LONGEST_REPR` characters.

    Example:
        >>> @dataclasses.dataclass
        ... class Beat:
        ...     signal_mv: np.ndarray
        >>> short_repr(Beat(np.zeros((12, 300))))
        'Beat(signal_mv=float64 (12, 300))'
    """
    fields = [field for field in dataclasses.fields(record) if field.repr]
    values = (f"{field.name}={_value(getattr(record, field.name))}" for field in fields)
    return shortened(f"{type(record).__name__}({', '.join(values)})")


def shortened(text: str, length: int = LONGEST_REPR) -> str:
    """Return a text without its end where it is too long.

    Args:
        text: any.
        length: characters at most.

    Returns:
        The text; its last character is an ellipsis where it was cut.
    """
    return text if len(text) <= length else f"{text[: length - 1]}…"


def _value(value: object) -> str:
    if isinstance(value, np.ndarray):
        return f"{value.dtype} {value.shape}"
    if isinstance(value, float):
        return repr(float(f"{value:.5g}"))
    if isinstance(value, str):
        return shortened(repr(value), LONGEST_TEXT)
    if dataclasses.is_dataclass(value):
        return f"{type(value).__name__}(…)"
    if isinstance(value, Mapping):
        return f"{{{_entries([f'{key!r}: {_value(entry)}' for key, entry in value.items()])}}}"
    if isinstance(value, Collection):
        return f"({_entries([_value(entry) for entry in value])})"
    return shortened(repr(value), LONGEST_TEXT)


def _entries(texts: list[str]) -> str:
    if len(texts) > MOST_ENTRIES:
        return f"{len(texts)} entries"
    return ", ".join(texts)
