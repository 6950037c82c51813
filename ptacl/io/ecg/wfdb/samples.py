"""Samples of WFDB signal files, unpacked as integers of the converter.

Format: Moody, WFDB Applications Guide, signal(5). The formats 508, 516 and 524 (FLAC) are unpacked
by the `wfdb` package.
"""

from collections.abc import Mapping
from itertools import accumulate
from pathlib import Path

import numpy as np
from jaxtyping import Integer

from ptacl.io.ecg.wfdb.header import FLAC, Signal
from ptacl.parallel.private_folder import private_folder

Whole = Integer[np.ndarray, "signals samples"]

Numbers = Integer[np.ndarray, " numbers"]

NO_SIGNAL = {
    "16": -(2**15), "24": -(2**23), "32": -(2**31), "61": -(2**15), "80": -(2**7), "160": -(2**15),
    "212": -(2**11), "310": -(2**9), "311": -(2**9), "508": -(2**7), "516": -(2**15),
    "524": -(2**23),
}  # fmt: skip
"""Value of a missing sample in each storage format; format 8 has none."""

_PLAIN = {"8": "i1", "16": "<i2", "32": "<i4", "61": ">i2", "80": "u1", "160": "<u2"}
_OFFSET = {"80": 2**7, "160": 2**15}
"""Zero of the offset binary formats."""


def unpacked(
    signals: tuple[Signal, ...], wanted: list[int], frames: int, files: Mapping[str, bytes]
) -> Whole:
    """Return samples of the wanted signals, one row each.

    Args:
        signals: all of the record.
        wanted: places among them, of signals with as many samples a frame.
        frames: how many; `wfdb_header.count_frames` has checked that the files hold them.
        files: name of each signal file → content.
    """
    parts, indices = [], []
    for file in dict.fromkeys(signals[index].file for index in wanted):
        inside = [index for index, signal in enumerate(signals) if signal.file == file]
        together = [signals[index] for index in inside]
        chosen = [index for index in wanted if signals[index].file == file]
        rows = [inside.index(index) for index in chosen]
        unpack = _flac if together[0].storage in FLAC else _parted
        parts.append(unpack(together, rows, frames, files[file]))
        indices += chosen
    if len(parts) == 1:
        return parts[0]
    whole = np.concatenate([part.astype(np.int32) for part in parts])
    return whole[[indices.index(index) for index in wanted]]


def _parted(signals: list[Signal], rows: list[int], frames: int, content: bytes) -> Whole:
    """Return some of the signals that are interleaved in one file, frame by frame."""
    ends = list(accumulate(signal.per_frame for signal in signals))
    flat = _numbers(signals[0].storage, content, signals[0].offset, frames * ends[-1])
    table = flat.reshape(frames, ends[-1])
    if len(rows) == ends[-1]:  # all, each with one sample a frame
        samples = np.ascontiguousarray(table.T)
    else:
        starts = [ends[row] - signals[row].per_frame for row in rows]
        samples = np.stack(
            [
                table[:, start : ends[row]].reshape(-1)
                for start, row in zip(starts, rows, strict=True)
            ]
        )
    if signals[0].storage != "8":
        return samples
    first = np.array([[signals[row].first] for row in rows])
    return np.cumsum(samples, axis=1, dtype=np.int64) + first


def _numbers(storage: str, content: bytes, offset: int, count: int) -> Numbers:
    """Unpack ``count`` numbers from a byte offset."""
    if storage in _PLAIN:
        stored = np.frombuffer(content, _PLAIN[storage], count, offset)
        return stored.astype(np.int32) - _OFFSET[storage] if storage in _OFFSET else stored
    if storage == "24":
        return _in_groups(content, offset, count, 1, 3)[:, 0]
    if storage == "212":
        groups = _in_groups(content, offset, count, 2, 3)
        # The second byte holds the high bits of the first sample below those of the second.
        first = groups[:, 0] & 0xFFF
        second = (groups[:, 0] >> 16 & 0xFF) | (groups[:, 0] >> 4 & 0xF00)
        return _signed(np.stack([first, second], axis=1), 12, count)
    words = _in_groups(content, offset, count, 3, 4)[:, 0]
    if storage == "311":
        parts = [words, words >> 10, words >> 20]
    else:  # 310: the third sample is in the spare bits of two 16-bit words
        low, high = words, words >> 16
        parts = [low >> 1, high >> 1, (low >> 11 & 0x1F) | (high >> 11 & 0x1F) << 5]
    return _signed(np.stack(parts, axis=1) & 0x3FF, 10, count)


def _in_groups(
    content: bytes, offset: int, count: int, samples: int, size: int
) -> Integer[np.ndarray, "groups 1"]:
    """Return groups of bytes as one signed little-endian integer each, zero-padded at the end."""
    groups = -(-count // samples)
    padded = content[offset : offset + groups * size].ljust(groups * size, b"\0")
    if size == 4:
        return np.frombuffer(padded, "<i4").reshape(-1, 1)
    wide = np.zeros((groups, 4), np.uint8)
    wide[:, 1:] = np.frombuffer(padded, np.uint8).reshape(groups, 3)
    return wide.view("<i4") >> 8


def _signed(values: Integer[np.ndarray, "groups in_group"], bits: int, count: int) -> Numbers:
    """Interpret two's complement of fewer bits than the type has."""
    half = 1 << (bits - 1)
    return (values.reshape(-1)[:count] ^ half) - half


def _flac(signals: list[Signal], rows: list[int], frames: int, content: bytes) -> Whole:
    """Unpack by the `wfdb` package, which reads from disk only."""
    import wfdb  # slow to import, for a rare format

    # A minimal header is written for it, as its parser fails on signals of different skew. The
    # folder is private and deleted afterwards.
    lines = [f"record {len(signals)} 1 {frames}"]
    lines += [
        f"record.dat {signal.storage}x{signal.per_frame}+{signal.offset} 1(0)/mV 0 0 0 0 0 {index}"
        for index, signal in enumerate(signals)
    ]
    with private_folder() as folder:
        Path(folder, "record.hea").write_text("\n".join(lines))
        Path(folder, "record.dat").write_bytes(content)
        record = wfdb.rdrecord(f"{folder}/record", physical=False, smooth_frames=False)
    return np.stack([np.asarray(record.e_d_signal[row], dtype=np.int32) for row in rows])
