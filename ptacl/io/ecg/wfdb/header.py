"""Header of a WFDB record, checked against its files before any allocation.

Format: Moody, WFDB Applications Guide, header(5) and signal(5). There, a missing physical unit
means millivolt, and a gain of zero or none at all marks a signal as uncalibrated, for which 200
units per millivolt "may be assumed". Nothing is assumed here: such a signal has no unit, and the
caller must give it.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

from ptacl.errors import BadInput
from ptacl.io.containers.sniffing import looks_like_text
from ptacl.io.ecg.text.header_lines import is_number

_RECORD_LINE = re.compile(
    r"[\w.-]+(?:/(\d+))?\s+(\d{1,3})(?:\s+(\d[\d.]*)\S*(?:\s+(\d+)(?:\s|$))?)?(?:\s|$)"
)
_SIGNAL_LINE = re.compile(
    r"(\S+)\s+(\d{1,3})(?:x(\d+))?(?::(\d+))?(?:\+(\d+))?(?:\s+(\S.*))?$", re.DOTALL
)
_SEGMENT_LINE = re.compile(r"(\S+)\s+(\d+)$")
_GAIN = re.compile(r"(-?\d*\.?\d+(?:[eE][-+]?\d+)?|-?\d+\.)(?:\((-?\d+)\))?(?:/(\S+))?$")
_FILE_NAME = re.compile(r"[\w.-]+")
_MOST_DIGITS = 12
_BITS: dict[str, int | Fraction] = {
    "8": 8, "16": 16, "24": 24, "32": 32, "61": 16, "80": 8, "160": 16, "212": 12,
    "310": Fraction(32, 3), "311": Fraction(32, 3),
}  # fmt: skip
"""Bits per sample in each storage format."""
FLAC = ("508", "516", "524")
_LONGEST = 1024
"""Longest line in characters; longer ones are not of a header and would be slow to match."""
_SHORT_BYTES = 8192
"""Size up to which the lines of a file are kept."""
MOST_SAMPLES = 128 * 1024**2
"""Samples of all channels of a compressed file together; others are bounded by their own size."""
NULL_SEGMENT = "~"


@dataclass(frozen=True, slots=True)
class Signal:
    """One signal of a record, as its header line describes it."""

    file: str
    storage: str
    """Number of the storage format."""
    per_frame: int
    """Samples per frame: the signal's rate over the record's."""
    skew: int
    offset: int
    gain: float | None
    """Converter units per physical unit; None if the signal is uncalibrated."""
    baseline: int
    unit: str
    first: int
    """Value before the first sample: format 8 stores differences."""
    checksum: int | None
    """Sum of all samples, the lowest 16 bits; None if the line ends before it."""
    name: str


@dataclass(frozen=True, slots=True)
class Header:
    """A record: its signals, or its segments."""

    signals: tuple[Signal, ...]
    segments: tuple[tuple[str, int], ...]
    """Name and length of each; `NULL_SEGMENT` where there is no signal."""
    frame_rate_hz: float | None
    frames: int | None
    """None if not stated; 0 means the same."""


def is_wfdb_header(content: bytes) -> bool:
    """Return whether content is a WFDB header: a record line, then signal or segment lines."""
    if not looks_like_text(content):
        return False
    first, *lines = _lines(content) or ("",)
    record = _RECORD_LINE.match(first)
    if record is None or not lines:
        return False
    described = _SIGNAL_LINE.match(lines[0]) or (record[1] and _SEGMENT_LINE.match(lines[0]))
    # A table of integers has a number where a header has the name of a signal file.
    return bool(described and not is_number(described[1]))


def needed_files(content: bytes) -> tuple[str, ...]:
    """Return the names of the signal files, or of the segments' headers."""
    first, *lines = _lines(content)
    record = _RECORD_LINE.match(first)
    names = (line.split(None, 1)[0] for line in lines)
    ending = ".hea" if record and record[1] else ""
    return tuple(dict.fromkeys(name + ending for name in names if name != NULL_SEGMENT))


def parse_header(where: str, content: bytes) -> Header:
    """Parse a header; comments, which may hold free text, are ignored.

    Raises:
        BadInput: it names files elsewhere, or states another number of lines than it has.
    """
    first, *lines = _lines(content)
    record = _RECORD_LINE.match(first)
    if record is None:
        raise BadInput(
            where, "its first line is no record line", "export it again", code="file.damaged"
        )
    names = {line.split(None, 1)[0] for line in lines} - {NULL_SEGMENT}
    if not all(_FILE_NAME.fullmatch(name) for name in names):
        raise BadInput(
            where,
            "its header names a signal file elsewhere",
            "put header and signals together",
            code="file.companion_missing",
        )
    pattern, kind = (_SEGMENT_LINE, "segments") if record[1] else (_SIGNAL_LINE, "signals")
    matches = [match for line in lines if (match := pattern.match(line))]
    announced = int(record[1] or record[2])
    if len(matches) != announced or len(lines) != len(matches):
        message = f"its header announces {announced} {kind} and describes {len(matches)}"
        raise BadInput(where, message, "export it again", code="file.damaged")
    segments = tuple((match[1], int(match[2])) for match in matches if record[1])
    signals = tuple(_signal(match) for match in matches if not record[1])
    rate_hz = float(record[3]) if record[3] else None
    return Header(signals, segments, rate_hz, int(record[4] or 0) or None)


def count_frames(where: str, header: Header, files: Mapping[str, bytes]) -> int:
    """Return the number of frames of a record without segments, available in all files.

    Args:
        where: the file's name, for messages.
        header: of a record without segments.
        files: name of each signal file, as the header spells it → content.

    Raises:
        BadInput: a file is shorter than stated, or of an unknown storage format.
    """
    available = [
        _available_frames(where, [s for s in header.signals if s.file == file], content)
        for file, content in files.items()
    ]
    frames = min(available) if header.frames is None else header.frames
    for file, most in zip(files, available, strict=True):
        if frames > most:
            message = f"{file} is cut short: {most:,} samples of {frames:,}"
            raise BadInput(where, message, "copy it again", code="file.damaged")
    if any(signal.skew > frames for signal in header.signals):
        raise BadInput(
            where,
            "its header shifts a signal out of the record",
            "export it again",
            code="file.damaged",
        )
    return frames


def _available_frames(where: str, signals: list[Signal], content: bytes) -> int:
    storage = {signal.storage for signal in signals}
    per_frame = sum(signal.per_frame for signal in signals)
    offset = signals[0].offset
    if len(storage) > 1 or not storage <= {*_BITS, *FLAC} or per_frame == 0:
        message = f"its storage format ({', '.join(sorted(storage))}) is not known"
        raise BadInput(where, message, "convert it to format 16", code="ecg.sample_format")
    if storage <= set(FLAC):
        return _flac_frames(where, signals, content)
    return int((len(content) - offset) * 8 // (_BITS[signals[0].storage] * per_frame))


def _flac_frames(where: str, signals: list[Signal], content: bytes) -> int:
    if content[:4] != b"fLaC" or len(content) < 26:
        raise BadInput(
            where, "its signal file is no FLAC file", "copy it again", code="file.damaged"
        )
    # The first block, STREAMINFO, ends its 18th to 26th byte with 36 bits: samples per channel.
    samples = int.from_bytes(content[18:26], "big") & (1 << 36) - 1
    if samples * len(signals) > MOST_SAMPLES:
        raise BadInput(
            where,
            "its signal file is too long for an ECG",
            "give a part of it",
            code="file.too_large",
        )
    return (samples - signals[0].offset) // max(signals[0].per_frame, 1)


def _lines(content: bytes) -> tuple[str, ...]:
    """Return the lines without comments; of a short file they are kept, as it is asked thrice."""
    return _lines_of_short(content) if len(content) <= _SHORT_BYTES else _read_lines(content)


@lru_cache(maxsize=8)
def _lines_of_short(content: bytes) -> tuple[str, ...]:
    return _read_lines(content)


def _read_lines(content: bytes) -> tuple[str, ...]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:  # µ in Latin-1
        text = content.decode("latin-1")
    lines = (line.strip() for line in text.splitlines())
    return tuple(
        line for line in lines if line and not line.startswith("#") and len(line) < _LONGEST
    )


def _signal(line: re.Match[str]) -> Signal:
    file, storage, per_frame, skew, offset, rest = line.groups()
    fields = rest.split(None, 6) if rest else []
    gain = _GAIN.match(fields[0]) if fields else None
    # Resolution, zero, first value, checksum, block size, name: each may end the line.
    zero, first, checksum = _integer(fields, 2), _integer(fields, 3), _integer(fields, 4)
    factor, baseline, unit = gain.groups() if gain else (0, None, None)
    return Signal(
        file=file,
        storage=storage,
        per_frame=1 if per_frame is None else int(per_frame),
        skew=int(skew or 0),
        offset=int(offset or 0),
        gain=float(factor) or None,
        baseline=int(baseline) if baseline else zero or 0,
        unit=unit or "mV",
        first=first or 0,
        checksum=checksum,
        name=fields[6] if len(fields) > 6 else "",
    )


def _integer(fields: list[str], index: int) -> int | None:
    digits = fields[index].removeprefix("-") if index < len(fields) else ""
    is_whole = digits.isdecimal() and len(digits) <= _MOST_DIGITS
    return int(fields[index]) if is_whole else None
