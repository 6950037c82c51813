"""Huffman codes of SCP-ECG: the default table, custom tables, table switches.

Standard: EN 1064:2005+A1:2007, 5.5 (section 2) and annex C (the default table, number 19999). Codes
are matched at every bit of a lead at once, so that only the walk from code to code is a loop.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Int64, UInt64

from ptacl.errors import BadInput
from ptacl.io.ecg.scp.sections import damaged, fields

DEFAULT_TABLE = 19999
_WINDOW_BITS = 32
_LONGEST_CODE = 64
_MOST_TABLES = 32
"""Each table costs a pass over a lead's bits."""

Windows = UInt64[np.ndarray, " bits"]


@dataclass(frozen=True, slots=True)
class Code:
    """One row of a table: a prefix, optionally followed by the bits of a signed number."""

    prefix: int
    """The first bit is leftmost."""
    prefix_bits: int
    code_bits: int
    """Prefix and number."""
    value: int
    """Value of the prefix, to which the number is added; or the next table, for a switch."""
    is_switch: bool = False


@dataclass(frozen=True, slots=True)
class HuffmanTable:
    """The codes of a table, ordered by prefix, as columns."""

    first: UInt64[np.ndarray, " codes"]
    """Smallest window of 32 bits that begins with the prefix."""
    last: UInt64[np.ndarray, " codes"]
    prefix_bits: UInt64[np.ndarray, " codes"]
    code_bits: UInt64[np.ndarray, " codes"]
    value: Int64[np.ndarray, " codes"]
    is_switch: Bool[np.ndarray, " codes"]

    @property
    def number_bits(self) -> int:
        """Return the bits of the longest number that follows a prefix; 0 if none does."""
        return int((self.code_bits - self.prefix_bits)[~self.is_switch].max(initial=0))


def huffman_tables(where: str, body: bytes | None) -> tuple[HuffmanTable, ...]:
    """Return the tables of section 2; none if the samples are not coded.

    Raises:
        BadInput: damaged, or not a prefix code.
    """
    (count,) = fields(where, body, 0, "H") if body else (0,)
    if count == DEFAULT_TABLE:
        return (_table(where, _default_codes()),)
    if count > _MOST_TABLES:
        raise damaged(where, f"it claims {count} Huffman tables")
    tables, at = [], 2
    for _ in range(count):
        (rows,) = fields(where, body or b"", at, "H")
        codes = [_code(where, body or b"", at + 2 + 9 * row) for row in range(rows)]
        tables.append(_table(where, codes))
        at += 2 + 9 * rows
    return tuple(tables)


def decode_huffman(
    where: str, data: bytes, tables: tuple[HuffmanTable, ...], count: int
) -> Int64[np.ndarray, " samples"]:
    """Decode the first ``count`` numbers of a lead, starting with the first table.

    Raises:
        BadInput: the data end early, or hold bits that are no code.
    """
    windows = _windows(data)
    scans: dict[int, _Scan] = {}
    starts: list[int] = []
    tables_of_runs, run_lengths = [], []
    bit = table = 0
    while len(starts) < count:
        scan = scans.get(table) or _scan(tables[table], windows, 8 * len(data))
        scans[table] = scan
        before = len(starts)
        bit = _walk(scan.steps, bit, count - before, starts)
        tables_of_runs.append(table)
        run_lengths.append(len(starts) - before)
        if len(starts) < count:
            bit, table = _switch(where, tables, table, scan, bit)
    if bit > 8 * len(data):
        raise _too_short(where)
    return _values(tables, scans, windows, starts, np.repeat(tables_of_runs, run_lengths))


def _default_codes() -> list[Code]:
    """Return the default codes: unary with a sign up to ±8, beyond an 8- or 16-bit number."""
    codes = [Code(0, 1, 1, 0)]
    for size in range(1, 9):
        prefix = 2 ** (size + 2) - 4
        codes += [
            Code(prefix, size + 2, size + 2, size),
            Code(prefix + 1, size + 2, size + 2, -size),
        ]
    return [*codes, Code(0x3FE, 10, 18, 0), Code(0x3FF, 10, 26, 0)]


def _code(where: str, body: bytes, at: int) -> Code:
    prefix_bits, code_bits, mode, value, stored = fields(where, body, at, "BBBhI")
    if not 1 <= prefix_bits <= _WINDOW_BITS or not 0 <= code_bits - prefix_bits <= _WINDOW_BITS:
        raise damaged(where, "a Huffman code has an impossible length")
    # The file stores the first bit of a prefix as the least significant one.
    prefix = int(f"{stored:032b}"[::-1][:prefix_bits], 2)
    return Code(prefix, prefix_bits, code_bits, value, is_switch=mode == 0)


def _table(where: str, codes: list[Code]) -> HuffmanTable:
    spare = [_WINDOW_BITS - code.prefix_bits for code in codes]
    first = np.array([c.prefix << bits for c, bits in zip(codes, spare, strict=True)], np.uint64)
    last = np.array(
        [((c.prefix + 1) << bits) - 1 for c, bits in zip(codes, spare, strict=True)], np.uint64
    )
    order = np.argsort(first, kind="stable")
    if not codes or (first[order][1:] <= last[order][:-1]).any():
        raise damaged(where, "one code of a Huffman table is the prefix of another")
    return HuffmanTable(
        first[order],
        last[order],
        np.array([code.prefix_bits for code in codes], np.uint64)[order],
        np.array([code.code_bits for code in codes], np.uint64)[order],
        np.array([code.value for code in codes], np.int64)[order],
        np.array([code.is_switch for code in codes], np.bool_)[order],
    )


@dataclass(frozen=True, slots=True)
class _Scan:
    """Match of one table at every bit of a lead, as if a code began there."""

    steps: bytes
    """Bits to the next code; 0 where no number begins. Padded with zeros."""
    rows: Int64[np.ndarray, " bits"]
    """Row of the table; -1 where none matches."""


def _windows(data: bytes) -> Windows:
    """Return the 32 bits that begin at each bit, padded with zeros."""
    padded = np.frombuffer(data + bytes(16), np.uint8).astype(np.uint64)
    count = len(padded) - 4
    forty_bits = np.zeros(count, np.uint64)
    for offset in range(5):
        forty_bits = forty_bits << np.uint64(8) | padded[offset : offset + count]
    shifted = forty_bits[:, None] >> np.arange(8, 0, -1, dtype=np.uint64)
    return (shifted & np.uint64(0xFFFFFFFF)).ravel()


def _scan(table: HuffmanTable, windows: Windows, bits: int) -> _Scan:
    rows = np.searchsorted(table.first, windows[:bits], side="right") - 1
    rows[windows[:bits] > table.last[rows]] = -1
    is_number = (rows >= 0) & ~table.is_switch[rows]
    steps = np.where(is_number, table.code_bits[rows], 0).astype(np.uint8)
    return _Scan(steps.tobytes() + bytes(_LONGEST_CODE + 1), rows)


def _walk(steps: bytes, bit: int, count: int, starts: list[int]) -> int:
    for _ in range(count):
        step = steps[bit]
        if not step:
            break
        starts.append(bit)
        bit += step
    return bit


def _switch(
    where: str, tables: tuple[HuffmanTable, ...], table: int, scan: _Scan, bit: int
) -> tuple[int, int]:
    """Return the position after the code that ended a run, and the table it switches to."""
    if bit >= len(scan.rows):
        raise _too_short(where)
    row = scan.rows[bit]
    if row < 0:
        raise damaged(where, "its samples hold bits that are no Huffman code")
    following = int(tables[table].value[row]) - 1
    if not 0 <= following < len(tables):
        raise damaged(where, "it switches to a Huffman table that is not there")
    return bit + int(tables[table].code_bits[row]), following


def _values(
    tables: tuple[HuffmanTable, ...],
    scans: dict[int, _Scan],
    windows: Windows,
    starts: list[int],
    owners: np.ndarray,
) -> Int64[np.ndarray, " samples"]:
    bits = np.array(starts, np.uint64)
    values = np.zeros(len(bits), np.int64)
    for number, scan in scans.items():
        mine, table = owners == number, tables[number]
        rows = scan.rows[bits[mine]]
        extra_bits = table.code_bits[rows] - table.prefix_bits[rows]
        extra = windows[bits[mine] + table.prefix_bits[rows]] >> (_WINDOW_BITS - extra_bits)
        signs = extra >> np.maximum(extra_bits, 1) - np.uint64(1) << extra_bits
        values[mine] = table.value[rows] + extra.astype(np.int64) - signs.astype(np.int64)
    return values


def _too_short(where: str) -> BadInput:
    return BadInput(
        where,
        "a lead holds fewer samples than the record states",
        "export the ECG again",
        code="file.damaged",
    )
