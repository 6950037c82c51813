"""Writes SCP-ECG records bit by bit, as plainly as the standard words them."""

import struct
from collections.abc import Sequence

import numpy as np

CODES = {"I": 1, "II": 2, "V1": 3, "V2": 4, "V3": 5, "V4": 6, "V5": 7, "V6": 8} | {
    "III": 61, "aVR": 62, "aVL": 63, "aVF": 64, "V7": 9, "X": 16, "none": 0,
}  # fmt: skip
EIGHT = ("I", "II", "V1", "V2", "V3", "V4", "V5", "V6")

Rows = list[tuple[str, int, int, int]]
"""A Huffman table: (prefix, bits of the number after it, 1 or 0 for a switch, value)."""


def _shifted_out(byte: int) -> int:
    """What eight bits leave behind: x^16 + x^12 + x^5 + 1, one bit at a time."""
    rest = byte << 8
    for _ in range(8):
        rest = (rest << 1 ^ 0x1021 if rest & 0x8000 else rest << 1) & 0xFFFF
    return rest


_SHIFTED_OUT = [_shifted_out(byte) for byte in range(256)]


def crc_ccitt(data: bytes) -> int:
    """All ones at the start."""
    crc = 0xFFFF
    for byte in data:
        crc = (crc << 8 & 0xFFFF) ^ _SHIFTED_OUT[crc >> 8 ^ byte]
    return crc


def record(sections: dict[int, bytes], version: int = 20, name: bytes = b"SCPECG") -> bytes:
    """A whole record; section 0 is added."""
    last = max(11, *sections)
    at = 6 + 16 + 10 * (last + 1) + 1
    pointers = struct.pack("<HII", 0, at - 7, 7)
    bodies = []
    for number in range(1, last + 1):
        body = sections.get(number)
        length = 0 if body is None else 16 + len(body) + len(body) % 2
        pointers += struct.pack("<HII", number, length, at if length else 0)
        if body is not None:
            bodies.append(section(number, body, version))
            at += length
    whole = section(0, pointers, version, name) + b"".join(bodies)
    return with_checksum(struct.pack("<I", 6 + len(whole)) + whole)


def section(number: int, body: bytes, version: int = 20, name: bytes = b"") -> bytes:
    body += bytes(len(body) % 2)
    head = struct.pack("<HIBB", number, 16 + len(body), version, version)
    return with_checksum(head + name.ljust(6, b"\x00") + body)


def with_checksum(data: bytes) -> bytes:
    return struct.pack("<H", crc_ccitt(data)) + data


def leads_section(
    leads: Sequence[str], samples: int, *, subtracted: bool = False, first: Sequence[int] = ()
) -> bytes:
    rows = b"".join(
        struct.pack("<IIB", start, start + samples - 1, CODES[lead])
        for lead, start in zip(leads, first or [1] * len(leads), strict=True)
    )
    return bytes([len(leads), subtracted | 4 | (len(leads) & 31) << 3]) + rows


def beats_section(
    reference_ms: int,
    fiducial: int,
    beats: Sequence[tuple[int, int, int, int]] = (),
    protected: Sequence[tuple[int, int]] = (),
) -> bytes:
    """Beats are (type, first, fiducial, last)."""
    rows = b"".join(struct.pack("<HIII", *beat) for beat in beats)
    zones = b"".join(struct.pack("<II", *zone) for zone in protected)
    return struct.pack("<HHH", reference_ms, fiducial, len(beats)) + rows + zones


def signals_section(
    coded: Sequence[bytes], nanovolts: int, interval_us: int, order: int, bimodal: int = 0
) -> bytes:
    lengths = struct.pack(f"<{len(coded)}H", *map(len, coded))
    return struct.pack("<HHBB", nanovolts, interval_us, order, bimodal) + lengths + b"".join(coded)


def table_section(tables: list[Rows]) -> bytes:
    body = struct.pack("<H", len(tables))
    for rows in tables:
        body += struct.pack("<H", len(rows))
        for prefix, bits, mode, value in rows:
            code = sum(1 << place for place, bit in enumerate(prefix) if bit == "1")
            size = len(prefix)
            body += struct.pack("<BBBhI", size, size + bits, mode, value, code)
    return body


DEFAULT_TABLE = struct.pack("<H", 19999)


def differences(samples: np.ndarray, order: int) -> list[int]:
    """x0, x1, then x[n] - 2 x[n-1] + x[n-2]; for order 1: x0, then x[n] - x[n-1]."""
    return [_word(value) for value in _exact_differences(samples, order)]


def _word(value: int) -> int:
    """A number as a signed word of 16 bits holds it: what runs over comes back."""
    return (value + 32768) % 65536 - 32768


def _exact_differences(samples: np.ndarray, order: int) -> list[int]:
    x = [int(sample) for sample in samples]
    if order == 0:
        return x
    if order == 1:
        return x[:1] + [x[n] - x[n - 1] for n in range(1, len(x))]
    return x[:2] + [x[n] - 2 * x[n - 1] + x[n - 2] for n in range(2, len(x))]


def plain(samples: np.ndarray, order: int) -> bytes:
    return struct.pack(f"<{len(samples)}h", *differences(samples, order))


def default_huffman(samples: np.ndarray, order: int) -> bytes:
    """Table 19999: 0; n ones, a zero and the sign; ten bits and a number of 8 or 16 bits."""
    bits = []
    for value in differences(samples, order):
        if value == 0:
            bits.append("0")
        elif abs(value) <= 8:
            bits.append("1" * abs(value) + "0" + ("1" if value < 0 else "0"))
        elif -128 <= value < 128:
            bits.append("1111111110" + twos_complement(value, 8))
        else:
            bits.append("1111111111" + twos_complement(value, 16))
    return packed("".join(bits))


def twos_complement(value: int, bits: int) -> str:
    return f"{value % (1 << bits):0{bits}b}"


def packed(bits: str) -> bytes:
    """The first bit in the highest place of the first byte, zeros up to a whole word."""
    padded = bits + "0" * (-len(bits) % 16)
    return bytes(int(padded[at : at + 8], 2) for at in range(0, len(padded), 8))
