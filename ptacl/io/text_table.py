"""Tables of text (CSV, TSV): leads in columns or in rows, with a header or without.

A header cell may carry the unit (``II (mV)``, ``time_ms``); a line ``# sample_rate_hz: 500`` or
``# unit: uV`` says what the table cannot. Missing values are empty cells or ``nan``.
"""

import io
import re
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from jaxtyping import Float64

from ptacl.errors import BadInput
from ptacl.io.grid import lead_rows
from ptacl.io.leads import canonical_lead
from ptacl.io.plausible import SAMPLE_RATE_HZ
from ptacl.io.recognise import looks_like_text
from ptacl.io.recording import Channel, Recording
from ptacl.io.units import is_voltage, seconds_per

_MISSING = {"", "nan", "na", "null", "none"}
_NUMBER = re.compile(r"[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?", re.IGNORECASE)
_FEWEST_CELLS = 8
_RATE_KEYS = {"sample_rate_hz", "sample_rate", "sampling_rate", "rate_hz", "fs"}


@dataclass(frozen=True, slots=True)
class _Table:
    lines: list[str]
    separator: str
    comments: dict[str, str]

    def cells(self, line: int) -> list[str]:
        return [cell.strip().strip("\"'") for cell in self.lines[line].split(self.separator)]


def is_lead_table(content: bytes) -> bool:
    """Whether content is text whose first lines split into eight or more cells, mostly numbers."""
    if not looks_like_text(content):
        return False
    table = _table(content[:65536])
    probe = [table.cells(line) for line in range(min(3, len(table.lines)))]
    if len(probe) < 2 or min(map(len, probe)) < _FEWEST_CELLS:
        return False
    # A cell at the end of the probe may be cut in two; the last line is judged by what is whole.
    numbers = [_is_number(cell) for cell in probe[1][:-1]]
    return sum(numbers) > len(numbers) / 2


def read_lead_table(name: str, files: Mapping[str, bytes]) -> Recording:
    """Read leads from columns or rows, whichever the names or the shape tell."""
    table = _table(files[name])
    rate_hz = next((float(v) for k, v in table.comments.items() if k in _RATE_KEYS), None)
    unit = table.comments.get("unit")
    first_column = [canonical_lead(table.cells(line)[0]) for line in range(len(table.lines))]
    if sum(lead is not None for lead in first_column) >= 2:
        return Recording(_from_rows(name, table, first_column, unit), rate_hz)
    header = table.cells(0)
    if all(_is_number(cell) for cell in header):
        names, rows = lead_rows(name, _numbers(name, table, 0))
        return Recording(tuple(map(Channel, names, rows, [unit] * len(names))), rate_hz)
    return _from_columns(name, table, header, rate_hz, unit)


def _table(content: bytes) -> _Table:
    text = _decode(content)
    every = [line.strip("\r\n ") for line in text.splitlines()]
    lines = [line for line in every if line.strip() and not line.startswith("#")]
    found = (re.match(r"#\s*(\w+)\s*[:=]\s*([\w.µ]+)", line) for line in every if line[:1] == "#")
    comments = {match[1].lower(): match[2] for match in found if match}
    sample = lines[1] if len(lines) > 1 else (lines or [""])[0]
    separator = next((mark for mark in "\t;," if sample.count(mark) >= _FEWEST_CELLS - 1), None)
    return _Table(lines, separator or (" " if sample.count(" ") else ","), comments)


def _decode(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:  # older programs write µ in Latin-1
        return content.decode("latin-1")


def _is_number(cell: str) -> bool:
    plain = cell.lower().replace(",", ".")
    return plain in _MISSING or bool(_NUMBER.fullmatch(plain))


def _numbers(where: str, table: _Table, skip: int) -> Float64[np.ndarray, "rows columns"]:
    decimal = "," if table.separator != "," and "," in table.lines[-1] else "."
    frame = pd.read_csv(
        io.StringIO("\n".join(table.lines[skip:])),
        sep=r"\s+" if table.separator == " " else table.separator,
        header=None,
        decimal=decimal,
        skipinitialspace=True,
        na_values=sorted(_MISSING),
        low_memory=False,
    )
    frame = frame.dropna(axis="columns", how="all") if _ends_open(table, skip) else frame
    for number, column in frame.items():
        if not pd.api.types.is_numeric_dtype(column):
            found = f"column {int(number) + 1} holds text among its numbers"
            raise BadInput(where, found, "export numbers only, empty where missing")
    return frame.to_numpy(dtype=np.float64)


def _ends_open(table: _Table, skip: int) -> bool:
    # Some programs end each line with a separator, which makes one empty column too many.
    return all(line.endswith(table.separator) for line in table.lines[skip : skip + 3])


def _from_rows(
    where: str, table: _Table, leads: list[str | None], unit: str | None
) -> tuple[Channel, ...]:
    channels = []
    for line, lead in enumerate(leads):
        if lead is None:
            continue
        label, *cells = table.cells(line)
        if not all(_is_number(cell) for cell in cells):
            raise BadInput(where, f"row {line + 1} holds text among its numbers", "export numbers")
        values = [cell.lower().replace(",", ".") for cell in cells]
        samples = [np.nan if value in _MISSING else float(value) for value in values]
        channels.append(Channel(lead, np.array(samples), _split_unit(label)[1] or unit))
    return tuple(channels)


def _from_columns(
    where: str, table: _Table, header: list[str], rate_hz: float | None, unit: str | None
) -> Recording:
    if not any(canonical_lead(_split_unit(cell)[0]) for cell in header):
        raise BadInput(where, "its first row names no lead", "name the columns I, II … V6")
    grid = _numbers(where, table, 1)
    if grid.shape[1] != len([name for name in header if name]):
        found = f"its header names {len(header)} columns and its rows hold {grid.shape[1]}"
        raise BadInput(where, found, "export it again")
    named = [_split_unit(cell) for cell in header if cell]
    if rate_hz is None:
        rate_hz = _rate_from_time(where, named, grid)
    channels = [
        Channel(name, column, said or unit)
        for (name, said), column in zip(named, grid.T, strict=True)
        if canonical_lead(name)
    ]
    return Recording(tuple(channels), rate_hz)


def _split_unit(label: str) -> tuple[str, str | None]:
    """``II (mV)``, ``II [mV]``, ``II_mV`` → the name and the unit."""
    match = re.fullmatch(r"(.+?)(?:\s*[\[(]([^\])]+)[\])]|[_ ]([^\W\d_]+))", label.strip())
    told = match and (match[2] or match[3])
    if match and told and (is_voltage(told) or seconds_per(told)):
        return match[1], told
    return label, None


def _rate_from_time(
    where: str, named: list[tuple[str, str | None]], grid: Float64[np.ndarray, "rows columns"]
) -> float | None:
    place = next((i for i, (name, _) in enumerate(named) if name.lower() in ("time", "t")), None)
    if place is None or len(grid) < 3:
        return None
    steps = np.diff(grid[:, place])
    step = (grid[-1, place] - grid[0, place]) / (len(grid) - 1)
    if not np.isfinite(steps).all() or step <= 0 or np.abs(steps - step).max() > step:
        raise BadInput(where, "its time column is not evenly spaced", "export at a steady rate")
    told = named[place][1]
    units = [told] if told else ["s", "ms", "us"]
    rates = [1 / (step * (seconds_per(unit) or 1.0)) for unit in units]
    # Without a unit only one of them gives a rate that an ECG can have.
    possible = [rate for rate in rates if SAMPLE_RATE_HZ[0] <= rate <= SAMPLE_RATE_HZ[1]] or rates
    return round(possible[0], 3) if told or len(possible) == 1 else None
