"""Tables of leads as text (CSV, TSV, TXT): leads in columns or in rows, with names or without.

A header cell may include the unit (``II (mV)``, ``time_ms``), a row of units may follow, and lines
before the table may give metadata (``Sample rate: 500 Hz``, ``# unit: uV``). Missing values are
empty cells or ``nan``. Columns that are neither leads nor times are not read at all.
"""

import io
import re
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float64

from ptacl.errors import BadInput
from ptacl.io.ecg.leads.lead_axis import lead_rows, order_caveat
from ptacl.io.ecg.leads.lead_names import LONGEST_NAME, lead_name
from ptacl.io.ecg.leads.no_signal import without_markers
from ptacl.io.ecg.recording import Channel, Recording
from ptacl.io.ecg.text.adc_lines import calibrated, parse_converter
from ptacl.io.ecg.text.header_lines import (
    MISSING,
    SPACE,
    TextTable,
    decode,
    find_narrow_table,
    find_table,
    is_number,
    split,
)
from ptacl.io.ecg.text.time_column import TIME_NAMES, clock_seconds, has_gap, rate_of, rises_evenly
from ptacl.io.ecg.text.wide_rows import (
    MOST_FRAME_COLUMNS,
    expect_bounded,
    numbers_of,
    padded,
    wide_rows,
)
from ptacl.io.ecg.units import counts_steps, is_voltage, seconds_per
from ptacl.types import INDEPENDENT_LEADS, LEADS, Caveat

_MOST_ROWS_OF_LEADS = 64
_PROBE_LINES = 50
"""Lines at each end that are searched for a decimal comma."""
_MISSING_SPELT = sorted({spelt for word in MISSING for spelt in (word, word.upper(), word.title())})


@dataclass(frozen=True, slots=True)
class _Column:
    name: str
    unit: str | None
    index: int


def read_lead_table(name: str, files: Mapping[str, bytes]) -> Recording:
    """Read leads from columns or rows, according to the names or the shape.

    Raises:
        BadInput: no table of numbers, unknown leads, or uneven times.
    """
    text = decode(files[name])
    expect_bounded(name, text)
    table = find_table(text) or find_narrow_table(text)
    if table is None:  # only the beginning was checked before
        raise BadInput(
            name,
            "it is text without a table of leads",
            "export the leads as columns",
            code="ecg.no_signal",
        )
    labels = [_split_unit(table.cells(line)[0]) for line in _possible_rows(table)]
    if sum(lead_name(label) is not None for label, _ in labels) >= 2:
        return _from_rows(name, table, labels)
    if table.header is None:
        return _from_grid(name, table)
    return _from_columns(name, table, table.header)


def _possible_rows(table: TextTable) -> range:
    count = len(table.lines)
    return range(count if count <= _MOST_ROWS_OF_LEADS else 0)


def _from_rows(where: str, table: TextTable, labels: list[tuple[str, str | None]]) -> Recording:
    leads = [line for line, (label, _) in enumerate(labels) if lead_name(label)]
    end = -1 if all(table.cells(line)[-1] == "" for line in leads) else None  # open at the end
    units, numbers = [], []
    for line in leads:
        unit, cells = labels[line][1], table.cells(line)[1:end]
        if is_voltage(cells[0]) or counts_steps(cells[0]):
            unit, cells = unit or cells[0], cells[1:]
        if not all(map(is_number, cells)):
            raise BadInput(
                where,
                f"row {line + 1} holds text among its numbers",
                "export numbers",
                code="ecg.not_numbers",
            )
        numbers.append(numbers_of(cells))
        units.append(unit or table.unit)
    return _recording(table, [labels[line][0] for line in leads], units, padded(numbers))


def _recording(
    table: TextTable,
    names: list[str],
    units: list[str | None],
    rows: Float64[np.ndarray, "leads samples"],
    time_rate_hz: float | None = None,
    caveats: tuple[Caveat, ...] = (),
) -> Recording:
    """Return the leads without no-signal markers, in volts."""
    plain, marks = without_markers(names, rows)
    scaled, units, step_caveats = calibrated(plain, units, table.converter)
    rate_hz = time_rate_hz if table.rate_hz is None else table.rate_hz
    channels = tuple(map(Channel, names, scaled, units))
    return Recording(
        channels, rate_hz, time_rate_hz=time_rate_hz, caveats=(*caveats, *marks, *step_caveats)
    )


def _from_grid(where: str, table: TextTable) -> Recording:
    """Read columns or rows without names, possibly with a first column of time."""
    lines = table.lines[1:] if _counts(table.cells(0)) else table.lines
    width = len(table.cells(0))
    width -= all(line.endswith(table.separator) for line in lines[:3])
    grid = _numbers(where, lines, table.separator, list(range(width)))
    time_rate_hz = None
    if width in (len(INDEPENDENT_LEADS) + 1, len(LEADS) + 1) and rises_evenly(grid[:, 0]):
        time_rate_hz = rate_of(grid[:, 0], table.units[0] if table.units else None)
        grid = grid[:, 1:]
    names, rows = lead_rows(where, grid)
    units = [table.unit] * len(names)
    return _recording(table, names, units, rows, time_rate_hz, order_caveat(names))


def _counts(cells: list[str]) -> bool:
    """Return whether a line only numbers its columns: 0, 1, 2 … or 1, 2, 3 …"""
    numbers = cells[not cells[0] :]
    return any(
        all(cell == str(number) for number, cell in enumerate(numbers, first)) for first in (0, 1)
    )


def _from_columns(where: str, table: TextTable, header: list[str]) -> Recording:
    columns = _columns(where, table, header)
    leads = [column for column in columns if lead_name(column.name)]
    if not leads:
        raise BadInput(
            where,
            "its first row names no lead",
            "name the columns I, II … V6",
            code="ecg.unnamed_leads",
        )
    grid = _numbers(where, table.lines, table.separator, [column.index for column in leads])
    return _recording(
        table,
        [column.name for column in leads],
        [column.unit or table.unit for column in leads],
        grid.T,
        _rate_from_time(where, table, columns),
    )


def _columns(where: str, table: TextTable, header: list[str]) -> list[_Column]:
    width = len(table.cells(0))
    lines = range(min(3, len(table.lines)))
    if len(header) == width - 1:
        # Either the rows have a trailing separator, or they begin with an unnamed index.
        ends_open = all(table.cells(line)[-1] == "" for line in lines)
        header = [*header, ""] if ends_open else ["", *header]
    elif len(header) == width + 1 and header[-1] == "":
        header = header[:-1]
    elif len(header) == width + 1 and table.separator == SPACE:
        header = [f"{header[0]} {header[1]}", *header[2:]]  # "sample #", "Elapsed time"
    if len(header) != width:
        message = f"its header names {len(header)} columns and its rows hold {width}"
        raise BadInput(where, message, "export it again", code="file.damaged")
    units = [unit.strip("()[] ") for unit in table.units or []]
    units = [parse_converter([unit], None).step or unit for unit in units]
    units += [""] * (width - len(units))
    named = [_split_unit(cell) for cell in header]
    return [
        _Column(name, unit or units[index] or None, index)
        for index, (name, unit) in enumerate(named)
    ]


def _split_unit(label: str) -> tuple[str, str | None]:
    """Split ``II (mV)``, ``II [mV]``, ``II_mV``, ``II/mV`` into name and unit."""
    if len(label) > LONGEST_NAME:
        return label, None
    match = re.fullmatch(r"(.+?)(?:\s*[\[(]([^\])]+)[\])]|\s*[/_, ]\s*([^\W\d_]+))", label.strip())
    unit = match and (match[2] or match[3]).strip()
    if match and unit and (is_voltage(unit) or seconds_per(unit)):
        return match[1], unit
    if match and match[2] and (counts_steps(match[2]) or parse_converter([match[2]], None).step):
        return match[1], parse_converter([match[2]], None).step or match[2]
    return label, None


def _numbers(
    where: str, lines: list[str], separator: str, indices: list[int]
) -> Float64[np.ndarray, "rows columns"]:
    """Parse some columns of the lines as numbers, in the given order."""
    if len(indices) > MOST_FRAME_COLUMNS:  # all of them: leads in rows
        return wide_rows(where, lines, separator, len(indices))
    import pandas as pd  # slow to import, and only needed for text

    frame = pd.read_csv(
        io.StringIO("\n".join(lines)),
        sep=r"\s+" if separator == SPACE else separator,
        header=None,
        usecols=indices,
        index_col=False,
        decimal="," if _has_decimal_comma(lines, separator) else ".",
        skipinitialspace=True,
        na_values=_MISSING_SPELT,
        low_memory=False,
    )
    for index in indices:
        if not pd.api.types.is_numeric_dtype(frame[index]):
            message = f"column {index + 1} holds text among its numbers"
            raise BadInput(
                where, message, "export numbers only, empty where missing", code="ecg.not_numbers"
            )
    return frame[indices].to_numpy(dtype=np.float64)


def _has_decimal_comma(lines: list[str], separator: str) -> bool:
    some = [*lines[:_PROBE_LINES], *lines[-_PROBE_LINES:]]
    if separator != ",":
        return any("," in line for line in some)
    # Between quotes a comma may be decimal even where commas separate.
    return any("," in cell for line in some if '"' in line for cell in split(line, separator))


def _rate_from_time(where: str, table: TextTable, columns: list[_Column]) -> float | None:
    named = next((c for c in columns if c.name.strip().lower() in TIME_NAMES), None)
    titled = next((c for c in columns if seconds_per(c.name)), None)  # a column called "ms"
    column = named or titled or (columns[0] if columns[0].name == "" else None)
    if column is None or len(table.lines) < 3:
        return None
    try:
        times = _numbers(where, table.lines, table.separator, [column.index])[:, 0]
    except BadInput:
        return _rate_from_clock(where, table, column.index)
    if not rises_evenly(times):
        _expect_no_gap(where, times)
        if column.name == "" or table.rate_hz is not None:
            return None
        raise BadInput(
            where,
            "its time column is not evenly spaced",
            "export at a steady rate",
            code="ecg.uneven_times",
        )
    return rate_of(times, column.unit or (column.name if column is titled else None))


def _rate_from_clock(where: str, table: TextTable, index: int) -> float | None:
    """Return the rate of clock or elapsed times; None for dates, or times in whole seconds."""
    cells = [split(line, table.separator)[index] for line in table.lines]
    times_s = clock_seconds(cells)
    if times_s is None:
        return None
    if not rises_evenly(times_s):
        _expect_no_gap(where, times_s)
        return None
    return rate_of(times_s, "s")


def _expect_no_gap(where: str, times: Float64[np.ndarray, " samples"]) -> None:
    if has_gap(times):
        raise BadInput(
            where,
            "samples are missing: its times jump",
            "export it without gaps",
            code="ecg.uneven_times",
        )
