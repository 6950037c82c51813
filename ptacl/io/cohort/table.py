"""Chunked reading of text, parquet and Stata tables, in constant memory for 500,000 rows.

Format, compression (gzip, bzip2, xz, a zip of one file) and separator (comma, semicolon, tab, bar,
blank) are detected from the content. Cells of text tables remain text, so that 0042 keeps its
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

CHUNK_ROWS = 10_000
_LONGEST_HEADER = 16 * 1024**2
"""A table of all fields of UK Biobank has 30,000 columns."""
_BLANKS = " "
_SEPARATORS = ("\t", ";", ",", "|", _BLANKS)


def columns_of(table: Path) -> list[str]:
    """Return the column names without surrounding blanks and quotes.

    Raises:
        BadInput: the file is damaged or not a table.
    """
    try:
        return [_plain(name) for name in _names(table)]
    except (MemoryError, BadInput):
        raise
    except Exception as error:  # the parsers raise many kinds
        raise _unreadable(table) from error


def table_parts(table: Path, columns: Collection[str] | None = None) -> Iterator[pd.DataFrame]:
    """Yield the rows in order, `CHUNK_ROWS` at a time.

    Args:
        table: the file.
        columns: names as returned by `columns_of`, all by default; the first of duplicate names.

    Raises:
        BadInput: the file cannot be read as a table.
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
    # pandas' name of a column without a name
    return [name or f"Unnamed: {index}" for index, name in enumerate(names)] if names[1:] else names


def _parquet_parts(table: Path, columns: Collection[str] | None) -> Iterator[pd.DataFrame]:
    with pyarrow.parquet.ParquetFile(table) as file:
        selected = [n for n in file.schema_arrow.names if columns is None or _plain(n) in columns]
        for batch in file.iter_batches(CHUNK_ROWS, columns=selected):
            yield batch.to_pandas()


def _stata_parts(table: Path, columns: Collection[str] | None) -> Iterator[pd.DataFrame]:
    selected = [name for name in _names(table) if columns is None or _plain(name) in columns]
    # Codes instead of labels: two labels may have the same text.
    yield from pd.read_stata(
        table, columns=selected, chunksize=CHUNK_ROWS, convert_categoricals=False
    )


def _text_parts(table: Path, columns: Collection[str] | None) -> Iterator[pd.DataFrame]:
    separator, rows = _first_rows(table)
    # R writes a row name in front of each row, so that rows have one cell more than the header. If
    # the last cell is empty, every row except the header ends in a separator instead.
    ends_empty = len(rows) > 1 and len(rows[1]) == len(rows[0]) + 1 and not rows[1][-1].strip()
    with open_text(table) as stream:
        yield from pd.read_csv(
            stream,
            sep=r"\s+" if separator == _BLANKS else separator,
            usecols=None if columns is None else lambda name: _plain(name) in columns,
            dtype=str,
            index_col=False if ends_empty else None,
            chunksize=CHUNK_ROWS,
        )


_PARTS = {"parquet": _parquet_parts, "stata": _stata_parts, "text": _text_parts}


def _first_rows(table: Path) -> tuple[str, list[list[str]]]:
    """Detect the separator of a text table and return it with the first two rows."""
    with open_text(table) as stream:
        # A quoted cell may contain a line break; a file that is not a table may have a single line.
        lines = [line for _ in range(3) if (line := stream.readline(_LONGEST_HEADER))]
    csv.field_size_limit(_LONGEST_HEADER)
    rows = {separator: _split(lines, separator) for separator in _SEPARATORS}

    def fit(separator: str) -> tuple[bool, int]:
        """Return whether the lengths match or the second is one more, and the first length."""
        lengths = [len(row) for row in rows[separator]]
        return len(lengths) > 1 and lengths[1] - lengths[0] in (0, 1), lengths[0]

    best = max((",", *_SEPARATORS[:2]), key=lambda separator: len(rows[separator][0]))
    consistent = [
        separator for separator in _SEPARATORS if fit(separator)[0] and fit(separator)[1] > 1
    ]
    chosen = max(consistent, key=lambda separator: fit(separator)[1], default=best)
    return chosen, rows[chosen]


def _split(lines: list[str], separator: str) -> list[list[str]]:
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
