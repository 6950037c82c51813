"""Structure of an SCP-ECG record: its sections, their positions, and their checksums.

Standard: EN 1064:2005+A1:2007 = ISO 11073-91064:2009, 5.2 and 5.3. A record is a checksum, its
length and sections; section 0 points to the others. All numbers are little-endian.
"""

import binascii
import struct
from collections.abc import Mapping

from ptacl.errors import BadInput

_RECORD_HEADER = 6
_SECTION_HEADER = 16
_POINTER = 10
_LAST_SECTION = 18
"""11 until 2.x; 3.0 adds long recordings, stress tests and annotations."""


def is_scp(content: bytes) -> bool:
    """Return whether content is an SCP-ECG record, by the name in its first section.

    The first versions left the name out; then the first pointer must point to its own section.
    """
    points_to_itself = b"\x00\x00" + content[10:14] + b"\x07\x00\x00\x00"
    is_first = content[8:10] == b"\x00\x00"
    return is_first and (content[16:22] == b"SCPECG" or content[22:32] == points_to_itself)


def read_sections(where: str, content: bytes) -> Mapping[int, bytes]:
    """Return the bodies of all non-empty sections by number, without their headers.

    Raises:
        BadInput: cut short, a checksum mismatch, or invalid pointers.
    """
    stored, size = fields(where, content, 0, "HI")
    if size > len(content):
        message = f"it is cut short: {len(content):,} bytes of {size:,}"
        raise BadInput(where, message, "copy it again", code="file.damaged")
    record = content[: size or len(content)]
    _check_sum(where, stored, record[2:])
    return {
        number: _body(where, record, number, length, start)
        for number, length, start in _pointers(where, record)
        if length and number <= _LAST_SECTION
    }


def fields(where: str, body: bytes, at: int, layout: str) -> tuple[int, ...]:
    """Decode little-endian numbers at a byte offset, in the format of `struct`.

    Raises:
        BadInput: they extend beyond the end.
    """
    try:
        return struct.unpack_from("<" + layout, body, at)
    except struct.error as error:
        raise damaged(where, "a section ends before its fields do") from error


def damaged(where: str, what: str) -> BadInput:
    """Return the error for an invalid record."""
    return BadInput(
        where, f"it is a damaged SCP-ECG record: {what}", "export it again", code="file.damaged"
    )


def _pointers(where: str, record: bytes) -> list[tuple[int, ...]]:
    (length,) = fields(where, record, 10, "I")
    if not _SECTION_HEADER + _POINTER <= length <= len(record) - _RECORD_HEADER:
        raise damaged(where, "its list of sections has an impossible length")
    # A longer list repeats section numbers.
    first, last = _RECORD_HEADER + _SECTION_HEADER, _RECORD_HEADER + length - _POINTER
    offsets = list(range(first, last + 1, _POINTER))[: _LAST_SECTION + 1]
    return [fields(where, record, offset, "HII") for offset in offsets]


def _body(where: str, record: bytes, number: int, length: int, start: int) -> bytes:
    section = record[start - 1 : start - 1 + length] if start > _RECORD_HEADER else b""
    if len(section) < max(length, _SECTION_HEADER):
        raise damaged(where, f"section {number} is outside the file")
    stored, named = fields(where, section, 0, "HH")
    if named != number:
        raise damaged(where, f"section {number} is not at the position of its pointer")
    _check_sum(where, stored, section[2:])
    return section[_SECTION_HEADER:]


def _check_sum(where: str, stored: int, data: bytes) -> None:
    """Compare the CRC-CCITT (start value 0xFFFF) of data with the stored one.

    Zero means that the writer left it out; some writers swap its bytes.

    Raises:
        BadInput: they differ.
    """
    computed = binascii.crc_hqx(data, 0xFFFF)
    if stored not in (0, computed, (computed >> 8) | (computed & 0xFF) << 8):
        raise BadInput(
            where,
            "its checksum does not match: damaged or cut short",
            "copy it again",
            code="file.damaged",
        )
