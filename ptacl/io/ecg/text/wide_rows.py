"""Leads in rows, and how large a text may be before it is parsed.

A row of a table may hold a whole lead. A data frame spends 3 kB and 40 µs on each *column*: half a
megabyte of numbers in one line took ten seconds and 700 MB. Rows are therefore parsed one by one.
"""

import numpy as np
from jaxtyping import Float64

from ptacl.errors import BadInput
from ptacl.io.ecg.text.header_lines import MISSING, SPACE, is_number, split
from ptacl.io.ecg.text.sample_text import numbers_in

MOST_FRAME_COLUMNS = 256
"""Columns of a table that is parsed as a data frame: 12 leads, times, and what else is exported."""
LONGEST_LINE = 4 * 1024**2
"""Characters of a line: twenty minutes of a lead at 500 Hz take three millions."""
MOST_LINES = 4_000_000
"""Two hours at 500 Hz."""
_LINE_ENDS = "\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029"
"""Where `str.splitlines` divides."""

Samples = Float64[np.ndarray, " samples"]


def expect_bounded(where: str, text: str) -> None:
    """Refuse a text whose lines are too many or too long, before it is divided into cells.

    Raises:
        BadInput: the text is no recording of a length that this version reads.
    """
    if sum(map(text.count, _LINE_ENDS)) > MOST_LINES:
        raise _too_large(where, f"it holds more than {MOST_LINES:,} lines")
    if len(text) > LONGEST_LINE and max(map(len, text.splitlines())) > LONGEST_LINE:
        raise _too_large(where, f"one of its lines holds more than {LONGEST_LINE:,} characters")


def wide_rows(
    where: str, lines: list[str], separator: str, width: int
) -> Float64[np.ndarray, "rows columns"]:
    """Parse lines of many numbers, without a data frame.

    Args:
        where: name of the file, for messages.
        lines: of the table.
        separator: of its cells.
        width: cells of a line; further ones must be empty.

    Raises:
        BadInput: text among the numbers, or lines of more cells.
    """
    rows = [_row(where, line, separator, width) for line in lines]
    if any(len(row) > width for row in rows):
        raise BadInput(where, "its rows differ in length", "export it again", code="file.damaged")
    return padded(rows, width)


def numbers_of(cells: list[str]) -> Samples:
    """Return cells of numbers as such, NaN for those that mark a missing one."""
    values = (cell.lower().replace(",", ".") for cell in cells)
    return np.array([np.nan if value in MISSING else float(value) for value in values])


def padded(rows: list[Samples], width: int = 0) -> Float64[np.ndarray, "rows columns"]:
    """Return rows as one array, NaN where one ends before the others.

    Args:
        rows: of any lengths; a lead of a printout may be shorter than the rhythm strip.
        width: of the array, at least.
    """
    grid = np.full((len(rows), max(width, *map(len, rows))), np.nan)
    for target, row in zip(grid, rows, strict=True):
        target[: len(row)] = row
    return grid


def _row(where: str, line: str, separator: str, width: int) -> Samples:
    """Parse one line: at once if it is plain numbers, else cell by cell."""
    if separator in (",", SPACE):
        try:
            return numbers_in(where, line, separator)  # type: ignore[arg-type]
        except BadInput:  # quotes, missing values, decimal commas
            pass
    cells = split(line, separator)
    if not any(cells[width:]):
        cells = cells[:width]
    if not all(map(is_number, cells)):
        raise BadInput(
            where,
            "there is text among its numbers",
            "export numbers only, empty where missing",
            code="ecg.not_numbers",
        )
    return numbers_of(cells)


def _too_large(where: str, fault: str) -> BadInput:
    return BadInput(where, fault, "export the usual 10 s", code="file.too_large")
