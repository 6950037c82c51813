"""Named arrays, as in ``.npz`` and ``.mat`` files: choice of the leads, and their metadata.

The signals are one array (leads × samples or samples × leads) or one array per lead. The sample
rate (``sample_rate_hz``, ``fs`` …), the unit and the lead names may be arrays of their own.
"""

import re
from collections.abc import Mapping

import numpy as np
from jaxtyping import Float64

from ptacl.errors import BadInput
from ptacl.io.ecg.leads.lead_axis import lead_rows, order_caveat
from ptacl.io.ecg.leads.lead_names import lead_name
from ptacl.io.ecg.leads.no_signal import without_markers
from ptacl.io.ecg.recording import Channel, Recording
from ptacl.io.ecg.text.adc_lines import Converter, calibrated, parse_converter
from ptacl.types import INDEPENDENT_LEADS, Caveat

_RATE_KEYS = ("sample_rate_hz", "sampling_rate_hz", "sampling_rate", "sample_rate", "samplerate",
              "sampling_frequency", "sample_frequency", "rate_hz", "fs", "freq")  # fmt: skip
_UNIT_KEYS = ("unit", "units")
_LEAD_KEYS = ("leads", "lead_names", "leadnames", "lead", "sig_name", "sig_names", "channels",
              "channel_names", "labels")  # fmt: skip
_SPEAKS_OF_STEPS = re.compile(
    r"\b(adc|gain|lsb|resolution|scal(e|ing)|step|quant\w*|factor|baseline|bits?|per)\b"
)
Rows = Float64[np.ndarray, "leads samples"]
_SIGNAL_KEYS = ("ecg", "signal", "signals", "val", "data", "p_signal", "sig", "x")
"""In order of preference, where several arrays could be the signals."""


def recording_of(name: str, arrays: Mapping[str, np.ndarray]) -> Recording:
    """Return the leads among named arrays.

    Raises:
        BadInput: no array or several arrays could be the signals.
    """
    by_key = {key.lower(): array for key, array in arrays.items()}
    rate_hz, unit = _rate_hz(by_key), next(iter(_texts(by_key, _UNIT_KEYS)), None)
    named = {key: array for key, array in arrays.items() if _is_lead(key, array)}
    if len(named) >= len(INDEPENDENT_LEADS) or (named and not any(map(_is_grid, by_key.values()))):
        rows = [np.asarray(array, np.float64).reshape(-1) for array in named.values()]
        # A lead of a printout may be shorter than the rhythm strip.
        longest = max(map(len, rows))
        grid = np.stack([np.pad(r, (0, longest - len(r)), constant_values=np.nan) for r in rows])
        return _recording(list(named), grid, rate_hz, _units(by_key, unit, len(named)), by_key)
    leads = _texts(by_key, _LEAD_KEYS) or None
    names, grid = grid_leads(name, _signals(name, by_key), leads)
    assumed = () if leads else order_caveat(names)
    units = _units(by_key, unit, len(names))
    return _recording(names, grid, rate_hz, units, by_key, assumed)


def grid_recording(where: str, signals: np.ndarray) -> Recording:
    """Return the recording of one array of signals without metadata.

    Raises:
        BadInput: as for `grid_leads`.
    """
    names, grid = grid_leads(where, signals, None)
    return _recording(names, grid, None, [None] * len(names), {}, order_caveat(names))


def _recording(
    names: list[str],
    grid: Rows,
    rate_hz: float | None,
    units: list[str | None],
    by_key: Mapping[str, np.ndarray],
    caveats: tuple[Caveat, ...] = (),
) -> Recording:
    """Return the leads without no-signal markers, in volts if the step size is known."""
    plain, marks = without_markers(names, grid)
    scaled, units, step_caveats = calibrated(plain, units, _converter(by_key, units[0]))
    channels = tuple(map(Channel, names, scaled, units))
    return Recording(channels, rate_hz, caveats=(*caveats, *marks, *step_caveats))


def _units(by_key: Mapping[str, np.ndarray], unit: str | None, count: int) -> list[str | None]:
    """Return the unit of each lead, from one for all or a list of the same length."""
    every = _texts(by_key, _UNIT_KEYS)
    return list(every) if len(every) == count else [unit] * count


def _converter(by_key: Mapping[str, np.ndarray], unit: str | None) -> Converter:
    """Return what scalar arrays state about the converter: ``adc_gain``, ``resolution_uv`` …"""
    lines = []
    for key, array in by_key.items():
        words = re.sub(r"(?<=[a-z0-9])_(?=[a-z0-9])", " ", key)
        if not _SPEAKS_OF_STEPS.search(words) or array.dtype.kind not in "iuf" or not array.size:
            continue
        values = np.unique(array.reshape(-1).astype(np.float64))
        if len(values) > 1:
            return Converter(unclear=True)  # no program is known that writes one gain per lead
        lines.append(_spelt_out(words, float(values[0]), unit))
    return parse_converter(lines, unit)


def _spelt_out(words: str, value: float, unit: str | None) -> str:
    """Spell an entry as a line of a text file: the words of the key, the number and its unit."""
    if per_volt := re.fullmatch(r".*\bper ([mun]?v)", words):
        return f"{value:.12g} adu/{per_volt[1]}"
    if re.fullmatch(r"(adc ?)?gain|units per unit", words) and unit:
        return f"{value:.12g} adu/{unit}"  # with the meaning of the WFDB fields
    in_unit = re.search(r" ?([mun]v)$", words)
    if in_unit:
        return f"{words[: in_unit.start()]} {value:.12g} {in_unit[1]}"
    return f"{words} {value:.12g}"


def grid_leads(where: str, signals: np.ndarray, leads: list[str] | None) -> tuple[list[str], Rows]:
    """Return the leads of one array of signals in rows, and their names.

    Raises:
        BadInput: not a two-dimensional array of numbers, or refused by `lead_axis.lead_rows`.
    """
    if signals.dtype.kind not in "iuf":
        raise BadInput(
            where, "it holds text, not numbers", "save an array of samples", code="ecg.not_numbers"
        )
    squeezed = np.squeeze(signals)
    if squeezed.ndim != 2:
        shape = " × ".join(map(str, signals.shape)) or "a single number"
        raise BadInput(
            where, f"its shape is {shape}", "save leads × samples", code="ecg.wrong_shape"
        )
    return lead_rows(where, np.asarray(squeezed, dtype=np.float64), leads)


def _signals(where: str, by_key: Mapping[str, np.ndarray]) -> np.ndarray:
    grids = {key: array for key, array in by_key.items() if _is_grid(array)}
    known = [key for key in _SIGNAL_KEYS if key in grids]
    if not known and len(grids) != 1:
        message = f"it holds {len(grids)} arrays of signals"
        raise BadInput(
            where,
            message,
            "save one array of leads, or one array a lead",
            code="ecg.ambiguous_signals",
        )
    return grids[known[0]] if known else next(iter(grids.values()))


def _is_grid(array: np.ndarray) -> bool:
    # Scalars and vectors of MATLAB are two-dimensional as well.
    sides = sum(side > 1 for side in array.shape)
    return array.dtype.kind in "iuf" and array.ndim > 1 and (sides > 1 or array.size == 0)


def _is_lead(key: str, array: np.ndarray) -> bool:
    vector = array.dtype.kind in "iuf" and array.size > 1 and max(array.shape) == array.size
    return vector and lead_name(key) is not None


def _rate_hz(by_key: Mapping[str, np.ndarray]) -> float | None:
    for key in _RATE_KEYS:
        if key in by_key and by_key[key].size == 1 and by_key[key].dtype.kind in "iuf":
            return float(by_key[key].reshape(-1)[0])
    return None


def _texts(by_key: Mapping[str, np.ndarray], keys: tuple[str, ...]) -> list[str]:
    """Return the texts under the first of the keys that has any."""
    for key in keys:
        if key in by_key and by_key[key].size and by_key[key].dtype.kind in "US":
            values = by_key[key].reshape(-1).tolist()
            return [t.decode("latin-1") if isinstance(t, bytes) else str(t) for t in values]
    return []
