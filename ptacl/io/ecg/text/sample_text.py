"""Samples inside a text: delimited numbers, or bytes as base64."""

import base64
import binascii
from typing import Literal

import numpy as np
from jaxtyping import Float64, Integer

from ptacl.errors import BadInput

Separator = Literal[",", " "]


def numbers_in(where: str, text: str, separator: Separator) -> Float64[np.ndarray, " samples"]:
    """Parse numbers separated by a comma or white space.

    With commas, white space has no meaning: exports break and indent their lines anywhere.

    Raises:
        BadInput: there is something other than numbers.

    Example:
        >>> numbers_in("ecg.xml", "1,-2,\\n\\t3,", ",")
        array([ 1., -2.,  3.])
    """
    if separator == ",":
        for space in " \t\r\n":
            text = text.replace(space, "")
        text = text.rstrip(",")
        count = text.count(",") + 1 if text else 0
    else:
        count = _count_words(text)
    # Integers parse ten times as fast, and most files hold only integers.
    for kind in (np.int64, np.float64):
        try:
            values = np.fromstring(text, dtype=kind, sep=separator)
        except ValueError:
            continue
        if len(values) == count:
            return values.astype(np.float64, copy=False)
    raise BadInput(
        where, "there is text among its samples", "export it again", code="ecg.not_numbers"
    )


def bytes_in(where: str, text: str) -> bytes:
    """Decode base64, ignoring white space.

    Raises:
        BadInput: it is not base64.
    """
    try:
        return base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError) as error:
        raise BadInput(
            where, "its samples are no base64", "export it again", code="ecg.sample_format"
        ) from error


def integers_in(where: str, content: bytes, size: int = 2) -> Integer[np.ndarray, " samples"]:
    """Decode signed little-endian integers of 1, 2 or 4 bytes.

    Raises:
        BadInput: another size, or surplus bytes.
    """
    if size not in (1, 2, 4):
        raise BadInput(
            where,
            f"its samples take {size} bytes each",
            "export it with 2 bytes each",
            code="ecg.sample_format",
        )
    if len(content) % size:
        raise BadInput(
            where, "its last sample is cut in two", "export it again", code="file.damaged"
        )
    return np.frombuffer(content, dtype=f"<i{size}")


def _count_words(text: str) -> int:
    """Return ``len(text.split())``, without a string for each word."""
    is_space = np.frombuffer(f" {text}".encode("ascii", "replace"), np.uint8) <= ord(" ")
    return int(np.count_nonzero(is_space[:-1] & ~is_space[1:]))
