"""A MATLAB file as named arrays, opened with care: every claim is checked before it is loaded.

Format: The MathWorks, MAT-File Format (level 5: tagged elements, each perhaps deflated; level 4: a
header of five integers before each matrix). Loaded by `scipy.io.loadmat`, which trusts sizes.
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
"""Type of an element → bytes an item takes."""
_CELL, _STRUCT, _CHARACTERS, _NUMBERS = 1, 2, 4, range(6, 16)
_COMPLEX = 0x08
_DEEPEST = 5
_LEVEL_4_TYPES = {1000 * order + 10 * kind + text for order in (0, 1) for kind in range(6)
                  for text in (0, 1)}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Element:
    kind: int
    body: bytes


class _Unsound(Exception):
    """A claim that the bytes do not bear out."""


def is_mat(content: bytes) -> bool:
    """Whether content is a MATLAB file of level 4, 5 or 7.3."""
    return content[:8] in (b"MATLAB 5", b"MATLAB 7") or _is_level_4(content)


def open_mat(where: str, content: bytes) -> dict[str, np.ndarray]:
    """The arrays of numbers and text, those inside structures too, under their names.

    Objects, functions and sparse matrices are left out and never loaded.

    Raises:
        BadInput: level 7.3, or damaged.
    """
    if content.startswith(b"MATLAB 7"):
        raise BadInput(
            where,
            "it is a MATLAB file of version 7.3",
            "save it in MATLAB with the option -v7",
            code="file.other_version",
        )
    sound = content if _is_level_4(content) else _sound_level_5(where, content)
    loaded = scipy.io.loadmat(io.BytesIO(sound))
    return _flat({key: value for key, value in loaded.items() if not key.startswith("__")})


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


def _sound_level_5(where: str, content: bytes) -> bytes:
    """The same file, inflated, with those variables alone whose claims hold."""
    order: Order = "big" if content[126:128] == b"MI" else "little"
    # Objects lie in a subsystem behind this offset; without it they cannot be reached.
    kept = [content[:116] + bytes(8) + content[124:_HEADER_BYTES]]
    try:
        for body in _Walk(order).plain_matrices(content[_HEADER_BYTES:]):
            kept += [_MATRIX.to_bytes(4, order), len(body).to_bytes(4, order), body]
    except (_Unsound, zlib.error) as error:
        raise BadInput(
            where, "it is a MATLAB file, damaged or too large", "save it again", code="file.damaged"
        ) from error
    if len(kept) == 1:
        raise BadInput(
            where,
            "it holds no array of numbers",
            "save the leads as a plain matrix",
            code="ecg.no_signal",
        )
    return b"".join(kept)


class _Walk:
    """One pass over the elements of a level 5 file; `_Unsound` where a claim does not hold."""

    def __init__(self, order: Order) -> None:
        self._order = order
        self._elements_left = MOST_ELEMENTS
        self._bytes_left = MOST_INFLATED_BYTES

    def plain_matrices(self, content: bytes) -> Iterator[bytes]:
        """The bodies of those variables that hold numbers and text alone."""
        for element in self._elements(content):
            for variable in self._inflated(element):
                if variable.kind == _MATRIX and self._is_plain(variable.body):
                    yield variable.body

    def _elements(self, content: bytes) -> Iterator[_Element]:
        at = 0
        while at < len(content):
            kind, length = self._integer(content[at : at + 4]), content[at + 4 : at + 8]
            if kind >> 16:  # a small element: its length, its type and up to four bytes
                start, size, kind = at + 4, kind >> 16, kind & 0xFFFF
                following = at + 8 if size <= 4 else at  # more than four overlap what follows
            else:
                start, size = at + 8, self._integer(length)
                # All but deflated elements are filled up to eight bytes.
                following = start + size + (0 if kind == _COMPRESSED else -size % 8)
            self._elements_left -= 1
            sound = kind and following > at and start + size <= len(content)
            if not sound or self._elements_left < 0:
                raise _Unsound
            yield _Element(kind, content[start : start + size])
            at = following

    def _inflated(self, element: _Element) -> Iterator[_Element]:
        if element.kind != _COMPRESSED:
            yield element
            return
        inflater = zlib.decompressobj()
        plain = inflater.decompress(element.body, max(self._bytes_left, 1))
        self._bytes_left -= len(plain)
        if not inflater.eof:
            raise _Unsound
        yield from self._elements(plain)

    def _is_plain(self, body: bytes, depth: int = 0) -> bool:
        parts = list(self._elements(body))
        if not parts and depth:
            return True  # an empty cell
        if len(parts) < 3 or len(parts[0].body) != 8 or depth > _DEEPEST:
            raise _Unsound
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
            raise _Unsound
        return all(self._is_plain(part.body, depth + 1) for part in parts)

    def _field_count(self, parts: list[_Element]) -> int:
        if len(parts) < 2 or len(parts[0].body) != 4:
            raise _Unsound
        width = self._integer(parts[0].body)
        if not 0 < width <= 64 or len(parts[1].body) % width:
            raise _Unsound
        return len(parts[1].body) // width

    def _product(self, sides: bytes) -> int:
        lengths = [self._integer(sides[at : at + 4]) for at in range(0, len(sides), 4)]
        if not 2 <= len(lengths) <= 8:
            raise _Unsound
        return int(np.prod(lengths, dtype=object))

    def _integer(self, field: bytes) -> int:
        return int.from_bytes(field, self._order)


def _expect_items(parts: list[_Element], count: int, expected: int, characters: bool) -> None:
    if len(parts) != expected or any(part.kind not in _ITEM_BYTES for part in parts):
        raise _Unsound
    for part in parts:
        held = len(part.body) // _ITEM_BYTES[part.kind]
        # A character may take several bytes of UTF-8.
        if held < count or (held > count and not characters):
            raise _Unsound


def _flat(loaded: Mapping[str, object]) -> dict[str, np.ndarray]:
    """Fields of single structures beside the plain variables; a cell of texts becomes an array."""
    found: dict[str, np.ndarray] = {}
    for key, value in loaded.items():
        if not isinstance(value, np.ndarray):
            continue
        if value.dtype.names and value.size == 1:
            fields = value.reshape(-1)[0]
            inner = _flat({name: fields[name] for name in value.dtype.names})
            found = inner | found
        elif value.dtype.kind == "O":
            texts = [cell.reshape(-1)[0] for cell in value.reshape(-1) if _is_text(cell)]
            if len(texts) == value.size:
                found[key] = np.array(texts, dtype=np.str_)
        elif not value.dtype.names:
            found[key] = value
    return found


def _is_text(cell: object) -> bool:
    return isinstance(cell, np.ndarray) and cell.dtype.kind == "U" and cell.size == 1
