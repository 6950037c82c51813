"""The header of an EDF, EDF+ or BDF recording, every claim held against the size of the file.

Format: Kemp et al., Electroencephalogr Clin Neurophysiol 1992;82:391. Fields are text of fixed
width; all labels come first, then all transducers, and so on.
"""

import re
from dataclasses import dataclass
from math import isfinite

from ptacl.errors import BadInput

_EDF, _BDF = b"0       ", b"\xffBIOSEMI"
_FIXED_BYTES = 256
_MOST_SIGNALS = 512
_WHOLE = re.compile(rb"-?\d{1,8}")


@dataclass(frozen=True, slots=True)
class EdfSignal:
    """One signal, as the header says."""

    label: str
    unit: str
    scale: tuple[float, float] | None
    """Step in ``unit`` and offset in steps: value = step · (stored + offset). None where the
    header gives no range, as of an electrode that was not connected."""
    digital: tuple[float, float]
    """Lowest and highest number that the converter gives."""
    per_record: int
    first: int
    """Where it begins in each record, in samples."""


@dataclass(frozen=True, slots=True)
class EdfHeader:
    """A recording: its signals, and how its records lie in the file."""

    signals: tuple[EdfSignal, ...]
    records: int
    record_s: float
    start: int
    """Byte at which the first record begins."""
    samples: int
    """Of one record, all signals together."""
    sample_bytes: int
    """2, or 3 in a BDF."""
    interrupted: bool
    """EDF+D: each record says when it begins, and there may be time between two."""


def is_edf(content: bytes) -> bool:
    """Whether content is an EDF or a BDF: its version, then the patient's line of text."""
    return content.startswith((_EDF, _BDF)) and bool(
        re.fullmatch(rb"[^\x00-\x1f]{80}", content[8:88])
    )


def parse_edf_header(where: str, content: bytes) -> EdfHeader:
    """Read a header; the lines of the patient and of the recording are left out.

    Raises:
        BadInput: it is damaged, or announces more records than the file holds.
    """
    count, records = _whole(where, content[252:256]), _whole(where, content[236:244])
    record_s = _number(content[244:252]) or 0.0
    start = _FIXED_BYTES * (count + 1)
    if not 0 < count <= _MOST_SIGNALS or len(content) < start or record_s <= 0:
        raise _damaged(where)
    signals = _signals(where, content[_FIXED_BYTES:start], count)
    samples = signals[-1].first + signals[-1].per_record
    sample_bytes = 3 if content.startswith(_BDF) else 2
    held = (len(content) - start) // (sample_bytes * samples) if samples else 0
    if records > held:
        found = f"it is cut short: {held:,} records of {records:,}"
        raise BadInput(where, found, "copy it again", code="file.damaged")
    # While it was being recorded the number of records was written as -1.
    records = held if records < 0 else records
    interrupted = content[192:197] in (b"EDF+D", b"BDF+D")
    return EdfHeader(signals, records, record_s, start, samples, sample_bytes, interrupted)


def _signals(where: str, fields: bytes, count: int) -> tuple[EdfSignal, ...]:
    signals, first = [], 0
    for number in range(count):

        def field(start: int, width: int = 8, number: int = number) -> bytes:
            """A field of this signal; all signals' fields of a kind lie together."""
            begin = start * count + number * width
            return fields[begin : begin + width]

        per_record = _whole(where, field(216))
        if per_record < 0:
            raise _damaged(where)
        low, high = _number(field(120)), _number(field(128))
        scale = _scale(_number(field(104)), _number(field(112)), low, high)
        label, unit = _text(field(0, 16)), _text(field(96))
        signals.append(EdfSignal(label, unit, scale, (low or 0, high or 0), per_record, first))
        first += per_record
    return tuple(signals)


def _scale(
    physical_low: float | None,
    physical_high: float | None,
    digital_low: float | None,
    digital_high: float | None,
) -> tuple[float, float] | None:
    """Step and offset of the line through two points; a physical range may run downwards."""
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
    """A number, perhaps with a decimal comma; None where there is none."""
    try:
        value = float(field.strip(b" \x00").replace(b",", b"."))
    except ValueError:
        return None
    return value if isfinite(value) else None


def _damaged(where: str) -> BadInput:
    return BadInput(where, "its header is damaged", "export it again", code="file.damaged")
