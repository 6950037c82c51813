"""Huffman codes of SCP-ECG."""

import struct

import numpy as np
import pytest

from ptacl.errors import BadInput
from ptacl.io.ecg.scp.huffman import decode_huffman, huffman_tables
from tests.io.scp_writer import (
    DEFAULT_TABLE,
    default_huffman,
    packed,
    table_section,
    twos_complement,
)

SMALL = [("0", 0, 1, 0), ("10", 0, 1, 1), ("110", 0, 1, -1), ("111", 0, 0, 2)]
"""0, 1, -1, and a switch to the second table."""
LARGE = [("00", 5, 1, 20), ("01", 5, 1, -20), ("10", 16, 1, 0), ("110", 0, 0, 1), ("111", 0, 0, 3)]
"""Offsets of five bits from ±20, any number of 16 bits, and switches to the other tables."""
ONE_BIT = [("0", 0, 1, -7), ("10", 32, 1, 0), ("11", 0, 0, 1)]


def decode(bits: bytes, section: bytes, count: int) -> list[int]:
    tables = huffman_tables("a.scp", section)
    return decode_huffman("a.scp", bits, tables, count).tolist()


def test_each_code_of_the_default_table_is_decoded() -> None:
    values = [*range(-9, 10), 127, 128, -128, -129, 32767, -32768, 0]
    assert decode(default_huffman(np.array(values), 0), DEFAULT_TABLE, len(values)) == values


def test_the_default_codes_are_those_of_the_standard() -> None:
    # 1, -1, 2, -8, then 100 as eight bits and -300 as sixteen.
    bits = "100" + "101" + "1100" + "1111111101" + "1111111110" + "01100100"
    bits += "1111111111" + "1111111011010100"
    assert decode(packed(bits), DEFAULT_TABLE, 6) == [1, -1, 2, -8, 100, -300]


def test_tables_of_a_file_and_switches_between_them_are_followed() -> None:
    rng = np.random.default_rng(1)
    values: list[int] = []
    bits, table = "", 0
    for _ in range(4000):
        value = int(rng.choice([0, 1, -1, rng.integers(-36, 36), rng.integers(-30000, 30000), -7]))
        wanted = 0 if value in (0, 1, -1) else 2 if value == -7 else 1
        while table != wanted:  # the third table leads to the first, the first to the second
            bits += {0: "111", 1: "110" if wanted == 0 else "111", 2: "11"}[table]
            table = {0: 1, 1: wanted, 2: 0}[table]
        bits += _coded(value, table)
        values.append(value)
    assert decode(packed(bits), table_section([SMALL, LARGE, ONE_BIT]), len(values)) == values


def _coded(value: int, table: int) -> str:
    if table == 0:
        return {0: "0", 1: "10", -1: "110"}[value]
    if table == 2:
        return "0" if value % 2 else "10" + twos_complement(value, 32)
    if 4 <= value < 36:
        return "00" + twos_complement(value - 20, 5)
    if -36 <= value < -4:
        return "01" + twos_complement(value + 20, 5)
    return "10" + twos_complement(value, 16)


def test_each_lead_begins_with_the_first_table() -> None:
    tables = huffman_tables("a.scp", table_section([SMALL, LARGE]))
    for _ in range(2):
        assert decode_huffman("a.scp", packed("111" + "0000001"), tables, 1).tolist() == [21]


def test_numbers_of_32_bits_are_signed() -> None:
    section = table_section([ONE_BIT])
    for value in (2**31 - 1, -(2**31), -1):
        assert decode(packed("10" + twos_complement(value, 32)), section, 1) == [value]


def test_no_samples_of_no_data_are_none() -> None:
    assert decode(b"", DEFAULT_TABLE, 0) == []


@pytest.mark.parametrize("section", [None, b"\x00\x00"])
def test_a_file_may_be_uncoded(section: bytes | None) -> None:
    assert huffman_tables("a.scp", section) == ()


@pytest.mark.parametrize(
    ("bits", "tables", "words"),
    [
        (packed("1" * 16), [SMALL[:3]], "no Huffman code"),
        (packed("111" * 5), [SMALL], "table that is not there"),
        (packed("0" * 16), [SMALL], "fewer samples"),
        (b"", [SMALL], "fewer samples"),
        (packed("10" + "1" * 14), [[("10", 16, 1, 0)]], "fewer samples"),
        (packed("0"), [[("0", 0, 1, 0), ("01", 0, 1, 1)]], "is the prefix of another"),
        (packed("0"), [[]], "is the prefix of another"),
        (packed("0"), [[("", 0, 1, 0)]], "impossible length"),
        (packed("0"), [[("0", 40, 1, 0)]], "impossible length"),
        (packed("0"), [SMALL] * 40, "claims 40 Huffman tables"),
    ],
)
def test_codes_that_cannot_be_are_refused(bits: bytes, tables: list, words: str) -> None:
    with pytest.raises(BadInput, match=words):
        decode(bits, table_section(tables), 17)


def test_a_table_that_is_cut_is_refused() -> None:
    with pytest.raises(BadInput, match="ends before"):
        huffman_tables("a.scp", struct.pack("<HH", 1, 60000))
