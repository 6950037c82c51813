"""EDF and EDF+ recordings, and BDF: the same with 24 bits.

Format: Kemp et al., Electroencephalogr Clin Neurophysiol 1992;82:391 (EDF); Kemp and Olivan, Clin
Neurophysiol 2003;114:1755 (EDF+); BioSemi (BDF). Samples are read by `pyedflib`. Annotations may
hold free text and are not read.
"""

import re
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyedflib
from jaxtyping import Float64

from ptacl.errors import BadInput
from ptacl.io.leads import CHEST, canonical_lead
from ptacl.io.recording import Channel, Recording
from ptacl.types import LIMB

_EDF, _BDF = b"0       ", b"\xffBIOSEMI"
_FIXED_BYTES = 256
_WIDTHS = (16, 80, 8, 8, 8, 8, 8, 80, 8, 32)
"""Of the fields of a signal: label, transducer, unit, physical minimum and maximum, digital
minimum and maximum, filter, samples a record, reserved."""
_MOST_SIGNALS = 512


@dataclass(frozen=True, slots=True)
class _Signal:
    label: str
    unit: str
    scale: tuple[str, ...]
    """Physical minimum and maximum, digital minimum and maximum, as they are written."""
    per_record: int


@dataclass(frozen=True, slots=True)
class _Header:
    signals: tuple[_Signal, ...]
    records: int
    record_s: float
    start: int
    """Where the first record begins."""
    sample_bytes: int


def is_edf(content: bytes) -> bool:
    """Whether content is an EDF or a BDF: its version, then the patient's line of text."""
    return content.startswith((_EDF, _BDF)) and bool(
        re.fullmatch(rb"[^\x00-\x1f]{80}", content[8:88])
    )


def read_edf(name: str, files: Mapping[str, bytes]) -> Recording:
    """Read the leads, known by their labels; signals of other kinds and rates are left out."""
    content = files[name]
    header = _header(name, content)
    chosen = _leads_of_one_rate(name, header.signals)
    samples = _unpack(content, header, chosen)
    channels = (
        Channel(header.signals[place].label, values, header.signals[place].unit or None)
        for place, values in zip(chosen, samples, strict=True)
    )
    per_record = header.signals[chosen[0]].per_record if chosen else 0
    return Recording(tuple(channels), per_record / header.record_s if chosen else None)


def _header(where: str, content: bytes) -> _Header:
    """The header, every claim of it held against the size of the file."""
    if content[192:197] in (b"EDF+D", b"BDF+D"):
        found = f"it is a recording with interruptions ({content[192:197].decode()})"
        raise BadInput(where, found, "export it without, as EDF or EDF+C")
    count, records = _integer(where, content[252:256]), _integer(where, content[236:244])
    record_s = _number(where, content[244:252])
    start = _FIXED_BYTES * (count + 1)
    if not 0 < count <= _MOST_SIGNALS or len(content) < start or record_s <= 0:
        raise _damaged(where)
    signals = _signals(where, content[_FIXED_BYTES:start], count)
    sample_bytes = 3 if content.startswith(_BDF) else 2
    record_bytes = sample_bytes * sum(signal.per_record for signal in signals)
    held = (len(content) - start) // record_bytes if record_bytes else 0
    if records > held:
        found = f"it is cut short: {held:,} records of {records:,}"
        raise BadInput(where, found, "copy it again")
    # While it was being recorded the number of records was written as -1.
    return _Header(signals, held if records < 0 else records, record_s, start, sample_bytes)


def _signals(where: str, fields: bytes, count: int) -> tuple[_Signal, ...]:
    # All labels come first, then all transducers, and so on.
    columns, at = [], 0
    for width in _WIDTHS:
        columns.append([fields[at + n * width : at + (n + 1) * width] for n in range(count)])
        at += width * count
    labels, _, units, *scales, _, per_record, _ = columns
    return tuple(
        _Signal(
            _text(labels[number]),
            _text(units[number]),
            tuple(_text(field[number]) for field in scales),
            _count(where, per_record[number]),
        )
        for number in range(count)
    )


def _leads_of_one_rate(where: str, signals: tuple[_Signal, ...]) -> list[int]:
    """Places of the leads; where they differ in rate, of those at one rate that suffice alone."""
    by_rate: dict[int, list[int]] = {}
    for place, signal in enumerate(signals):
        if canonical_lead(signal.label) and signal.per_record:
            by_rate.setdefault(signal.per_record, []).append(place)
    if len(by_rate) < 2:
        return next(iter(by_rate.values()), [])
    for places in sorted(by_rate.values(), key=len, reverse=True):
        leads = {canonical_lead(signals[place].label) for place in places}
        if leads.issuperset(CHEST) and len(leads.intersection(LIMB)) >= 2:
            return places
    raise BadInput(where, "its leads differ in their rate", "export all leads at one rate")


def _unpack(
    content: bytes, header: _Header, chosen: list[int]
) -> list[Float64[np.ndarray, " samples"]]:
    """Samples of the chosen signals, in their own units."""
    if not chosen:
        return []
    # The package reads from disk only; the folder is private and goes with everything in it. It
    # is given the chosen signals alone under a header of ours, so that nobody's name and no text
    # of an annotation is written, and that what other signals claim does not matter.
    alone = _plain_header(header, chosen) + _records(content, header, chosen)
    with tempfile.TemporaryDirectory(prefix="ptacl-") as folder:
        path = Path(folder, "recording.edf")
        path.write_bytes(alone)
        with pyedflib.EdfReader(str(path), pyedflib.DO_NOT_READ_ANNOTATIONS) as reader:
            return [np.asarray(reader.readSignal(n), dtype=np.float64) for n in range(len(chosen))]


def _records(content: bytes, header: _Header, chosen: list[int]) -> bytes:
    """The records with the chosen signals alone."""
    sizes = [header.sample_bytes * signal.per_record for signal in header.signals]
    ends = np.cumsum(sizes)
    count = header.records * int(ends[-1])
    records = np.frombuffer(content, np.uint8, count, header.start).reshape(header.records, -1)
    return np.hstack([records[:, ends[n] - sizes[n] : ends[n]] for n in chosen]).tobytes()


def _plain_header(header: _Header, chosen: list[int]) -> bytes:
    signals = [header.signals[place] for place in chosen]
    rows = [("x", "", "", *signal.scale, "", str(signal.per_record), "") for signal in signals]
    is_edf = header.sample_bytes == 2
    start = _FIXED_BYTES * (len(rows) + 1)
    version = _EDF if is_edf else _BDF
    fixed = version + b"".join(
        text.encode().ljust(length)
        for text, length in (
            ("X", 80), ("X", 80), ("01.01.00", 8), ("00.00.00", 8), (str(start), 8),
            ("" if is_edf else "24BIT", 44), (str(header.records), 8), ("1", 8),
            (str(len(rows)), 4),
        )
    )  # fmt: skip
    columns = zip(zip(*rows, strict=True), _WIDTHS, strict=True)
    return fixed + b"".join(
        cell.encode().ljust(width) for column, width in columns for cell in column
    )


def _text(field: bytes) -> str:
    try:
        return field.decode("utf-8").strip(" \x00")
    except UnicodeDecodeError:  # µ in Latin-1
        return field.decode("latin-1").strip(" \x00")


def _integer(where: str, field: bytes) -> int:
    if not re.fullmatch(rb"-?\d{1,8}", field.strip(b" \x00")):
        raise _damaged(where)
    return int(field.strip(b" \x00"))


def _count(where: str, field: bytes) -> int:
    count = _integer(where, field)
    if count < 0:
        raise _damaged(where)
    return count


def _number(where: str, field: bytes) -> float:
    if not re.fullmatch(rb"\d*\.?\d+", field.strip(b" \x00")):
        raise _damaged(where)
    return float(field.strip(b" \x00"))


def _damaged(where: str) -> BadInput:
    return BadInput(where, "its header is damaged", "export it again")
