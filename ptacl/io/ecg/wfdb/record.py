"""WFDB records: a text header (.hea) that names its signal files (.dat, .mat) or its segments.

Format: Moody, WFDB Applications Guide, header(5) and signal(5). The header is parsed in
`header.py`, the samples are unpacked in `samples.py`.
"""

from collections.abc import Mapping
from pathlib import PurePosixPath

import numpy as np
from jaxtyping import Float64

from ptacl.errors import BadInput
from ptacl.io.ecg.leads.lead_names import lead_name
from ptacl.io.ecg.leads.twelve_leads import lead_indices
from ptacl.io.ecg.recording import Channel, Recording
from ptacl.io.ecg.wfdb.header import NULL_SEGMENT, Header, Signal, count_frames, parse_header
from ptacl.io.ecg.wfdb.samples import NO_SIGNAL, Whole, unpacked
from ptacl.io.stated_person import commented_person
from ptacl.types import Caveat

MOST_SAMPLES_A_LEAD = 4_000_000
"""Longest lead of a segmented record, gaps included: two hours at 500 Hz."""


def read_wfdb(name: str, files: Mapping[str, bytes]) -> Recording:
    """Read the record with the header ``files[name]``; its files are in the same folder.

    A segmented record, of fixed or variable layout, is joined; a lead is NaN where a segment is
    null or lacks it.

    Raises:
        BadInput: damaged, a file is missing, or segments do not fit.
    """
    header = parse_header(name, files[name])
    if header.segments:
        return _read_segments(name, header, files)
    return _read_signals(name, header, files)


def _read_signals(name: str, header: Header, files: Mapping[str, bytes]) -> Recording:
    contents = _companions(name, dict.fromkeys(signal.file for signal in header.signals), files)
    frames = count_frames(name, header, contents)
    names = [signal.name for signal in header.signals]
    leads = lead_indices(name, names, [signal.per_frame for signal in header.signals])
    rate_hz = header.frame_rate_hz
    if rate_hz is not None and leads:
        rate_hz *= header.signals[leads[0]].per_frame
    signals = [header.signals[index] for index in leads]
    stored = unpacked(header.signals, leads, frames, contents) if leads else np.empty((0, 0), int)
    return Recording(
        _channels(signals, stored),
        rate_hz,
        caveats=_check_sums(signals, stored),
        stated=commented_person(files[name]),
    )


def _read_segments(name: str, header: Header, files: Mapping[str, bytes]) -> Recording:
    """Join all segments, each a record of its own."""
    total = sum(length for _, length in header.segments)
    if header.frames not in (None, total):
        raise BadInput(
            name,
            "the lengths of its segments do not add up to its own",
            "export it again",
            code="file.damaged",
        )
    if total > MOST_SAMPLES_A_LEAD:
        raise BadInput(
            name, "it is too long for an ECG", "give a part of it", code="file.too_large"
        )
    joined: dict[str, Channel] = {}
    rate_hz, start = header.frame_rate_hz, 0
    caveats: dict[Caveat, None] = {}
    for segment, length in header.segments:
        # A segment of length 0 is the layout of the others: it lists signals and holds none.
        if segment != NULL_SEGMENT and length:
            part = _read_segment(name, segment, length, files)
            rate_hz = rate_hz or part.sample_rate_hz
            if part.sample_rate_hz != rate_hz:
                raise BadInput(
                    name,
                    "its segments differ in their rate",
                    "give one segment",
                    code="ecg.different_rates",
                )
            caveats |= dict.fromkeys(part.caveats)
            for channel in part.channels:
                _insert(name, joined, channel, start, total)
        start += length
    return Recording(
        tuple(joined.values()),
        rate_hz,
        caveats=tuple(caveats),
        stated=commented_person(files[name]),
    )


def _read_segment(name: str, segment: str, length: int, files: Mapping[str, bytes]) -> Recording:
    file = f"{segment}.hea"
    content = _companions(name, {file: None}, files)[file]
    header = parse_header(file, content)
    if header.segments:
        raise BadInput(
            file, "it is a segment made of segments", "give one of them", code="ecg.sample_format"
        )
    recording = _read_signals(str(PurePosixPath(name).with_name(file)), header, files)
    if any(len(channel.samples) != length for channel in recording.channels):
        raise BadInput(
            file,
            "its length differs from the one in the record",
            "copy it again",
            code="file.damaged",
        )
    return recording


def _insert(where: str, joined: dict[str, Channel], part: Channel, start: int, total: int) -> None:
    if part.name not in joined:
        joined[part.name] = Channel(part.name, np.full(total, np.nan), part.unit)
    if joined[part.name].unit != part.unit:
        raise BadInput(
            where,
            "its segments differ in their unit",
            "give one segment",
            code="ecg.different_units",
        )
    joined[part.name].samples[start : start + len(part.samples)] = part.samples


def _companions(
    name: str, wanted: Mapping[str, None], files: Mapping[str, bytes]
) -> dict[str, bytes]:
    """Return the contents of the wanted files, from the header's folder."""
    contents = {}
    for other in wanted:
        path = str(PurePosixPath(name).with_name(other))
        if path == name:
            raise BadInput(
                name,
                "its header names itself as its signals",
                "export it again",
                code="file.damaged",
            )
        if path not in files:
            message = f"its file {other} is missing"
            raise BadInput(
                name,
                message,
                "give all files of the record together",
                code="file.companion_missing",
            )
        contents[other] = files[path]
    return contents


def _check_sums(signals: list[Signal], stored: Whole) -> tuple[Caveat, ...]:
    """Return a caveat if initial values or checksums do not match the header.

    Programs that compute no checksum write zeros throughout.
    """
    if not any(signal.checksum for signal in signals):
        return ()
    # 16-bit sums wrap around like the checksum.
    sums = stored.astype(np.int16, copy=False).sum(axis=1, dtype=np.int16).tolist()
    firsts = stored[:, :1].ravel().tolist()
    wrong = [
        lead.lead
        for signal, total, first in zip(signals, sums, firsts, strict=False)
        if not _matches(signal, total, first) and (lead := lead_name(signal.name))
    ]
    if not wrong:
        return ()
    text = (
        f"The header's checksums and first values do not match for {', '.join(wrong)}: header and "
        "samples may not belong together, or one was changed after it was written."
    )
    return (Caveat("checksum", text),)


def _matches(signal: Signal, total: int, first: int) -> bool:
    if signal.skew or signal.checksum is None:
        return True  # programs disagree on the checksum of a skewed signal
    begins = signal.storage == "8" or signal.first == first  # format 8: the value before the first
    return begins and (total - signal.checksum) % 2**16 == 0


def _channels(signals: list[Signal], stored: Whole) -> tuple[Channel, ...]:
    """Return the leads in the header's unit, or as raw counts."""
    bare = stored.astype(np.float64)
    marks = [NO_SIGNAL.get(signal.storage) for signal in signals]
    if stored.size:
        # Finding the minimum is faster than a full comparison.
        for row, low in enumerate(stored.min(axis=1).tolist()):
            if low == marks[row]:
                bare[row, stored[row] == low] = np.nan
    if any(signal.baseline for signal in signals):
        bare -= np.array([[float(signal.baseline)] for signal in signals])
    with np.errstate(over="ignore"):  # infinite values are detected later
        bare /= np.array([[signal.gain or 1.0] for signal in signals])
    return tuple(
        Channel(signal.name, _in_time(signal, row), None if signal.gain is None else signal.unit)
        for signal, row in zip(signals, bare, strict=True)
    )


def _in_time(
    signal: Signal, samples: Float64[np.ndarray, " samples"]
) -> Float64[np.ndarray, " samples"]:
    """Remove the skew: the samples that are stored in frames of another time."""
    late = signal.skew * signal.per_frame
    return np.concatenate([samples[late:], np.full(late, np.nan)]) if late else samples
