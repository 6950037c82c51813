"""Location of a table of numbers in a text, and metadata in the lines before it.

Devices and programs write lines of their own before the table, possibly with a person's name. Only
the sample rate and the unit are taken from them; nothing else is kept or quoted.
"""

import codecs
import csv
import re
from dataclasses import dataclass

from ptacl.io.containers.sniffing import looks_like_text
from ptacl.io.ecg.leads.lead_names import lead_name
from ptacl.io.ecg.text.adc_lines import Converter, parse_converter
from ptacl.io.ecg.text.time_column import TIME_NAMES
from ptacl.io.ecg.units import counts_steps, is_voltage, seconds_per

FEWEST_CELLS = 8
"""Fewest cells of a line of the table: eight leads, or the first samples of one."""
MISSING = frozenset(
    ("", "nan", "-nan", "na", "n/a", "<na>", "null", "nil", "none", "-", "--", "---", "?", ".", "*",
     "missing", "invalid", "inf", "-inf", "+inf", "#n/a", "#na", "#null!", "#value!", "#num!",
     "#div/0!", "1.#qnan", "-1.#ind")
)  # fmt: skip
SPACE = " "
"""Any run of blanks, if no other separator is used."""

_PROBE_BYTES = 65_536
_PROBE_CHARACTERS = 2_048
"""Longest part of a line that is examined: a lead in a row may be 200 kB long."""
_MOST_LINES_BEFORE = 200
_NARROW_ROWS = 3
"""Rows of numbers that a table of few leads has at least."""
_LONGEST_ENTRY, _LONGEST_NUMBER = 256, 64
"""Longest metadata in characters; longer lines hold none and would be slow to match."""
_SAME_RATE = 0.001
_MARKS = ("\t", ";", ",", "|", SPACE)
_COMMENT = re.compile(r"#|%|//")
_NUMBER = re.compile(r"[-+]?(\d+[.,]?\d*|[.,]\d+)(e[-+]?\d+)?", re.IGNORECASE)
_UNIT_OF_NAME = re.compile(
    r"\s*[\[(][^\])]*[\])]\s*$|[/_, ]\s*(mv|uv|µv|μv|v|s|ms)$", re.IGNORECASE
)
_RATE_KEY = re.compile(r"(sampl(e|ing) ?(rate|freq|frequency)|fs|rate hz)( hz| in hz)?")
_STEP_KEY = re.compile(r"sampl(e|ing) ?(interval|period|time)")
_UNIT_KEY = re.compile(r"((data|signal|voltage|amplitude) )?units?")
# Possessive quantifiers avoid backtracking on lines of blanks.
_ENTRY = re.compile(r"[^\w]*+(\w[\w .()/\[\]-]*+)[\"']?+\s*?[:=;,\t][\s:=;,]*+[\"']?+([^\"';\t]+)")
_NO_UNIT = re.compile(r"h{1,2}:mm(:ss(\.[sm]+)?)?( [dmy/.-]{8,10})?|mm:ss(\.[sm]+)?|"
                      r"[dmy/.-]{8,10}( hh:mm:ss(\.[sm]+)?)?|samples?( #)?|#|n|-|"
                      r"sample interval: ?[\d.]+ ?\w+")  # fmt: skip
"""Cells of a row of units for clock times and sample numbers."""
_AMOUNT = re.compile(r"(\d+(?:[.,]\d+)?)\s*(\S*)")


@dataclass(frozen=True, slots=True)
class TextTable:
    """The lines of a table, without the text before and after it."""

    lines: list[str]
    """Rows of numbers; the first cell may be a name."""
    separator: str
    header: list[str] | None
    units: list[str] | None
    """A row of units under the header."""
    rate_hz: float | None
    unit: str | None
    converter: Converter
    """Converter scale, if the numbers may be raw counts."""

    def cells(self, line: int) -> list[str]:
        """Return the cells of a line, without quotes."""
        return split(self.lines[line], self.separator)


def is_text_table(content: bytes) -> bool:
    """Return whether the beginning of a file is text with a table of numbers."""
    head = content[:_PROBE_BYTES]
    if not _is_utf16(head) and not looks_like_text(head):
        return False
    text = decode(head)
    # Lines of numbers inside XML or JSON are not a table.
    if text.lstrip().startswith(("<", "{")):
        return False
    return find_table(text) is not None or find_narrow_table(text) is not None


def decode(content: bytes) -> str:
    """Decode text as spreadsheets and devices write it: UTF-8, UTF-16 with BOM, or Latin-1."""
    if _is_utf16(content):
        return content.decode("utf-16", "replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:  # older programs write µ in Latin-1
        return content.decode("latin-1")


def find_table(text: str) -> TextTable | None:
    """Return the first table of numbers in a text; None if there is none."""
    every = [line.strip("\r\n ") for line in text.splitlines()]
    ends = (*every[:_MOST_LINES_BEFORE], *every[_MOST_LINES_BEFORE:][-_MOST_LINES_BEFORE:])
    comments = [line for line in ends if _COMMENT.match(line)]
    lines = [line for line in every if line and not _COMMENT.match(line)]
    for start in range(min(len(lines), _MOST_LINES_BEFORE)):
        separator = next((mark for mark in _MARKS if _is_row(lines[start], mark)), None)
        # A single line of numbers is a table only if nothing follows it: a very long row.
        if separator and all(_is_row(line, separator) for line in lines[start + 1 : start + 2]):
            return _table(comments, lines, start, separator, FEWEST_CELLS)
    return None


def find_narrow_table(text: str) -> TextTable | None:
    """Return a table of fewer than eight leads, if its header names nothing but leads and times.

    Numbers in few columns may be anything; a header of leads makes them an ECG of few leads.
    """
    every = [line.strip("\r\n ") for line in text.splitlines()]
    comments = [line for line in every[:_MOST_LINES_BEFORE] if _COMMENT.match(line)]
    lines = [line for line in every if line and not _COMMENT.match(line)]
    for header in range(min(len(lines), _MOST_LINES_BEFORE)):
        if len(lines[header]) > _LONGEST_ENTRY:
            continue
        # A single column has no separator: by the first of these, a comma in it is decimal.
        marks = [mark for mark in (";", *_MARKS) if _named_leads(split(lines[header], mark))]
        mark = marks[0] if marks else ";"
        leads = _named_leads(split(lines[header], mark))
        for start in (header + 1, header + 2):  # a row of units may follow the header
            if leads and _are_leads_in(lines[start:], mark, leads):
                return _table(comments, lines, start, mark, len(split(lines[start], mark)))
    return None


def _named_leads(cells: list[str]) -> list[int]:
    """Return which cells of a header name leads; none if another names anything but a time."""
    names = [_UNIT_OF_NAME.sub("", cell).strip().lower() for cell in cells]
    leads = [index for index, name in enumerate(names) if lead_name(name)]
    others = [name for index, name in enumerate(names) if index not in leads]
    return leads if all(name in {"", *TIME_NAMES} for name in others) else []


def _are_leads_in(lines: list[str], separator: str, leads: list[int]) -> bool:
    """Check whether the first lines hold a number in the column of each lead."""
    rows = [split(line, separator) for line in lines[:_NARROW_ROWS]]
    return len(rows) == _NARROW_ROWS and all(
        len(row) > max(leads) and all(_NUMBER.fullmatch(row[index]) for index in leads)
        for row in rows
    )


def split(line: str, separator: str) -> list[str]:
    """Return the cells of a line, without quotes."""
    if separator == SPACE:
        return [cell.strip("\"'") for cell in line.split()]
    if '"' in line:
        try:
            return [c.strip() for c in next(csv.reader([line], delimiter=separator))]
        except (csv.Error, StopIteration):  # an unclosed quote
            pass
    return [cell.strip().strip("\"'") for cell in line.split(separator)]


def is_number(cell: str) -> bool:
    """Return whether a cell is a number or marks a missing one."""
    return len(cell) <= _LONGEST_NUMBER and (
        cell.lower() in MISSING or bool(_NUMBER.fullmatch(cell))
    )


def _table(
    comments: list[str], lines: list[str], start: int, separator: str, fewest: int
) -> TextTable:
    before, end = lines[:start], len(lines)
    while end > start + 1 and len(split(lines[end - 1], separator)) < fewest:
        end -= 1  # a footer, or a truncated last line
    after = lines[max(end, len(lines) - _MOST_LINES_BEFORE) :]
    width = len(split(lines[start], separator))
    units = _names(before[-1:], separator, width)
    if units is not None and all(map(_is_unit, filter(None, units))):
        before = before[:-1]
    else:
        units = None
    header = _names(before[-1:], separator, width)
    metadata = [*comments, *(before if header is None else before[:-1]), *after]
    unit = _stated_unit(metadata)
    return TextTable(
        lines[start:end],
        separator,
        header,
        units,
        _stated_rate_hz([*metadata, *(units or ())]),
        unit,
        parse_converter(metadata, unit),
    )


def _names(line: list[str], separator: str, width: int) -> list[str] | None:
    cells = split(line[0], separator) if line else []
    # One cell more or less: a trailing separator, or an unnamed index.
    return cells if any(cells) and abs(len(cells) - width) <= 1 else None


def _is_unit(cell: str) -> bool:
    plain = cell.strip("()[] ")
    return (
        is_voltage(plain)
        or counts_steps(plain)
        or seconds_per(plain) is not None
        or (plain[:1].isdigit() and parse_converter([plain], None).step is not None)
        or bool(_NO_UNIT.fullmatch(plain.lower()))
    )


def _is_row(line: str, separator: str) -> bool:
    cells = split(line[:_PROBE_CHARACTERS], separator)
    if len(line) > _PROBE_CHARACTERS:
        cells = cells[:-1]  # the last line may be truncated
    numbers = [cell for cell in cells if is_number(cell)]
    has_values = any(cell.lower() not in MISSING for cell in numbers)
    return len(cells) >= FEWEST_CELLS and has_values and len(numbers) > len(cells) / 2


def _entries(lines: list[str], key: re.Pattern[str]) -> list[str]:
    """Return the value after a key, in lines such as ``# Sample rate (Hz): 500``."""
    matches = [match for line in lines if (match := _ENTRY.match(line[:_LONGEST_ENTRY]))]
    plain = [(re.sub(r"[\W_]+", " ", match[1]).strip().lower(), match[2]) for match in matches]
    return [value.strip() for name, value in plain if key.fullmatch(name)]


def _stated_rate_hz(lines: list[str]) -> float | None:
    """Return the sample rate stated by lines; None if two of them differ."""
    rates = []
    for value in _entries(lines, _RATE_KEY):
        if amount := _AMOUNT.match(value):
            factor = 1000.0 if amount[2].lower() == "khz" else 1.0
            rates.append(factor * float(amount[1].replace(",", ".")))
    for value in _entries(lines, _STEP_KEY):
        amount = _AMOUNT.match(value)
        step_s = seconds_per(amount[2]) if amount else None
        if amount and step_s and float(amount[1].replace(",", ".")) > 0:
            rates.append(round(1 / (step_s * float(amount[1].replace(",", "."))), 6))
    agree = all(abs(rate - rates[0]) <= _SAME_RATE * rates[0] for rate in rates)
    return rates[0] if rates and agree else None


def _stated_unit(lines: list[str]) -> str | None:
    """Return the unit stated by lines; None if two of them differ."""
    units = [unit for unit in _entries(lines, _UNIT_KEY) if is_voltage(unit) or counts_steps(unit)]
    return units[0] if len({unit.lower() for unit in units}) == 1 else None


def _is_utf16(content: bytes) -> bool:
    return content[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
