"""Contents of an MFER file: a sequence of definitions, each a tag, a length and a value.

Standard: ISO 22077-1:2015 (MFER, Medical waveform Format Encoding Rules). A definition is valid
until another with the same tag replaces it; ``MWF_ATT`` defines values for one channel.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from ptacl.errors import BadInput

ZERO, BYTE_ORDER, VERSION, TEXT_CODE = 0x00, 0x01, 0x02, 0x03
BLOCK, CHANNELS, SEQUENCES, POINTER, WAVEFORM = 0x04, 0x05, 0x06, 0x07, 0x08
LEAD, DATA_TYPE, INTERVAL, STEP, OFFSET, COMPRESSION = 0x09, 0x0A, 0x0B, 0x0C, 0x0D, 0x0E
NULL, SAMPLES, CHANNEL, PREAMBLE, GROUP, END = 0x12, 0x1E, 0x3F, 0x40, 0x67, 0x80
AGE, SEX = 0x83, 0x84

_TAGS = frozenset(
    [*range(BYTE_ORDER, 0x10), 0x11, NULL, 0x15, 0x16, 0x17, SAMPLES, CHANNEL, PREAMBLE, GROUP]
).union(range(0x41, 0x47), range(0x81, 0x89))
_LENGTHS = {
    BYTE_ORDER: (0, 1), VERSION: (0, 3), BLOCK: (0, 4), CHANNELS: (0, 4), SEQUENCES: (0, 4),
    DATA_TYPE: (0, 1), INTERVAL: (0, 6), STEP: (0, 6), SEX: (0, 1),
}  # fmt: skip
"""Fewest and most bytes of the definitions that distinguish MFER from other content."""
_WAVE_TAGS = frozenset((BLOCK, CHANNELS, INTERVAL, STEP, DATA_TYPE, CHANNEL))
_FIRST = tuple(bytes([tag]) for tag in (1, 2, 3, 4, 5, 6, 8, 0x0B, 0x0C, 0x16, 0x17))
_FEWEST_DEFINITIONS = 4
_MOST_DEFINITIONS = 20_000


@dataclass(frozen=True, slots=True)
class Definition:
    """One definition."""

    tag: int
    value: bytes
    channel: int | None = None
    """Channel number, for a definition of one channel."""


def begins_as_mfer(content: bytes) -> bool:
    """Return whether content begins with an MFER preamble or a chain of MFER definitions."""
    if content[:1] == b"\x40" and content[2:8].lstrip().startswith((b"MFR", b"MFER")):
        return True
    return content[:1] in _FIRST and _is_chain(content[:4096])


def _is_chain(head: bytes) -> bool:
    tags: list[int] = []
    at = 0
    while at < len(head) and (not tags or tags[-1] != SAMPLES):
        tag = head[at]
        try:
            length, start = _length(head, at + 1 + (tag == CHANNEL))
        except (IndexError, ValueError):
            break
        low, high = _LENGTHS.get(tag, (0, len(head) if tag != SAMPLES else 1 << 32))
        if tag not in _TAGS or not low <= length <= high:
            return False
        if length:  # small 16-bit numbers look like definitions without a value
            tags.append(tag)
        at = start + length
    return len(tags) >= _FEWEST_DEFINITIONS and len(_WAVE_TAGS.intersection(tags)) >= 3


def definitions(where: str, content: bytes) -> Iterator[Definition]:
    """Return the definitions of a file in order, including those inside groups and channels.

    Raises:
        BadInput: a definition extends beyond the end of the file.
    """
    for count, definition in enumerate(_walk(where, content, None)):
        if count >= _MOST_DEFINITIONS:
            raise BadInput(
                where,
                "it holds more definitions than any ECG",
                "export the ECG alone",
                code="file.too_large",
            )
        yield definition


def _walk(where: str, content: bytes, channel: int | None, depth: int = 0) -> Iterator[Definition]:
    at = 0
    while at < len(content) and content[at] != END:
        tag = content[at]
        at += 1
        if tag == ZERO:  # zero padding between definitions
            continue
        inner = channel
        try:
            if tag == CHANNEL:
                inner, at = _channel_number(content, at)
            length, at = _length(content, at)
        except (IndexError, ValueError) as error:
            raise _cut(where) from error
        value = content[at : at + length]
        if len(value) < length:
            raise _cut(where)
        at += length
        if tag in (CHANNEL, GROUP) and depth < 4:
            yield from _walk(where, value, inner, depth + 1)
        else:
            yield Definition(tag, value, inner)


def _channel_number(content: bytes, at: int) -> tuple[int, int]:
    """Decode a channel number: seven bits per byte, the highest bit set in all but the last."""
    number = 0
    while True:
        number = number << 7 | content[at] & 0x7F
        at += 1
        if not content[at - 1] & 0x80 or number > 1 << 20:
            return number, at


def _length(content: bytes, at: int) -> tuple[int, int]:
    """Return the length of a value and its offset; always big-endian."""
    first = content[at]
    if first < 0x80:
        return first, at + 1
    count = first & 0x7F
    if not 0 < count <= 4 or at + 1 + count > len(content):
        # An indefinite length ends at two zeros; no known writer of ECGs uses it.
        raise ValueError("length")
    return int.from_bytes(content[at + 1 : at + 1 + count], "big"), at + 1 + count


def _cut(where: str) -> BadInput:
    return BadInput(
        where,
        "it is cut short or damaged: a definition is not whole",
        "copy it again",
        code="file.damaged",
    )
