"""Fast parser of the first elements of a DICOM file.

A cine has about 500 files, and reading their headers dominated the time of an import. The parser
supports regular little-endian files and leaves all others to `pydicom`; the time saved is printed
by tests/benchmarks/bench_cine_import.py.

Standard: DICOM PS3.5, 7.1 (elements), 7.5 (sequences), 10 (transfer syntaxes).
"""

import struct
from collections.abc import Iterable, Mapping

from pydicom.dataset import Dataset
from pydicom.multival import MultiValue

HeaderValues = Mapping[str, tuple[str, ...]]
"""Keyword → values as text; empty if the element has no value."""

SHORTS = {"Rows", "Columns", "SamplesPerPixel", "RawDataType"}
_IMPLICIT = b"1.2.840.10008.1.2"
_UNSUPPORTED_SYNTAXES = {b"1.2.840.10008.1.2.2", b"1.2.840.10008.1.2.1.99"}
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


class _Unsupported(Exception):
    """The head is too short, or the file must be parsed by pydicom."""


def leading_values(head: bytes, requested: Mapping[int, str]) -> HeaderValues | None:
    """Parse elements from the first bytes of a DICOM file.

    Args:
        head: the first bytes, up to the element after the last requested one.
        requested: tag → keyword; values are text, or unsigned shorts for the keywords of `SHORTS`.

    Returns:
        The values, or None if the file must be parsed by `pydicom`.
    """
    last = max(requested)
    values: dict[str, tuple[str, ...]] = {}
    try:
        offset, implicit = _after_meta(head)
        previous = 0
        while (tag := _tag(head, offset)) <= last:
            start, end = _value(head, offset, implicit)
            if tag <= previous or end > len(head):
                return None
            if tag in requested:
                values[requested[tag]] = _texts(requested[tag], head[start:end])
            previous, offset = tag, end
    except (_Unsupported, struct.error):
        return None
    return values


def dataset_values(dataset: Dataset, keywords: Iterable[str]) -> HeaderValues:
    """Return the values of elements of a `pydicom` dataset."""
    values: dict[str, tuple[str, ...]] = {}
    for keyword in keywords:
        if keyword in dataset:
            value = getattr(dataset, keyword)
            items = value if isinstance(value, MultiValue) else [value]
            values[keyword] = tuple(str(v).strip() for v in items if v not in (None, ""))
    return values


def _after_meta(head: bytes) -> tuple[int, bool]:
    """Return the offset of the dataset, and whether its VRs are implicit."""
    offset, syntax = 132, b""
    while head[offset : offset + 2] == b"\x02\x00":
        tag = _tag(head, offset)
        start, offset = _value(head, offset, implicit=False)
        if tag == _META_SYNTAX:
            syntax = head[start:offset].rstrip(b"\0 ")
    if not syntax or syntax in _UNSUPPORTED_SYNTAXES:
        raise _Unsupported
    return offset, syntax == _IMPLICIT


def _tag(head: bytes, offset: int) -> int:
    group, element = _TAG.unpack_from(head, offset)
    return group << 16 | element


def _value(head: bytes, offset: int, implicit: bool, depth: int = 0) -> tuple[int, int]:
    """Return start and end of the value of the element at an offset."""
    start = offset + 8
    if implicit:
        (length,) = _LENGTH.unpack_from(head, offset + 4)
    else:
        vr, length = _VR.unpack_from(head, offset + 4)
        if vr in _LONG:
            (length,) = _LENGTH.unpack_from(head, start)
            start += 4
        elif vr not in _SHORT:
            raise _Unsupported
        if vr == b"UN" and length == _UNDEFINED:  # its items have implicit VRs
            raise _Unsupported
    if length == _UNDEFINED:
        return start, _after_items(head, start, implicit, depth)
    return start, start + length


def _after_items(head: bytes, offset: int, implicit: bool, depth: int) -> int:
    """Return the end of a sequence of undefined length."""
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
    raise _Unsupported


def _texts(keyword: str, value: bytes) -> tuple[str, ...]:
    if keyword in SHORTS:
        return tuple(str(number) for (number,) in struct.iter_unpack("<H", value))
    parts = value.decode("latin-1").rstrip("\0 ").split("\\")
    return tuple(part.strip() for part in parts if part.strip())
