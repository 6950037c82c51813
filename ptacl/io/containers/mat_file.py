"""Safe opening of MATLAB files: all sizes are checked before the file is loaded.

Format: The MathWorks, MAT-File Format (level 5: tagged elements, optionally deflated; level 4: a
header of five integers before each matrix). Loaded by `scipy.io.loadmat`, which does not check
sizes.
"""

import io
import re
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
import scipy.io

from ptacl.errors import BadInput

Order = Literal["little", "big"]
MOST_INFLATED_BYTES = 64 * 1024**2
"""Twenty minutes of twelve leads at 500 Hz as doubles."""
MOST_ELEMENTS = 100_000

_HEADER_BYTES = 128
_MATRIX, _COMPRESSED = 14, 15
_ITEM_BYTES = {1: 1, 2: 1, 3: 2, 4: 2, 5: 4, 6: 4, 7: 4, 9: 8, 12: 8, 13: 8, 16: 1, 17: 2, 18: 4}
"""Type of an element → bytes per item."""
_CELL, _STRUCT, _CHARACTERS, _NUMBERS = 1, 2, 4, range(6, 16)
_COMPLEX = 0x08
_DEEPEST = 5
_LEVEL_4_TYPES = {1000 * order + 10 * kind + text for order in (0, 1) for kind in range(6)
                  for text in (0, 1)}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Element:
    kind: int
    body: bytes


class _Inconsistent(Exception):
    """A size or type in the file is inconsistent with its content."""


def is_mat(content: bytes) -> bool:
    """Return whether content is a MATLAB file of level 4, 5 or 7.3."""
    return content[:8] in (b"MATLAB 5", b"MATLAB 7") or _is_level_4(content)


def open_mat(where: str, content: bytes) -> dict[str, np.ndarray]:
    """Read numeric and text arrays, including fields of structures.

    Objects, functions and sparse matrices are skipped and never loaded.

    Args:
        where: name of the file, for messages.
        content: the file.

    Returns:
        Name → array.

    Raises:
        BadInput: the file is of level 7.3, or damaged.
    """
    if content.startswith(b"MATLAB 7"):
        raise BadInput(
            where,
            "it is a MATLAB file of version 7.3",
            "save it in MATLAB with the option -v7",
            code="file.other_version",
        )
    checked = content if _is_level_4(content) else _checked_level_5(where, content)
    loaded = scipy.io.loadmat(io.BytesIO(checked))
    return _flatten({key: value for key, value in loaded.items() if not key.startswith("__")})


def _is_level_4(content: bytes) -> bool:
    head = np.frombuffer(content[:20], "<u4") if len(content) >= 20 else np.zeros(5, "<u4")
    if head[0] >= 2**16:
        head = head.byteswap()
    kind, rows, columns, _, length = map(int, head)
    name = content[20 : 20 + min(length, 64)]
    return (
        kind in _LEVEL_4_TYPES
        and 0 < rows * columns <= len(content)
        and bool(re.fullmatch(rb"[A-Za-z]\w*\x00", name))
    )


def _checked_level_5(where: str, content: bytes) -> bytes:
    """Inflate a level 5 file and keep its numeric and text variables."""
    order: Order = "big" if content[126:128] == b"MI" else "little"
    # This offset points to the subsystem with the objects; without it they are not loaded.
    parts = [content[:116] + bytes(8) + content[124:_HEADER_BYTES]]
    try:
        for body in _ElementParser(order).plain_matrices(content[_HEADER_BYTES:]):
            parts += [_MATRIX.to_bytes(4, order), len(body).to_bytes(4, order), body]
    except (_Inconsistent, zlib.error) as error:
        raise BadInput(
            where, "it is a MATLAB file, damaged or too large", "save it again", code="file.damaged"
        ) from error
    if len(parts) == 1:
        raise BadInput(
            where,
            "it holds no array of numbers",
            "save the leads as a plain matrix",
            code="ecg.no_signal",
        )
    return b"".join(parts)


class _ElementParser:
    """Parser of the elements of a level 5 file; raises `_Inconsistent`."""

    def __init__(self, order: Order) -> None:
        self._order = order
        self._elements_left = MOST_ELEMENTS
        self._bytes_left = MOST_INFLATED_BYTES

    def plain_matrices(self, content: bytes) -> Iterator[bytes]:
        """Yield the bodies of variables that contain numbers and text only."""
        for element in self._elements(content):
            for variable in self._inflated(element):
                if variable.kind == _MATRIX and self._is_plain(variable.body):
                    yield variable.body

    def _elements(self, content: bytes) -> Iterator[_Element]:
        offset = 0
        while offset < len(content):
            kind, length = (
                self._integer(content[offset : offset + 4]),
                content[offset + 4 : offset + 8],
            )
            if kind >> 16:  # a small element: its length, its type and up to four bytes
                start, size, kind = offset + 4, kind >> 16, kind & 0xFFFF
                following = (
                    offset + 8 if size <= 4 else offset
                )  # larger sizes overlap the next element
            else:
                start, size = offset + 8, self._integer(length)
                # All but deflated elements are padded to eight bytes.
                following = start + size + (0 if kind == _COMPRESSED else -size % 8)
            self._elements_left -= 1
            consistent = kind and following > offset and start + size <= len(content)
            if not consistent or self._elements_left < 0:
                raise _Inconsistent
            yield _Element(kind, content[start : start + size])
            offset = following

    def _inflated(self, element: _Element) -> Iterator[_Element]:
        if element.kind != _COMPRESSED:
            yield element
            return
        inflater = zlib.decompressobj()
        plain = inflater.decompress(element.body, max(self._bytes_left, 1))
        self._bytes_left -= len(plain)
        if not inflater.eof:
            raise _Inconsistent
        yield from self._elements(plain)

    def _is_plain(self, body: bytes, depth: int = 0) -> bool:
        parts = list(self._elements(body))
        if not parts and depth:
            return True  # an empty cell
        if len(parts) < 3 or len(parts[0].body) != 8 or depth > _DEEPEST:
            raise _Inconsistent
        flags, sides, _, *rest = parts
        word, count = self._integer(flags.body[:4]), self._product(sides.body)
        kind = word & 0xFF
        if kind == _CELL:
            return self._are_plain(rest, count, depth)
        if kind == _STRUCT:
            return self._are_plain(rest[2:], count * self._field_count(rest), depth)
        if kind == _CHARACTERS or kind in _NUMBERS:
            _expect_items(rest, count, 2 if word >> 8 & _COMPLEX else 1, kind == _CHARACTERS)
            return True
        return False

    def _are_plain(self, parts: list[_Element], count: int, depth: int) -> bool:
        if len(parts) != count or any(part.kind != _MATRIX for part in parts):
            raise _Inconsistent
        return all(self._is_plain(part.body, depth + 1) for part in parts)

    def _field_count(self, parts: list[_Element]) -> int:
        if len(parts) < 2 or len(parts[0].body) != 4:
            raise _Inconsistent
        width = self._integer(parts[0].body)
        if not 0 < width <= 64 or len(parts[1].body) % width:
            raise _Inconsistent
        return len(parts[1].body) // width

    def _product(self, sides: bytes) -> int:
        lengths = [self._integer(sides[offset : offset + 4]) for offset in range(0, len(sides), 4)]
        if not 2 <= len(lengths) <= 8:
            raise _Inconsistent
        return int(np.prod(lengths, dtype=object))

    def _integer(self, field: bytes) -> int:
        return int.from_bytes(field, self._order)


def _expect_items(parts: list[_Element], count: int, expected: int, characters: bool) -> None:
    if len(parts) != expected or any(part.kind not in _ITEM_BYTES for part in parts):
        raise _Inconsistent
    for part in parts:
        item_count = len(part.body) // _ITEM_BYTES[part.kind]
        # A character may take several bytes of UTF-8.
        if item_count < count or (item_count > count and not characters):
            raise _Inconsistent


def _flatten(loaded: Mapping[str, object]) -> dict[str, np.ndarray]:
    """Merge fields of scalar structures into the variables; convert cells of text to arrays."""
    arrays: dict[str, np.ndarray] = {}
    for key, value in loaded.items():
        if not isinstance(value, np.ndarray):
            continue
        if value.dtype.names and value.size == 1:
            fields = value.reshape(-1)[0]
            inner = _flatten({name: fields[name] for name in value.dtype.names})
            arrays = inner | arrays
        elif value.dtype.kind == "O":
            texts = [cell.reshape(-1)[0] for cell in value.reshape(-1) if _is_text(cell)]
            if len(texts) == value.size:
                arrays[key] = np.array(texts, dtype=np.str_)
        elif not value.dtype.names:
            arrays[key] = value
    return arrays


def _is_text(cell: object) -> bool:
    return isinstance(cell, np.ndarray) and cell.dtype.kind == "U" and cell.size == 1
