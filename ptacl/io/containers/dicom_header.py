"""Values from the head of a DICOM file, found by walking its elements.

A cine is five hundred files, and reading their headers was most of its import. This walk knows
little-endian files alone and leaves whatever is odd to `pydicom`; what it saves is printed by
tests/benchmarks/bench_cine_import.py.

Standard: DICOM PS3.5, 7.1 (elements), 7.5 (sequences), 10 (transfer syntaxes).
"""

import struct
from collections.abc import Iterable, Mapping

from pydicom.dataset import Dataset
from pydicom.multival import MultiValue

HeaderValues = Mapping[str, tuple[str, ...]]
"""Keyword → its values as text; empty where the element is there without a value."""

SHORTS = {"Rows", "Columns", "SamplesPerPixel", "RawDataType"}
_IMPLICIT = b"1.2.840.10008.1.2"
_NOT_WALKED = {b"1.2.840.10008.1.2.2", b"1.2.840.10008.1.2.1.99"}
"""Big-endian and deflated."""
_META_SYNTAX = 0x00020010
_ITEM, _ITEM_END, _SEQUENCE_END = 0xFFFEE000, 0xFFFEE00D, 0xFFFEE0DD
_UNDEFINED = 0xFFFFFFFF
_LONG = {b"OB", b"OD", b"OF", b"OL", b"OV", b"OW", b"SQ", b"SV", b"UC", b"UN", b"UR", b"UT", b"UV"}
_SHORT = {
    b"AE", b"AS", b"AT", b"CS", b"DA", b"DS", b"DT", b"FL", b"FD", b"IS", b"LO", b"LT", b"PN",
    b"SH", b"SL", b"SS", b"ST", b"TM", b"UI", b"UL", b"US",
}  # fmt: skip
_DEEPEST = 8

_TAG, _VR, _LENGTH = struct.Struct("<HH"), struct.Struct("<2sH"), struct.Struct("<I")


class _NotWalked(Exception):
    """The head is too short, or the file is of a kind that is left to pydicom."""


def leading_values(head: bytes, wanted: Mapping[int, str]) -> HeaderValues | None:
    """Values of the wanted elements, or None where `pydicom` must look.

    Args:
        head: the first bytes of a DICOM file, as far as the element after the last wanted.
        wanted: tag → keyword; its values are text, or unsigned shorts where `SHORTS` names it.
    """
    last = max(wanted)
    values: dict[str, tuple[str, ...]] = {}
    try:
        offset, implicit = _after_meta(head)
        before = 0
        while (tag := _tag(head, offset)) <= last:
            start, end = _value(head, offset, implicit)
            if tag <= before or end > len(head):
                return None
            if tag in wanted:
                values[wanted[tag]] = _texts(wanted[tag], head[start:end])
            before, offset = tag, end
    except (_NotWalked, struct.error):
        return None
    return values


def dataset_values(dataset: Dataset, keywords: Iterable[str]) -> HeaderValues:
    """The same from a dataset that `pydicom` read."""
    values: dict[str, tuple[str, ...]] = {}
    for keyword in keywords:
        if keyword in dataset:
            value = getattr(dataset, keyword)
            several = value if isinstance(value, MultiValue) else [value]
            values[keyword] = tuple(str(v).strip() for v in several if v not in (None, ""))
    return values


def _after_meta(head: bytes) -> tuple[int, bool]:
    """Where the dataset begins, and whether its elements name no VR."""
    offset, syntax = 132, b""
    while head[offset : offset + 2] == b"\x02\x00":
        tag = _tag(head, offset)
        start, offset = _value(head, offset, implicit=False)
        if tag == _META_SYNTAX:
            syntax = head[start:offset].rstrip(b"\0 ")
    if not syntax or syntax in _NOT_WALKED:
        raise _NotWalked
    return offset, syntax == _IMPLICIT


def _tag(head: bytes, offset: int) -> int:
    group, element = _TAG.unpack_from(head, offset)
    return group << 16 | element


def _value(head: bytes, offset: int, implicit: bool, depth: int = 0) -> tuple[int, int]:
    """Where the value of the element at an offset starts and ends."""
    start = offset + 8
    if implicit:
        (length,) = _LENGTH.unpack_from(head, offset + 4)
    else:
        vr, length = _VR.unpack_from(head, offset + 4)
        if vr in _LONG:
            (length,) = _LENGTH.unpack_from(head, start)
            start += 4
        elif vr not in _SHORT:
            raise _NotWalked
        if vr == b"UN" and length == _UNDEFINED:  # its items name no VR
            raise _NotWalked
    if length == _UNDEFINED:
        return start, _after_items(head, start, implicit, depth)
    return start, start + length


def _after_items(head: bytes, offset: int, implicit: bool, depth: int) -> int:
    """Where a sequence of undefined length ends."""
    while depth < _DEEPEST:
        tag = _tag(head, offset)
        (length,) = _LENGTH.unpack_from(head, offset + 4)
        offset += 8
        if tag == _SEQUENCE_END:
            return offset
        if tag != _ITEM:
            break
        if length != _UNDEFINED:
            offset += length
            continue
        while _tag(head, offset) != _ITEM_END:
            offset = _value(head, offset, implicit, depth + 1)[1]
        offset += 8
    raise _NotWalked


def _texts(keyword: str, value: bytes) -> tuple[str, ...]:
    if keyword in SHORTS:
        return tuple(str(number) for (number,) in struct.iter_unpack("<H", value))
    parts = value.decode("latin-1").rstrip("\0 ").split("\\")
    return tuple(part.strip() for part in parts if part.strip())
