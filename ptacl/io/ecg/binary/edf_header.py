"""Header of an EDF, EDF+ or BDF recording, checked against the size of the file.

Format: Kemp et al., Electroencephalogr Clin Neurophysiol 1992;82:391. Fields are text of fixed
width; all labels come first, then all transducers, and so on.
"""

import re
from dataclasses import dataclass
from itertools import accumulate
from math import isfinite

from ptacl.errors import BadInput

_EDF, _BDF = b"0       ", b"\xffBIOSEMI"
_FIXED_BYTES = 256
_MOST_SIGNALS = 512
_PLUS = (b"EDF+C", b"EDF+D", b"BDF+C", b"BDF+D")
_WHOLE = re.compile(rb"-?\d{1,8}")


@dataclass(frozen=True, slots=True)
class EdfSignal:
    """One signal described by the header."""

    label: str
    unit: str
    scale: tuple[float, float] | None
    """Step in ``unit`` and offset in steps: value = step · (stored + offset). None if the header
    gives no range, as for an electrode that was not connected."""
    digital: tuple[float, float]
    """Lowest and highest number of the converter."""
    per_record: int
    first: int
    """Position of its first sample in each record."""


@dataclass(frozen=True, slots=True)
class EdfHeader:
    """The signals of a recording and the layout of its records."""

    signals: tuple[EdfSignal, ...]
    records: int
    record_s: float
    start: int
    """Byte offset of the first record."""
    samples: int
    """Samples per record, all signals together."""
    sample_bytes: int
    """Bytes per sample: 2, or 3 in a BDF."""
    interrupted: bool
    """Whether it is an EDF+D: each record has its own start time, with possible gaps."""
    sex: str
    """``F`` or ``M`` in the patient field of an EDF+; empty if it is not stated."""


def is_edf(content: bytes) -> bool:
    """Return whether content is an EDF or BDF file: a version, then the patient field."""
    return content.startswith((_EDF, _BDF)) and bool(
        re.fullmatch(rb"[^\x00-\x1f]{80}", content[8:88])
    )


def parse_edf_header(where: str, content: bytes) -> EdfHeader:
    """Parse a header; of the patient and recording fields only the sex is read.

    Raises:
        BadInput: damaged, or the file is shorter than the stated number of records.
    """
    count, records = _whole(where, content[252:256]), _whole(where, content[236:244])
    record_s = _number(content[244:252]) or 0.0
    start = _FIXED_BYTES * (count + 1)
    if not 0 < count <= _MOST_SIGNALS or len(content) < start or record_s <= 0:
        raise _damaged(where)
    signals = _signals(where, content[_FIXED_BYTES:start], count)
    samples = signals[-1].first + signals[-1].per_record
    sample_bytes = 3 if content.startswith(_BDF) else 2
    available = (len(content) - start) // (sample_bytes * samples) if samples else 0
    if records > available:
        message = f"it is cut short: {available:,} records of {records:,}"
        raise BadInput(where, message, "copy it again", code="file.damaged")
    # The number of records is -1 while the recording is running.
    records = available if records < 0 else records
    interrupted = content[192:197] in (b"EDF+D", b"BDF+D")
    sex = _sex(content)
    return EdfHeader(signals, records, record_s, start, samples, sample_bytes, interrupted, sex)


def _sex(content: bytes) -> str:
    """Return the second word of the patient field, after the code; before EDF+ it was free text."""
    words = content[8:88].split()
    is_plus = content[192:197] in _PLUS
    return words[1].decode("ascii", "replace") if is_plus and len(words) > 1 else ""


def _signals(where: str, fields: bytes, count: int) -> tuple[EdfSignal, ...]:
    def field(start: int, width: int = 8) -> list[bytes]:
        """Return a field of each signal; the same field of all signals is contiguous."""
        begin = start * count
        return [fields[at : at + width] for at in range(begin, begin + width * count, width)]

    lengths = [_whole(where, length) for length in field(216)]
    if min(lengths) < 0:
        raise _damaged(where)
    physical_low, physical_high, low, high = (
        [_number(number) for number in field(start)] for start in (104, 112, 120, 128)
    )
    scales = map(_scale, physical_low, physical_high, low, high)
    labels, units = map(_text, field(0, 16)), map(_text, field(96))
    digital = [(lowest or 0, highest or 0) for lowest, highest in zip(low, high, strict=True)]
    firsts = accumulate(lengths[:-1], initial=0)
    return tuple(map(EdfSignal, labels, units, scales, digital, lengths, firsts))


def _scale(
    physical_low: float | None,
    physical_high: float | None,
    digital_low: float | None,
    digital_high: float | None,
) -> tuple[float, float] | None:
    """Return step and offset of the line through two points; the range may be reversed."""
    if physical_low is None or physical_high is None or digital_low is None or digital_high is None:
        return None
    if physical_low == physical_high or digital_low >= digital_high:
        return None
    step = (physical_high - physical_low) / (digital_high - digital_low)
    offset = physical_high / step - digital_high
    return (step, offset) if isfinite(step) and isfinite(offset) else None


def _text(field: bytes) -> str:
    try:
        return field.decode("utf-8").strip(" \x00")
    except UnicodeDecodeError:  # µ in Latin-1
        return field.decode("latin-1").strip(" \x00")


def _whole(where: str, field: bytes) -> int:
    if not _WHOLE.fullmatch(plain := field.strip(b" \x00")):
        raise _damaged(where)
    return int(plain)


def _number(field: bytes) -> float | None:
    """Return the number of a field, with a decimal point or comma; None if there is none."""
    try:
        value = float(field)
    except ValueError:  # rarely padded with null bytes, or with a decimal comma
        try:
            value = float(field.strip(b" \x00").replace(b",", b"."))
        except ValueError:
            return None
    return value if isfinite(value) else None


def _damaged(where: str) -> BadInput:
    return BadInput(where, "its header is damaged", "export it again", code="file.damaged")
