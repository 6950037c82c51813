"""WFDB records: a text header (.hea) that names its signal files (.dat, .mat).

Format: Moody, WFDB Applications Guide, header(5) and signal(5); read with the `wfdb` package.
"""

import re
import tempfile
from collections.abc import Mapping
from pathlib import Path, PurePosixPath

import numpy as np
import wfdb

from ptacl.errors import BadInput
from ptacl.io.recognise import looks_like_text
from ptacl.io.recording import Channel, Recording

_RECORD_LINE = re.compile(r"[\w.-]+(/\d+)?\s+(\d{1,3})(?:\s+[\d.]+\S*)?(?:\s+(\d+))?(?:\s|$)")
_SIGNAL_LINE = re.compile(r"(\S+)\s+(\d+)(?:x(\d+))?(?::\d+)?(?:\+(\d+))?(?:\s|$)")
_BITS = {"8": 8, "16": 16, "24": 24, "32": 32, "61": 16, "80": 8, "160": 16, "212": 12}
"""Bits a sample of each storage format; others are compressed and cannot be foretold."""


def is_wfdb_header(content: bytes) -> bool:
    """Whether content is a WFDB header: a record line, then signal lines."""
    if not looks_like_text(content):
        return False
    lines = _lines(content)
    return (
        len(lines) > 1 and bool(_RECORD_LINE.match(lines[0])) and bool(_SIGNAL_LINE.match(lines[1]))
    )


def signal_files(content: bytes) -> tuple[str, ...]:
    """Names of the files that a header says hold its signals."""
    names = [line.split()[0] for line in _lines(content)[1:]]
    return tuple(dict.fromkeys(names))


def read_wfdb(name: str, files: Mapping[str, bytes]) -> Recording:
    """Read the record whose header is ``files[name]``; its signal files lie beside it."""
    header = files[name]
    wanted = signal_files(header)
    _check_names(name, wanted)
    beside = {other: str(PurePosixPath(name).with_name(other)) for other in wanted}
    absent = [other for other, path in beside.items() if path not in files]
    if absent:
        raise BadInput(name, f"its signal file {absent[0]} is not here", "give both files together")
    _check_claims(name, header, {other: len(files[path]) for other, path in beside.items()})
    # The package reads from disk only; the folder is private and goes with everything in it.
    with tempfile.TemporaryDirectory(prefix="ptacl-") as folder:
        Path(folder, "record.hea").write_bytes(header)
        for other, path in beside.items():
            Path(folder, other).write_bytes(files[path])
        record = wfdb.rdrecord(f"{folder}/record")
    signals = np.asarray(record.p_signal, dtype=np.float64).T
    channels = zip(record.sig_name, signals, record.units, strict=True)
    return Recording(tuple(Channel(str(n), s, u) for n, s, u in channels), float(record.fs))


def _lines(content: bytes) -> list[str]:
    lines = (line.strip() for line in content.decode("latin-1").splitlines())
    return [line for line in lines if line and not line.startswith("#")]


def _check_names(where: str, names: tuple[str, ...]) -> None:
    if any(not re.fullmatch(r"[\w.-]+", name) or name == "record.hea" for name in names):
        raise BadInput(
            where, "its header names a signal file elsewhere", "put header and signals together"
        )


def _check_claims(where: str, header: bytes, held: Mapping[str, int]) -> None:
    """Hold the header's claims against the files before anything is allocated for them."""
    first, *lines = _lines(header)
    record = _RECORD_LINE.match(first)
    signals = [match for line in lines if (match := _SIGNAL_LINE.match(line))]
    assert record is not None  # or the content had not been taken for a header
    if record[1]:
        raise BadInput(where, "it is a record of several segments", "give one segment")
    if len(signals) != int(record[2]) or len(lines) != len(signals):
        found = f"its header announces {record[2]} signals and describes {len(signals)}"
        raise BadInput(where, found, "export it again")
    for file, size in held.items():
        if size < _claimed_bytes([signal for signal in signals if signal[1] == file], record[3]):
            found = f"{file} is cut short: {size:,} bytes, fewer than the header claims"
            raise BadInput(where, found, "copy it again")


def _claimed_bytes(signals: list[re.Match[str]], samples: str | None) -> int:
    bits = sum(_BITS.get(signal[2], 0) * int(signal[3] or 1) for signal in signals)
    return bits * int(samples or 0) // 8 + int(signals[0][4] or 0)
