"""WFDB records: a text header (.hea) that names its signal files (.dat, .mat) or its segments.

Format: Moody, WFDB Applications Guide, header(5) and signal(5). Samples are unpacked by the `wfdb`
package, whatever their storage format; the header is read in `wfdb_header.py`.
"""

import tempfile
from collections.abc import Mapping
from pathlib import Path, PurePosixPath

import numpy as np
import wfdb
from jaxtyping import Float64

from ptacl.errors import BadInput
from ptacl.io.leads import canonical_lead
from ptacl.io.recording import Channel, Recording
from ptacl.io.stated_person import commented_person
from ptacl.io.wfdb_header import NULL_SEGMENT, Header, Signal, count_frames, parse_header

MOST_SAMPLES_A_LEAD = 4_000_000
"""Of a record in segments, gaps included: two hours at 500 Hz."""


def read_wfdb(name: str, files: Mapping[str, bytes]) -> Recording:
    """Read the record whose header is ``files[name]``; what it names lies beside it.

    A record in segments, of fixed or variable layout, becomes one; a lead is NaN where a segment
    is null or lacks it.
    """
    header = parse_header(name, files[name])
    if header.segments:
        return _read_segments(name, header, files)
    return _read_signals(name, header, files)


def _read_signals(name: str, header: Header, files: Mapping[str, bytes]) -> Recording:
    held = _beside(name, dict.fromkeys(signal.file for signal in header.signals), files)
    frames = count_frames(name, header, held)
    leads = [signal for signal in header.signals if canonical_lead(signal.name)]
    if len({signal.per_frame for signal in leads}) > 1:
        raise BadInput(name, "its leads differ in their rate", "export all leads at one rate")
    rate_hz = header.frame_rate_hz
    if rate_hz is not None and leads:
        rate_hz *= leads[0].per_frame
    unpacked = _unpack(header, frames, held)
    channels = (
        _channel(signal, unpacked[place])
        for place, signal in enumerate(header.signals)
        if signal in leads
    )
    return Recording(tuple(channels), rate_hz, stated=commented_person(files[name]))


def _read_segments(name: str, header: Header, files: Mapping[str, bytes]) -> Recording:
    """One recording of all segments, each a record of its own."""
    total = sum(length for _, length in header.segments)
    if header.frames not in (None, total):
        raise BadInput(name, "its segments do not add up to its length", "export it again")
    if total > MOST_SAMPLES_A_LEAD:
        raise BadInput(name, "it is too long for an ECG", "give a part of it")
    joined: dict[str, Channel] = {}
    rate_hz, start = header.frame_rate_hz, 0
    for segment, length in header.segments:
        # A segment of length 0 is the layout of the others: it lists signals and holds none.
        if segment != NULL_SEGMENT and length:
            part = _read_segment(name, segment, length, files)
            rate_hz = rate_hz or part.sample_rate_hz
            if part.sample_rate_hz != rate_hz:
                raise BadInput(name, "its segments differ in their rate", "give one segment")
            for channel in part.channels:
                _place(name, joined, channel, start, total)
        start += length
    return Recording(tuple(joined.values()), rate_hz, stated=commented_person(files[name]))


def _read_segment(name: str, segment: str, length: int, files: Mapping[str, bytes]) -> Recording:
    file = f"{segment}.hea"
    content = _beside(name, {file: None}, files)[file]
    header = parse_header(file, content)
    if header.segments:
        raise BadInput(file, "it is a segment made of segments", "give one of them")
    recording = _read_signals(str(PurePosixPath(name).with_name(file)), header, files)
    if any(len(channel.samples) != length for channel in recording.channels):
        raise BadInput(file, "its length is not the one that the record says", "copy it again")
    return recording


def _place(where: str, joined: dict[str, Channel], part: Channel, start: int, total: int) -> None:
    if part.name not in joined:
        joined[part.name] = Channel(part.name, np.full(total, np.nan), part.unit)
    if joined[part.name].unit != part.unit:
        raise BadInput(where, "its segments differ in their unit", "give one segment")
    joined[part.name].samples[start : start + len(part.samples)] = part.samples


def _beside(name: str, wanted: Mapping[str, None], files: Mapping[str, bytes]) -> dict[str, bytes]:
    """The contents of the wanted files, from the header's folder."""
    held = {}
    for other in wanted:
        path = str(PurePosixPath(name).with_name(other))
        if path not in files:
            found = f"its file {other} is not here"
            raise BadInput(name, found, "give all files of the record together")
        held[other] = files[path]
    return held


def _unpack(
    header: Header, frames: int, files: Mapping[str, bytes]
) -> list[Float64[np.ndarray, " samples"]]:
    """Bare numbers of the converter, NaN where a sample is marked as missing."""
    # The package reads from disk only; the folder is private and goes with everything in it. It
    # is given a header of ours: its own reading of one drops the µ from µV, takes no gain for a
    # gain of 200, and fails on signals of different skew.
    numbers = {file: f"{number}.dat" for number, file in enumerate(files)}
    lines = [f"record {len(header.signals)} 1 {frames}"]
    lines += [
        f"{numbers[signal.file]} {signal.storage}x{signal.per_frame}+{signal.offset}"
        f" 1(0)/mV 0 0 {signal.first} 0 0 {place}"
        for place, signal in enumerate(header.signals)
    ]
    with tempfile.TemporaryDirectory(prefix="ptacl-") as folder:
        Path(folder, "record.hea").write_text("\n".join(lines))
        for file, content in files.items():
            Path(folder, numbers[file]).write_bytes(content)
        record = wfdb.rdrecord(f"{folder}/record", smooth_frames=False)
    return [np.asarray(samples, dtype=np.float64) for samples in record.e_p_signal]


def _channel(signal: Signal, stored: Float64[np.ndarray, " samples"]) -> Channel:
    late = signal.skew * signal.per_frame
    bare = np.concatenate([stored[late:], np.full(late, np.nan)]) - signal.baseline
    if signal.gain is None:
        return Channel(signal.name, bare, None)
    return Channel(signal.name, bare / signal.gain, signal.unit)
