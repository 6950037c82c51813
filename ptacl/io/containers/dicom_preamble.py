"""Recognition and completion of DICOM files without the 128-byte preamble or the meta group.

Some archives store the bare dataset as transferred over the network; others omit the preamble or
the meta group only. Such content is recognised by its first elements, which must be in ascending
order and include a DICOM SOP class.

Standard: DICOM PS3.10, 7.1 (file meta information); PS3.5, 7.1 (elements), A (transfer syntaxes).
"""

import struct
from dataclasses import dataclass

PREFIX = b"DICM"
_PREAMBLE = bytes(128)
_EXPLICIT, _IMPLICIT = b"1.2.840.10008.1.2.1", b"1.2.840.10008.1.2"
_BIG_ENDIAN = b"1.2.840.10008.1.2.2"
_ROOT = b"1.2.840.10008."
_CLASS, _META_CLASS = (0x0008, 0x0016), (0x0002, 0x0002)
_LONG = {b"OB", b"OD", b"OF", b"OL", b"OV", b"OW", b"SQ", b"SV", b"UC", b"UN", b"UR", b"UT", b"UV"}
_SHORT = {
    b"AE", b"AS", b"AT", b"CS", b"DA", b"DS", b"DT", b"FL", b"FD", b"IS", b"LO", b"LT", b"PN",
    b"SH", b"SL", b"SS", b"ST", b"TM", b"UI", b"UL", b"US",
}  # fmt: skip
_MOST_ELEMENTS, _HEAD = 64, 4096
"""Limits of the search; without private elements the class is among the first six of its group."""


@dataclass(frozen=True, slots=True)
class _Syntax:
    uid: bytes
    order: str
    """``<`` or ``>``, as for `struct`."""
    implicit: bool


_SYNTAXES = (
    _Syntax(_EXPLICIT, "<", False), _Syntax(_IMPLICIT, "<", True), _Syntax(_BIG_ENDIAN, ">", False),
)  # fmt: skip


def is_dicom(content: bytes) -> bool:
    """Return whether content is a DICOM file with ``DICM`` after 128 bytes, or a bare dataset."""
    return content[128:132] == PREFIX or _find_elements(content) is not None


def with_preamble(content: bytes) -> bytes:
    """Add preamble, prefix and meta group to a DICOM file that lacks them.

    Args:
        content: a file, or its first bytes.
    """
    if content[128:132] == PREFIX:
        if content[132:134] == b"\x02\x00" or (syntax := _syntax(content[132:_HEAD])) is None:
            return content
        return content[:132] + _meta(syntax) + content[132:]
    elements = _find_elements(content)
    if elements is None:
        return content
    offset, syntax = elements
    meta = b"" if syntax is None else _meta(syntax)
    return _PREAMBLE + PREFIX + meta + content[offset:]


def _find_elements(content: bytes) -> tuple[int, _Syntax | None] | None:
    """Return the offset of the elements of a file without preamble, and their transfer syntax.

    The syntax is None if there is a meta group; the result is None if it is not DICOM.
    """
    offset = 4 if content[:4] == PREFIX else 0
    bare = content[offset:_HEAD]
    if bare[:2] == b"\x02\x00":
        return (offset, None) if _names_class(bare, _SYNTAXES[0], _META_CLASS) else None
    syntax = _syntax(bare)
    return None if syntax is None else (offset, syntax)


def _syntax(bare: bytes) -> _Syntax | None:
    """Detect the transfer syntax of a dataset that begins with group 8; None if it does not."""
    return next((s for s in _SYNTAXES if _names_class(bare, s, _CLASS)), None)


def _names_class(bare: bytes, syntax: _Syntax, tag: tuple[int, int]) -> bool:
    """Return whether the elements ascend to ``tag`` within its group, and it is a DICOM class."""
    offset, previous = 0, -1
    try:
        for _ in range(_MOST_ELEMENTS):
            group, element = struct.unpack_from(syntax.order + "HH", bare, offset)
            if group != tag[0] or not previous < element <= tag[1]:
                return False
            start, length = _value(bare, offset, syntax)
            if element == tag[1]:
                return bare[start : start + length].startswith(_ROOT)
            previous, offset = element, start + length
    except struct.error:
        pass
    return False


def _value(bare: bytes, offset: int, syntax: _Syntax) -> tuple[int, int]:
    """Return offset and length of a value."""
    if syntax.implicit:
        (length,) = struct.unpack_from(syntax.order + "I", bare, offset + 4)
        return offset + 8, length
    vr, length = struct.unpack_from(syntax.order + "2sH", bare, offset + 4)
    if vr in _SHORT:
        return offset + 8, length
    if vr not in _LONG:
        raise struct.error
    (length,) = struct.unpack_from(syntax.order + "I", bare, offset + 8)
    return offset + 12, length


def _meta(syntax: _Syntax) -> bytes:
    uid = syntax.uid + b"\0" * (len(syntax.uid) % 2)
    element = b"\x02\x00\x10\x00UI" + struct.pack("<H", len(uid)) + uid
    return b"\x02\x00\x00\x00UL\x04\x00" + struct.pack("<I", len(element)) + element
