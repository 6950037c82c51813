"""Plain JSON with the leads of an ECG, in the shapes that programs commonly write.

There is no standard: leads by name (``{"leads": {"I": [...]}}``), a list of named leads
(``[{"name": "I", "samples": [...]}]``), a table of rows or columns with its names, or pandas's
``records``, ``split`` and ``columns``. Rate and unit are taken where a key says them, and asked for
where none does. A gain or resolution has no common meaning here, so a file that states one is
refused: its samples may be steps of a converter.
"""

import re
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import TypeGuard

import numpy as np

from ptacl.errors import BadInput
from ptacl.io.json_document import json_head, open_json
from ptacl.io.leads import canonical_lead
from ptacl.io.named_arrays import recording_of
from ptacl.io.recording import Recording

_NUMBER = r"-?\d[\d.eE+-]*"
_ROW = rf"\[\s*((?:{_NUMBER}|null|NaN)\s*,\s*){{7}}"
"""Eight leads, or the first samples of one."""
_LEAD = r'"(?:lead[ _]?)?(?:I{1,3}|aV[RLF]|V[1-6])"\s*:\s*'
_ROWS = re.compile(_ROW)
_WORDS = re.compile(r'(?i)"[^"]{0,20}(lead|ecg|ekg|signal|samples|data)[^"]{0,20}"')
_COLUMNS = re.compile(rf'(?i){_LEAD}({_ROW}|\{{\s*"0"\s*:\s*{_NUMBER}\s*,\s*"1")')
_CELLS = re.compile(rf"(?i){_LEAD}(?:{_NUMBER}|null)\s*[,}}]")
_FEWEST_CELLS = 24
"""Of a table in records: two rows of twelve leads. A report has one number a lead."""
_RATE_KEY = re.compile(
    r"sampl(e|ing)(rate|freq|frequency)(hz)?|ratehz|fs|frequency(hz)?|freq(hz)?|hz"
)
_UNIT_KEY = re.compile(r"(amplitude|voltage|signal)?units?")
_NAMES_KEY = re.compile(
    r"leads?|lead(names|order)|channels|channelnames|signames?|names|labels|columns"
)
_HOLDERS = (
    "leads", "channels", "signals", "signal", "psignal", "ecg", "ecgdata", "waveforms", "waveform",
    "samples", "data", "values", "recording", "record",
)  # fmt: skip
"""Keys under which the leads may lie, asked in this order."""
_NAME_KEYS = ("name", "lead", "leadname", "label", "channel", "id")
_SAMPLES_KEYS = ("samples", "data", "values", "signal", "waveform", "voltages", "voltage", "y")
_SCALE_KEY = re.compile(
    r"(adc)?gain|(amplitude|adc|signal)?resolution|(amplitude)?scale(factor)?|scaling|lsb\w*|"
    r"(adc)?zero|baseline|\w+per(bit|lsb|mv|adu|count|unit)|conversionfactor"
)
_DEEPEST = 5

Told = dict[str, np.ndarray]


def is_json_leads(content: bytes) -> bool:
    """Whether content begins as a JSON with rows of numbers and words of an ECG."""
    head = json_head(content)
    if head is None:
        return False
    if _COLUMNS.search(head):
        return True
    if len(list(islice(_CELLS.finditer(head), _FEWEST_CELLS))) == _FEWEST_CELLS:
        return True
    bare = re.match(r"\s*\[\s*\[", head) is not None
    return _ROWS.search(head) is not None and (bare or _WORDS.search(head) is not None)


def read_json_leads(name: str, files: Mapping[str, bytes]) -> Recording:
    """Read the leads with what the keys around them say of rate and unit.

    Raises:
        BadInput: no leads, a scale without a common meaning, damaged.
    """
    document = open_json(name, files[name])
    told = _arrays(name, document, {}, 0)
    if told is None:
        raise BadInput(
            name, "its JSON holds no leads of an ECG", "write one list of samples a lead"
        )
    return recording_of(name, told)


def _arrays(where: str, document: object, outer: Told, depth: int) -> Told | None:
    """The leads of a document as named arrays, with rate, unit and names; None where none is."""
    if depth > _DEEPEST:
        return None
    if isinstance(document, list):
        return _of_list(where, document, outer)
    if not isinstance(document, dict):
        return None
    _expect_no_kardia(where, document)
    told = outer | _told(document)
    named = dict(_named_leads(document))
    if named:
        _expect_no_scale(where, document)
        return told | named
    plain = {_plain(key): key for key in document}
    for holder in _HOLDERS:
        found = _arrays(where, document.get(plain.get(holder, "")), told, depth + 1)
        if found is not None:
            if holder != "psignal":
                _expect_no_scale(where, document)
            return found
    return None


def _of_list(where: str, rows: list[object], outer: Told) -> Told | None:
    grid = _grid(rows)
    if grid is not None:
        return outer | {"signal": grid}
    records = [row for row in rows if isinstance(row, dict)]
    if not records or len(records) < len(rows):
        return None
    by_name = [(_first(row, _NAME_KEYS), row) for row in records]
    if all(isinstance(name, str) for name, _ in by_name):
        return _of_named(where, by_name, outer)
    keys = [key for key in records[0] if canonical_lead(key)]
    columns = {key: _column([row.get(key) for row in records]) for key in keys}
    held = {key: column for key, column in columns.items() if column is not None}
    return outer | held if held else None


def _of_named(
    where: str, entries: list[tuple[object, dict[str, object]]], outer: Told
) -> Told | None:
    found: Told = dict(outer)
    told: list[Told] = []
    for name, entry in entries:
        samples = _column(_first(entry, _SAMPLES_KEYS))
        if samples is None or not canonical_lead(str(name)):
            continue
        _expect_no_scale(where, entry)
        if str(name) in found:
            raise BadInput(where, "a lead is there twice", "write each lead once")
        found[str(name)] = samples
        told.append(_told(entry))
    if not told:
        return None
    if any(_said(one) != _said(told[0]) for one in told):
        raise BadInput(where, "its leads differ in rate or unit", "write all leads alike")
    return found | told[0]


def _said(told: Told) -> dict[str, object]:
    return {key: value.tolist() for key, value in told.items()}


def _named_leads(document: dict[str, object]) -> Iterator[tuple[str, np.ndarray]]:
    for key, value in document.items():
        if not canonical_lead(key):
            continue
        inside = _first(value, _SAMPLES_KEYS) if isinstance(value, dict) else None
        samples = _column(inside if inside is not None else value)
        if samples is not None:
            yield key, samples


def _column(value: object) -> np.ndarray | None:
    """A list of numbers; pandas writes a column as row number → value."""
    if isinstance(value, dict):
        if not value or not all(key.isdecimal() for key in value):
            return None
        value = [value[key] for key in sorted(value, key=int)]
    if not isinstance(value, list) or len(value) < 2 or not all(map(_is_number, value)):
        return None
    return np.array(value, dtype=np.float64)


def _grid(rows: list[object]) -> np.ndarray | None:
    if len(rows) < 2 or not all(isinstance(row, list) for row in rows):
        return None
    columns = [_column(row) for row in rows]
    if any(column is None for column in columns):
        return None
    held = [column for column in columns if column is not None]
    return np.stack(held) if len({len(column) for column in held}) == 1 else None


def _is_number(value: object) -> bool:
    return value is None or (isinstance(value, int | float) and not isinstance(value, bool))


def _first(record: object, keys: tuple[str, ...]) -> object:
    if not isinstance(record, dict):
        return None
    plain = {_plain(key): value for key, value in record.items()}
    return next((plain[key] for key in keys if key in plain), None)


def _told(document: Mapping[str, object]) -> Told:
    """What the keys of one record say of rate, unit and the names of leads."""
    told: Told = {}
    for key, value in document.items():
        plain = _plain(key)
        if (
            _RATE_KEY.fullmatch(plain)
            and isinstance(value, int | float)
            and not isinstance(value, bool)
        ):
            told["fs"] = np.array(float(value))
        elif _UNIT_KEY.fullmatch(plain) and isinstance(value, str):
            told["unit"] = np.array(value)
        elif _UNIT_KEY.fullmatch(plain) and _are_texts(value) and len(set(value)) == 1:
            told["unit"] = np.array(value[0])
        elif _NAMES_KEY.fullmatch(plain) and _are_texts(value):
            told["lead_names"] = np.array(value)
    return told


def _are_texts(value: object) -> TypeGuard[list[str]]:
    return isinstance(value, list) and bool(value) and all(isinstance(one, str) for one in value)


def _plain(key: str) -> str:
    return re.sub(r"[^a-z0-9]", "", key.lower())


def _expect_no_scale(where: str, record: Mapping[str, object]) -> None:
    for key, value in record.items():
        trivial = value in (None, "", 0, 1, 1.0) or isinstance(value, bool)
        on_paper = isinstance(value, str) and "mm" in value
        if _SCALE_KEY.fullmatch(_plain(key)) and not trivial and not on_paper:
            raise BadInput(
                where,
                "it states a gain, a resolution or a zero, and not what its samples are then",
                "write the samples in mV or µV, without a scale beside them",
            )


def _expect_no_kardia(where: str, document: Mapping[str, object]) -> None:
    if "data12L" in document:
        found = "it is a Kardia 12L recording, whose file does not say its resolution"
        raise BadInput(where, found, "export it as DICOM, HL7 aECG or SCP-ECG")
    inside = [document, *(one for one in document.values() if isinstance(one, dict))]
    if any("amplitudeResolution" in one and "mainsFrequency" in one for one in inside):
        raise BadInput(
            where,
            "it is a Kardia recording of limb leads, without the chest leads V1 to V6",
            "give a 12-lead ECG",
        )
