"""Plain JSON with the leads of an ECG, in the structures that programs commonly write.

There is no standard: leads by name (``{"leads": {"I": [...]}}``), a list of named leads
(``[{"name": "I", "samples": [...]}]``), a table of rows or columns with its names, or pandas'
``records``, ``split`` and ``columns``. Rate and unit are taken from explicit keys or requested from
the caller; a file that states a gain or a resolution is refused (`keys`).
"""

import re
from collections.abc import Mapping, Sequence
from itertools import islice

import numpy as np

from ptacl.errors import BadInput
from ptacl.io.containers.json_document import json_head, open_json
from ptacl.io.ecg.arrays.named_arrays import recording_of
from ptacl.io.ecg.leads.twelve_leads import canonical_lead
from ptacl.io.ecg.plain_json.keys import (
    Metadata,
    is_number,
    metadata_of,
    plain,
    refuse_kardia,
    refuse_scale,
    value_under,
)
from ptacl.io.ecg.recording import Recording

_NUMBER = r"-?\d[\d.eE+-]*"
_ROW = rf"\[\s*((?:{_NUMBER}|null|NaN)\s*,\s*){{7}}"
"""Eight leads, or the first samples of one."""
_LEAD = r'"(?:lead[ _]?)?(?:I{1,3}|aV[RLF]|V[1-6])"\s*:\s*'
_ROWS = re.compile(_ROW)
_WORDS = re.compile(r'(?i)"[^"]{0,20}(lead|ecg|ekg|signal|samples|data)[^"]{0,20}"')
_COLUMNS = re.compile(rf'(?i){_LEAD}({_ROW}|\{{\s*"0"\s*:\s*{_NUMBER}\s*,\s*"1")')
_CELLS = re.compile(rf"(?i){_LEAD}(?:{_NUMBER}|null)\s*[,}}]")
_FEWEST_CELLS = 24
"""Fewest cells of a table of records: two rows of twelve leads. A report has one number per lead.
"""
_HOLDERS = (
    "leads", "channels", "signals", "signal", "psignal", "ecg", "ecgdata", "waveforms", "waveform",
    "samples", "data", "values", "recording", "record",
)  # fmt: skip
"""Keys that may hold the leads, in order of preference."""
_IN_UNITS = "psignal"
"""WFDB's name for samples in physical units, for which a stated gain is irrelevant."""
_NAME_KEYS = ("name", "lead", "leadname", "label", "channel", "id")
_SAMPLES_KEYS = ("samples", "data", "values", "signal", "waveform", "voltages", "voltage", "y")
_DEEPEST = 5

Entry = tuple[str, Mapping[str, object]]
"""The name of a lead, and the record that holds its samples."""


def is_json_leads(content: bytes) -> bool:
    """Return whether content starts like JSON with rows of numbers and ECG keywords."""
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
    """Read the leads with the rate and unit of the surrounding keys.

    Raises:
        BadInput: no leads, a scale without a common meaning, damaged.
    """
    content = _leads_of(name, open_json(name, files[name]), {}, 0)
    if content is None:
        message = "its JSON holds no ECG leads"
        raise BadInput(name, message, "write one list of samples a lead", code="ecg.no_signal")
    return recording_of(name, content)


def _leads_of(where: str, document: object, outer: Metadata, depth: int) -> Metadata | None:
    """Return the leads of a document with their metadata; None if there are none."""
    if depth > _DEEPEST:
        return None
    if isinstance(document, list):
        return _of_list(where, document, outer)
    if not isinstance(document, dict):
        return None
    refuse_kardia(where, document)
    metadata = outer | metadata_of(where, document)
    columns = _columns(document, list(document))
    if columns:
        refuse_scale(where, document)
        return metadata | columns
    entries = [(key, item) for key, item in document.items() if isinstance(item, dict)]
    return _of_entries(where, entries, metadata) or _nested_leads(where, document, metadata, depth)


def _nested_leads(
    where: str, document: Mapping[str, object], metadata: Metadata, depth: int
) -> Metadata | None:
    keys = {plain(key): key for key in document}
    for holder in filter(keys.__contains__, _HOLDERS):
        leads = _leads_of(where, document[keys[holder]], metadata, depth + 1)
        if leads is not None:
            if holder != _IN_UNITS:
                refuse_scale(where, document)
            return leads
    return None


def _of_list(where: str, rows: list[object], outer: Metadata) -> Metadata | None:
    grid = _grid(rows)
    if grid is not None:
        return outer | {"signal": grid}
    records = [row for row in rows if isinstance(row, dict)]
    if not records or len(records) < len(rows):
        return None
    names = [value_under(row, _NAME_KEYS) for row in records]
    if all(isinstance(name, str) for name in names):
        return _of_entries(where, list(zip(map(str, names), records, strict=True)), outer)
    rowwise = {key: [row.get(key) for row in records] for key in records[0]}
    columns = _columns(rowwise, list(rowwise))
    return outer | columns if columns else None


def _of_entries(where: str, entries: Sequence[Entry], outer: Metadata) -> Metadata | None:
    """Return leads that are one record each; their metadata must agree."""
    leads: Metadata = {}
    stated: list[Metadata] = []
    for name, entry in entries:
        samples = _column(value_under(entry, _SAMPLES_KEYS))
        if samples is None or not canonical_lead(name):
            continue
        refuse_scale(where, entry)
        if name in leads:
            raise BadInput(
                where, "a lead is present twice", "write each lead once", code="ecg.duplicate_lead"
            )
        leads[name] = samples
        stated.append(metadata_of(where, entry))
    if not leads:
        return None
    if any(_as_lists(metadata) != _as_lists(stated[0]) for metadata in stated):
        raise BadInput(
            where,
            "its leads differ in rate or unit",
            "write all leads with the same settings",
            code="ecg.different_rates",
        )
    return outer | stated[0] | leads


def _as_lists(metadata: Metadata) -> dict[str, object]:
    return {key: value.tolist() for key, value in metadata.items()}


def _columns(document: Mapping[str, object], keys: list[str]) -> Metadata:
    columns = {key: _column(document[key]) for key in keys if canonical_lead(key)}
    return {key: column for key, column in columns.items() if column is not None}


def _column(value: object) -> np.ndarray | None:
    """Return a list of numbers; pandas writes a column as row number → value."""
    if isinstance(value, dict):
        if not value or not all(key.isdecimal() for key in value):
            return None
        value = [value[key] for key in sorted(value, key=int)]
    if not isinstance(value, list) or len(value) < 2 or not all(map(is_number, value)):
        return None
    return np.array(value, dtype=np.float64)


def _grid(rows: list[object]) -> np.ndarray | None:
    if len(rows) < 2 or not all(isinstance(row, list) for row in rows):
        return None
    columns = [_column(row) for row in rows]
    known = [column for column in columns if column is not None]
    one_length = len({len(column) for column in known}) == 1
    return np.stack(known) if len(known) == len(rows) and one_length else None
