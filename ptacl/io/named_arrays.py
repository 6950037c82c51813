"""Arrays under names, as ``.npz`` and ``.mat`` files hold them: which are leads, what others say.

Either one array of signals (leads × samples or samples × leads) or one array a lead. Beside them
may lie the sample rate (``sample_rate_hz``, ``fs`` …), the unit and the names of the leads.
"""

from collections.abc import Mapping

import numpy as np

from ptacl.errors import BadInput
from ptacl.io.grid import lead_rows
from ptacl.io.leads import canonical_lead
from ptacl.io.recording import Channel, Recording
from ptacl.types import INDEPENDENT_LEADS

_RATE_KEYS = ("sample_rate_hz", "sampling_rate_hz", "sampling_rate", "sample_rate", "samplerate",
              "sampling_frequency", "sample_frequency", "rate_hz", "fs", "freq")  # fmt: skip
_UNIT_KEYS = ("unit", "units")
_LEAD_KEYS = ("leads", "lead_names", "leadnames", "lead", "sig_name", "sig_names", "channels",
              "channel_names", "labels")  # fmt: skip
_SIGNAL_KEYS = ("ecg", "signal", "signals", "val", "data", "p_signal", "sig", "x")
"""Asked in this order where several arrays could be the signals."""


def recording_of(name: str, arrays: Mapping[str, np.ndarray]) -> Recording:
    """The leads among named arrays.

    Raises:
        BadInput: no array or several could be the signals.
    """
    told = {key.lower(): array for key, array in arrays.items()}
    rate_hz, unit = _rate_hz(told), next(iter(_texts(told, _UNIT_KEYS)), None)
    named = {key: array for key, array in arrays.items() if _is_lead(key, array)}
    if len(named) >= len(INDEPENDENT_LEADS) or (named and not any(map(_is_grid, told.values()))):
        rows = [np.asarray(array, np.float64).reshape(-1) for array in named.values()]
        pairs = zip(named, rows, strict=True)
        return Recording(tuple(Channel(key, row, unit) for key, row in pairs), rate_hz)
    signals = _signals(name, told)
    leads = _texts(told, _LEAD_KEYS)
    return Recording(grid_channels(name, signals, leads or None, unit), rate_hz)


def grid_channels(
    where: str, signals: np.ndarray, leads: list[str] | None, unit: str | None
) -> tuple[Channel, ...]:
    """The leads of one array of signals.

    Raises:
        BadInput: it is no array of numbers with two sides, or `grid.lead_rows` refuses it.
    """
    if signals.dtype.kind not in "iuf":
        raise BadInput(where, "it holds text, not numbers", "save an array of samples")
    squeezed = np.squeeze(signals)
    if squeezed.ndim != 2:
        shape = " × ".join(map(str, signals.shape)) or "a single number"
        raise BadInput(where, f"its shape is {shape}", "save leads × samples")
    names, rows = lead_rows(where, np.asarray(squeezed, dtype=np.float64), leads)
    return tuple(Channel(name, row, unit) for name, row in zip(names, rows, strict=True))


def _signals(where: str, told: Mapping[str, np.ndarray]) -> np.ndarray:
    grids = {key: array for key, array in told.items() if _is_grid(array)}
    known = [key for key in _SIGNAL_KEYS if key in grids]
    if not known and len(grids) != 1:
        found = f"it holds {len(grids)} arrays of signals"
        raise BadInput(where, found, "save one array of leads, or one array a lead")
    return grids[known[0]] if known else next(iter(grids.values()))


def _is_grid(array: np.ndarray) -> bool:
    # Scalars and vectors of MATLAB have two sides as well.
    sides = sum(side > 1 for side in array.shape)
    return array.dtype.kind in "iuf" and array.ndim > 1 and (sides > 1 or array.size == 0)


def _is_lead(key: str, array: np.ndarray) -> bool:
    vector = array.dtype.kind in "iuf" and array.size > 1 and max(array.shape) == array.size
    return vector and canonical_lead(key) is not None


def _rate_hz(told: Mapping[str, np.ndarray]) -> float | None:
    for key in _RATE_KEYS:
        if key in told and told[key].size == 1 and told[key].dtype.kind in "iuf":
            return float(told[key].reshape(-1)[0])
    return None


def _texts(told: Mapping[str, np.ndarray], keys: tuple[str, ...]) -> list[str]:
    """The texts under the first of the keys that holds any."""
    for key in keys:
        if key in told and told[key].size and told[key].dtype.kind in "US":
            held = told[key].reshape(-1).tolist()
            return [t.decode("latin-1") if isinstance(t, bytes) else str(t) for t in held]
    return []
