"""Terms of a group's rule: what it says about a subject, and whom it selects.

A term is true, false or unknown of a subject (Kleene's logic, as in SQL): where a value is missing,
neither a comparison nor its opposite selects the subject.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal, get_args

import numpy as np
import pandas as pd

Operator = Literal["<=", ">=", "!=", "<", ">", "="]
OPERATORS = get_args(Operator)
Value = float | str
"""A number, or a code of a column of text."""
Truth = tuple[np.ndarray, np.ndarray]
"""Where a term is true and where it is false, a row per subject; elsewhere it is unknown."""

_COMPARE = {
    "<": np.less, "<=": np.less_equal, ">": np.greater, ">=": np.greater_equal,
    "=": np.equal, "!=": np.not_equal,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Compared:
    """A column against one value, as in ``lvef_pct < 50``."""

    column: str
    operator: Operator
    value: Value


@dataclass(frozen=True, slots=True)
class Within:
    """A column of numbers within a range, both ends included."""

    column: str
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class OneOf:
    """A column that holds one of several values."""

    column: str
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Missing:
    """A column whose value is missing."""

    column: str


@dataclass(frozen=True, slots=True)
class Saved:
    """Members of a saved group."""

    name: str


@dataclass(frozen=True, slots=True)
class Everyone:
    """All subjects, or (`others_only`) those in no other group of the comparison."""

    others_only: bool = False


@dataclass(frozen=True, slots=True)
class Not:
    """The opposite of a term."""

    term: Term


@dataclass(frozen=True, slots=True)
class Joined:
    """Two or more terms of which all or any are true."""

    word: Literal["and", "or"]
    terms: tuple[Term, ...]


Term = Compared | Within | OneOf | Missing | Saved | Everyone | Not | Joined


@dataclass(frozen=True, slots=True, eq=False)
class Subjects:
    """The subjects that a rule selects from."""

    table: pd.DataFrame
    """A gallery's table, indexed by subject id."""
    saved: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Subject ids of saved groups by name."""
    others: np.ndarray | None = None
    """Mask of the subjects in the other groups of the comparison."""


def selected(term: Term, subjects: Subjects) -> np.ndarray:
    """Return the rows of the subjects of whom a term is true.

    Args:
        term: of `rule_grammar.parse_rule` for this table.
        subjects: whom to select from.
    """
    return np.flatnonzero(_truth(term, subjects)[0])


def columns_of(term: Term) -> tuple[str, ...]:
    """Return the columns that a term names, each once."""
    of_column = (Compared, Within, OneOf, Missing)
    named = (part.column for part in parts(term) if isinstance(part, of_column))
    return tuple(dict.fromkeys(named))


def parts(term: Term) -> Iterator[Term]:
    """Yield a term and all terms in it."""
    yield term
    if isinstance(term, Not):
        yield from parts(term.term)
    if isinstance(term, Joined):
        for each in term.terms:
            yield from parts(each)


def _truth(term: Term, subjects: Subjects) -> Truth:
    match term:
        case Not():
            true, false = _truth(term.term, subjects)
            return false, true
        case Joined():
            each = [_truth(part, subjects) for part in term.terms]
            true, false = (np.stack(masks) for masks in zip(*each, strict=True))
            if term.word == "and":
                return np.all(true, axis=0), np.any(false, axis=0)
            return np.any(true, axis=0), np.all(false, axis=0)
        case Saved():
            members = np.asarray(subjects.table.index.isin(subjects.saved[term.name]))
            return members, ~members
        case Everyone():
            every = np.ones(len(subjects.table), dtype=bool)
            if term.others_only and subjects.others is not None:
                every = ~subjects.others
            return every, ~every
        case _:
            return _truth_of_column(term, subjects.table[term.column])


def _truth_of_column(term: Compared | Within | OneOf | Missing, column: pd.Series) -> Truth:
    known = column.notna().to_numpy()
    if isinstance(term, Missing):
        return ~known, known
    values = comparable(column)
    if isinstance(term, Within):
        passes = (values >= term.low) & (values <= term.high)
    elif isinstance(term, OneOf):
        passes = np.isin(values, list(term.values))
    else:
        passes = _COMPARE[term.operator](values, term.value)
    return passes & known, ~passes & known


def comparable(column: pd.Series) -> np.ndarray:
    """Return a column as numbers, or as text where it holds codes."""
    if is_number(column):
        return column.to_numpy(dtype=np.float64, na_value=np.nan)
    return column.astype(str).to_numpy(dtype=object).astype(str)


def is_number(column: pd.Series) -> bool:
    """Check whether a column is compared as numbers."""
    return pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column)
