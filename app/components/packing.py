"""Message format to the browser: one header and several arrays in one ``bytes``.

Streamlit passes a top-level ``bytes`` value untouched, but turns bytes inside a dict into text.
The layout: header length (uint32, little endian), header (UTF-8 JSON, padded with spaces), then
the arrays, each at a multiple of 8 so that a typed array can view it. ``shared/unpack.js`` is
the decoder.
"""

import json
import struct
from collections.abc import Mapping

import numpy as np

_ALIGNMENT = 8
_TYPES = {"uint8", "uint16", "int32", "float32"}


def pack(header: Mapping[str, object], arrays: Mapping[str, np.ndarray]) -> bytes:
    """Pack a JSON-able header and named arrays (uint8, uint16, int32 or float32, any shape).

    Raises:
        TypeError: an array has another type.
        ValueError: the header holds NaN or infinity, which JSON does not know.

    Example:
        >>> len(pack({"title": "a"}, {"frames": np.zeros((2, 3), np.uint8)})) % 8
        0
    """
    blocks: list[bytes] = []
    descriptions: dict[str, dict[str, object]] = {}
    offset = 0
    for name, array in arrays.items():
        if array.dtype.name not in _TYPES:
            raise TypeError(f"array {name!r} is {array.dtype}; pack takes {sorted(_TYPES)}")
        block = _padded(np.ascontiguousarray(array).tobytes(), b"\0")
        descriptions[name] = {"type": array.dtype.name, "shape": array.shape, "offset": offset}
        blocks.append(block)
        offset += len(block)
    text = json.dumps({**header, "arrays": descriptions}, allow_nan=False).encode()
    # The four bytes of the length count towards the alignment of what follows.
    text = _padded(b"\0" * 4 + text, b" ")[4:]
    return b"".join([struct.pack("<I", len(text)), text, *blocks])


def _padded(block: bytes, filler: bytes) -> bytes:
    return block + filler * (-len(block) % _ALIGNMENT)
