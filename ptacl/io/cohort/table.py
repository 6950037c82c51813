"""A cohort's table, text, parquet or Stata, a part at a time: half a million rows need no memory.

What a table is, its content decides: packed (gzip, bzip2, xz, a zip of one file) or not, cut by
commas, semicolons, tabs, bars or blanks. Cells of text tables stay text, so that 0042 keeps its
zeros.
"""

import csv
import itertools
from collections.abc import Collection, Iterator
from pathlib import Path

import pandas as pd
import pyarrow.parquet

from ptacl.errors import BadInput
from ptacl.io.containers.table_file import kind_of, open_text

ROWS_AT_ONCE = 10_000
_LONGEST_HEADER = 16 * 1024**2
"""A table of all fields of UK Biobank has 30,000 columns."""
_BLANKS = " "
_SEPARATORS = ("\t", ";", ",", "|", _BLANKS)


def columns_of(table: Path) -> list[str]:
    """Names of the columns, without blanks and quotes about them.

    Raises:
        BadInput: it is damaged, or no table.
    """
    try:
        return [_plain(name) for name in _names(table)]
    except (MemoryError, BadInput):
        raise
    except Exception as error:  # the parsers raise many kinds
        raise _unreadable(table) from error


def table_parts(table: Path, columns: Collection[str] | None = None) -> Iterator[pd.DataFrame]:
    """The rows in order, some thousands at a time.

    Args:
        table: the file.
        columns: as `columns_of` names them; all by default. Of columns of one name the first.

    Raises:
        BadInput: it cannot be read as a table.
    """
    try:
        for part in _PARTS[kind_of(table)](table, columns):
            part.columns = [_plain(name) for name in part.columns]
            yield part
    except (MemoryError, BadInput):
        raise
    except Exception as error:  # the parsers raise many kinds
        raise _unreadable(table) from error


def _names(table: Path) -> list[str]:
    kind = kind_of(table)
    if kind == "parquet":
        return [str(name) for name in pyarrow.parquet.read_schema(table).names]
    if kind == "stata":
        with pd.read_stata(table, iterator=True) as reader:
            return list(reader.variable_labels())
    names = _first_rows(table)[1][0]
    # pandas calls a column without a name so
    return [name or f"Unnamed: {place}" for place, name in enumerate(names)] if names[1:] else names


def _parquet_parts(table: Path, columns: Collection[str] | None) -> Iterator[pd.DataFrame]:
    with pyarrow.parquet.ParquetFile(table) as file:
        wanted = [n for n in file.schema_arrow.names if columns is None or _plain(n) in columns]
        for batch in file.iter_batches(ROWS_AT_ONCE, columns=wanted):
            yield batch.to_pandas()


def _stata_parts(table: Path, columns: Collection[str] | None) -> Iterator[pd.DataFrame]:
    wanted = [name for name in _names(table) if columns is None or _plain(name) in columns]
    # Codes, not labels: two labels may be the same text.
    yield from pd.read_stata(
        table, columns=wanted, chunksize=ROWS_AT_ONCE, convert_categoricals=False
    )


def _text_parts(table: Path, columns: Collection[str] | None) -> Iterator[pd.DataFrame]:
    separator, rows = _first_rows(table)
    # Of a row with one cell more than the header, R wrote the row's name in front of it, unless
    # the last cell is an empty one: then every row but the header ends in a separator.
    ends_empty = len(rows) > 1 and len(rows[1]) == len(rows[0]) + 1 and not rows[1][-1].strip()
    with open_text(table) as stream:
        yield from pd.read_csv(
            stream,
            sep=r"\s+" if separator == _BLANKS else separator,
            usecols=None if columns is None else lambda name: _plain(name) in columns,
            dtype=str,
            index_col=False if ends_empty else None,
            chunksize=ROWS_AT_ONCE,
        )


_PARTS = {"parquet": _parquet_parts, "stata": _stata_parts, "text": _text_parts}


def _first_rows(table: Path) -> tuple[str, list[list[str]]]:
    """What cuts the cells of a text table, and its first two rows."""
    with open_text(table) as stream:
        # A quoted cell of a row may go over a line; a file that is no table may have but one.
        lines = [line for _ in range(3) if (line := stream.readline(_LONGEST_HEADER))]
    csv.field_size_limit(_LONGEST_HEADER)
    cut = {separator: _cut(lines, separator) for separator in _SEPARATORS}

    def agrees(separator: str) -> tuple[bool, int]:
        """Whether both rows are cut alike, or the second once more, and into how many cells."""
        lengths = [len(row) for row in cut[separator]]
        return len(lengths) > 1 and lengths[1] - lengths[0] in (0, 1), lengths[0]

    best = max((",", *_SEPARATORS[:2]), key=lambda one: len(cut[one][0]))
    fitting = [one for one in _SEPARATORS if agrees(one)[0] and agrees(one)[1] > 1]
    chosen = max(fitting, key=lambda one: agrees(one)[1], default=best)
    return chosen, cut[chosen]


def _cut(lines: list[str], separator: str) -> list[list[str]]:
    if separator == _BLANKS:
        return [line.split() for line in lines[:2]] or [[""]]
    return list(itertools.islice(csv.reader(lines, delimiter=separator), 2)) or [[""]]


def _plain(name: object) -> str:
    return str(name).strip().strip("\ufeff\"'").strip()


def _unreadable(table: Path) -> BadInput:
    return BadInput(
        table,
        "it cannot be read as a table",
        "save it as CSV, TSV or parquet",
        code="cohort.unreadable_table",
    )
