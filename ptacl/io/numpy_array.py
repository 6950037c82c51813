"""NumPy arrays: ``.npy`` (leads × samples or samples × leads) and ``.npz`` (named arrays).

An array says neither unit nor rate: the caller gives them. An ``.npz`` may hold, beside one
array of signals or one array a lead, ``sample_rate_hz`` (or ``fs``), ``unit`` and ``leads``.
"""

import io
from collections.abc import Mapping

import numpy as np

from ptacl.errors import BadInput
from ptacl.io.archive import ZipFiles, is_zip
from ptacl.io.grid import lead_rows
from ptacl.io.leads import canonical_lead
from ptacl.io.recording import Channel, Recording

MAGIC = b"\x93NUMPY"
MOST_BYTES = 256 * 1024**2
"""Of the unpacked arrays of an ``.npz``."""

_RATE_KEYS = ("sample_rate_hz", "sampling_rate", "sample_rate", "fs")
_UNIT_KEYS = ("unit", "units")
_LEAD_KEYS = ("leads", "lead_names", "sig_name")


def is_npy(content: bytes) -> bool:
    """Whether content is one NumPy array."""
    return content.startswith(MAGIC)


def is_npz(content: bytes) -> bool:
    """Whether content is a zip of NumPy arrays, known by its first entry's name."""
    if not is_zip(content):
        return False
    length = int.from_bytes(content[26:28], "little")
    first = content[30 : 30 + length]
    return first.endswith(b".npy") and b"/" not in first


def read_npy(name: str, files: Mapping[str, bytes]) -> Recording:
    """Read an array of 12 leads (canonical order) or 8 (I, II, V1–V6)."""
    signals = _array(name, files[name])
    return Recording(_channels(name, signals, None, None), None)


def read_npz(name: str, files: Mapping[str, bytes]) -> Recording:
    """Read named arrays."""
    entries = ZipFiles(name, files[name], MOST_BYTES)
    arrays = {entry.removesuffix(".npy"): _array(name, entries[entry]) for entry in entries}
    rate = _first(arrays, _RATE_KEYS)
    unit = _first(arrays, _UNIT_KEYS)
    leads = _first(arrays, _LEAD_KEYS)
    told = None if unit is None else str(unit.reshape(-1)[0])
    rate_hz = None if rate is None else float(rate.reshape(-1)[0])
    named = {key: array for key, array in arrays.items() if canonical_lead(key)}
    if named:
        rows = [np.asarray(array, np.float64).reshape(-1) for array in named.values()]
        pairs = zip(named, rows, strict=True)
        return Recording(tuple(Channel(key, row, told) for key, row in pairs), rate_hz)
    signals = [array for array in arrays.values() if array.ndim > 1]
    if len(signals) != 1:
        found = f"it holds {len(signals)} arrays of signals"
        raise BadInput(name, found, "save one array of leads, or one array a lead")
    names = None if leads is None else [str(lead) for lead in leads.reshape(-1)]
    return Recording(_channels(name, signals[0], names, told), rate_hz)


def _first(arrays: Mapping[str, np.ndarray], keys: tuple[str, ...]) -> np.ndarray | None:
    return next((arrays[key] for key in keys if key in arrays and arrays[key].size), None)


def _array(where: str, content: bytes) -> np.ndarray:
    if not is_npy(content):
        raise BadInput(where, "it holds something that is no array", "save it with numpy.savez")
    stream = io.BytesIO(content)
    version = np.lib.format.read_magic(stream)
    read_header = {1: np.lib.format.read_array_header_1_0, 2: np.lib.format.read_array_header_2_0}
    shape, _, dtype = read_header[version[0]](stream)
    if dtype.kind not in "iufUS":
        raise BadInput(where, "it holds an array of objects, not numbers", "save plain numbers")
    # The claim is checked before the memory for it is asked for.
    claimed = dtype.itemsize * int(np.prod([int(side) for side in shape], dtype=object))
    if len(content) - stream.tell() < claimed:
        raise BadInput(
            where, f"it is cut short: its header claims {claimed:,} bytes", "save it again"
        )
    return np.load(io.BytesIO(content), allow_pickle=False)


def _channels(
    where: str, signals: np.ndarray, leads: list[str] | None, unit: str | None
) -> tuple[Channel, ...]:
    if signals.dtype.kind not in "iuf":
        raise BadInput(where, "it holds text, not numbers", "save an array of samples")
    squeezed = np.squeeze(signals)
    if squeezed.ndim != 2:
        shape = " × ".join(map(str, signals.shape)) or "a single number"
        raise BadInput(where, f"its shape is {shape}", "save leads × samples")
    names, rows = lead_rows(where, np.asarray(squeezed, dtype=np.float64), leads)
    return tuple(Channel(name, row, unit) for name, row in zip(names, rows, strict=True))
