"""NumPy arrays: ``.npy`` (leads × samples or samples × leads) and ``.npz`` (named arrays).

A bare array has neither unit nor sample rate: the caller gives them. An ``.npz`` file may hold both
(`named_arrays`).
"""

import io
from collections.abc import Mapping

import numpy as np

from ptacl.errors import BadInput
from ptacl.io.containers.archive import ZipFiles, is_zip
from ptacl.io.ecg.arrays.named_arrays import grid_recording, recording_of
from ptacl.io.ecg.recording import Recording

MAGIC = b"\x93NUMPY"
MOST_BYTES = 256 * 1024**2
"""Largest size of the unpacked arrays of an ``.npz`` file."""


def is_npy(content: bytes) -> bool:
    """Return whether content is one NumPy array."""
    return content.startswith(MAGIC)


def is_npz(content: bytes) -> bool:
    """Return whether content is a zip of NumPy arrays, judging by its first entry's name."""
    if not is_zip(content):
        return False
    length = int.from_bytes(content[26:28], "little")
    first = content[30 : 30 + length]
    return first.endswith(b".npy") and b"/" not in first


def read_npy(name: str, files: Mapping[str, bytes]) -> Recording:
    """Read an array of 12 leads (canonical order) or 8 (I, II, V1–V6).

    Raises:
        BadInput: damaged, not numeric, or the shape does not fit the leads.
    """
    return grid_recording(name, _array(name, files[name]))


def read_npz(name: str, files: Mapping[str, bytes]) -> Recording:
    """Read named arrays.

    Raises:
        BadInput: damaged, not numeric, or no array could be the signals.
    """
    entries = ZipFiles(name, files[name], MOST_BYTES)
    arrays = {entry.removesuffix(".npy"): _array(name, entries[entry]) for entry in entries}
    return recording_of(name, arrays)


def _array(where: str, content: bytes) -> np.ndarray:
    if not is_npy(content):
        raise BadInput(
            where,
            "it holds something that is no array",
            "save it with numpy.savez",
            code="ecg.not_numbers",
        )
    stream = io.BytesIO(content)
    version = np.lib.format.read_magic(stream)
    read_header = {1: np.lib.format.read_array_header_1_0, 2: np.lib.format.read_array_header_2_0}
    shape, _, dtype = read_header[version[0]](stream)
    if dtype.kind not in "iufUS":
        raise BadInput(
            where,
            "it holds an array of objects, not numbers",
            "save plain numbers",
            code="ecg.not_numbers",
        )
    # The stated size is checked before memory is allocated for it.
    claimed = dtype.itemsize * int(np.prod([int(side) for side in shape], dtype=object))
    if len(content) - stream.tell() < claimed:
        raise BadInput(
            where,
            f"it is cut short: its header claims {claimed:,} bytes",
            "save it again",
            code="file.damaged",
        )
    return np.load(io.BytesIO(content), allow_pickle=False)
