"""A cohort's table, CSV, TSV or parquet, read a part at a time: half a million rows need no memory.

What a table is, its content decides. Cells of text tables stay text, so that 0042 keeps its zeros.
"""

from collections.abc import Collection, Iterator
from pathlib import Path

import pandas as pd
import pyarrow.parquet

from ptacl.errors import BadInput

ROWS_AT_ONCE = 10_000
_MOST_HEADER_BYTES = 16 * 1024**2
"""A table of all fields of UK Biobank has 30,000 columns."""


def columns_of(table: Path) -> list[str]:
    """Names of the columns, without blanks and quotes about them.

    Raises:
        BadInput: a parquet file that is damaged.
    """
    if _is_parquet(table):
        try:
            names = pyarrow.parquet.read_schema(table).names
        except MemoryError:
            raise
        except Exception as error:  # the parser raises many kinds
            raise _unreadable(table) from error
        return [str(name).strip() for name in names]
    first = _first_line(table)
    return [_plain(name) for name in first.split(_separator(first))]


def table_parts(table: Path, columns: Collection[str] | None = None) -> Iterator[pd.DataFrame]:
    """The rows in order, some thousands at a time.

    Args:
        table: the file.
        columns: as `columns_of` names them; all by default.

    Raises:
        BadInput: it cannot be read as a table.
    """
    try:
        for part in (
            _parquet_parts(table, columns) if _is_parquet(table) else _text_parts(table, columns)
        ):
            part.columns = [_plain(name) for name in part.columns]
            yield part
    except MemoryError:
        raise
    except Exception as error:  # the parsers of both formats raise many kinds
        raise _unreadable(table) from error


def _parquet_parts(table: Path, columns: Collection[str] | None) -> Iterator[pd.DataFrame]:
    with pyarrow.parquet.ParquetFile(table) as file:
        wanted = [n for n in file.schema_arrow.names if columns is None or _plain(n) in columns]
        for batch in file.iter_batches(ROWS_AT_ONCE, columns=wanted):
            yield batch.to_pandas()


def _text_parts(table: Path, columns: Collection[str] | None) -> Iterator[pd.DataFrame]:
    yield from pd.read_csv(
        table,
        sep=_separator(_first_line(table)),
        usecols=None if columns is None else lambda name: _plain(name) in columns,
        dtype=str,
        chunksize=ROWS_AT_ONCE,
        encoding="utf-8-sig",
        encoding_errors="replace",
    )


def _is_parquet(table: Path) -> bool:
    with table.open("rb") as stream:
        return stream.read(4) == b"PAR1"


def _first_line(table: Path) -> str:
    with table.open("rb") as stream:
        return stream.readline(_MOST_HEADER_BYTES).decode("utf-8-sig", "replace").rstrip("\r\n")


def _separator(header: str) -> str:
    return "\t" if header.count("\t") > header.count(",") else ","


def _plain(name: object) -> str:
    return str(name).strip().strip("\"'").strip()


def _unreadable(table: Path) -> BadInput:
    return BadInput(table, "it cannot be read as a table", "save it as CSV, TSV or parquet")
