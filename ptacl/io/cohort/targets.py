"""Targets that a cohort brings: ``targets.json`` beside its table, and their values.

The file holds a list::

    [{"key": "lamax_ml", "title": "Left atrial maximal volume", "unit": "mL", "ukb_field": 24110},
     {"key": "af5y", "title": "Atrial fibrillation within five years", "kind": "binary"},
     {"key": "death", "title": "Death", "kind": "event", "time": "death_years"}]

Only ``key`` and ``title`` are needed. The values are in the column named like the key, or in that
of the UK Biobank field at the imported visit (at the first one for fields of no other visit).
"""

import json
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import pandas as pd

from ptacl.config.strict_json import from_dict
from ptacl.errors import BadInput, PtaclError
from ptacl.io.cohort.id_list import id_column, participant_id
from ptacl.io.cohort.subject_row import cell_text, number_in
from ptacl.io.cohort.table import columns_of, table_parts
from ptacl.io.cohort.ukb_columns import field_of
from ptacl.io.containers.table_file import foreign_kind
from ptacl.phenotypes import COVARIATE_KEYS, PHENOTYPE_KEYS

TARGETS = "targets.json"
Kind = Literal["continuous", "binary", "event"]
KINDS: tuple[Kind, ...] = ("continuous", "binary", "event")
_KEY = re.compile(r"[a-z][a-z0-9_]*")
_BUILT_IN = (*PHENOTYPE_KEYS, *COVARIATE_KEYS)
_TRUTH = {"yes": 1.0, "true": 1.0, "no": 0.0, "false": 0.0}


@dataclass(frozen=True, slots=True)
class Target:
    """A number or an outcome of a subject that is to be predicted."""

    key: str
    """Name on the command line and of its column: lower-case letters, digits and ``_``."""
    title: str
    unit: str = ""
    ukb_field: int | None = None
    """Field of UK Biobank, for tables that name their columns by fields."""
    kind: Kind = "continuous"
    """continuous: a number. binary: 0 or 1, no or yes. event: the same, and the time at which the
    event happened or, without an event, until which it had not."""
    time: str | None = None
    """Column of the times of an event, all in the same unit."""

    def __post_init__(self) -> None:
        if not _KEY.fullmatch(self.key):
            raise PtaclError(
                f"Target {self.key!r}: a key is of lower-case letters, digits and _. Rename it.",
                code="target.invalid",
            )
        if (self.kind == "event") != (self.time is not None):
            raise PtaclError(
                f"Target {self.key!r}: an event needs the column `time`, and no other kind has "
                "one. Add it, or choose another kind.",
                code="target.invalid",
            )

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of its columns of values."""
        return (self.key,) if self.time is None else (self.key, self.time)

    @property
    def value_column(self) -> str:
        """Column of its values in the table of a gallery."""
        return f"target_{self.key}"

    @property
    def time_column(self) -> str:
        """Column of the times of an event in the table of a gallery."""
        return f"target_time_{self.key}"

    @property
    def predicted_column(self) -> str:
        """Column of what a probe predicts, in the table of a gallery."""
        return f"predicted_target_{self.key}"


@dataclass(frozen=True, slots=True)
class TargetTable:
    """The targets of a cohort and their values."""

    targets: tuple[Target, ...]
    values: pd.DataFrame
    """``subject_id`` and a column of numbers for each of `Target.columns`; NaN where unknown."""
    notes: tuple[str, ...] = ()
    """A sentence about each column, with the number of subjects and of cells that were left out."""


def targets_file(folder: Path, tables: Iterable[Path]) -> Path | None:
    """Return ``targets.json`` in the folder of a cohort or of one of its tables; None if absent."""
    folders = dict.fromkeys((folder, *(table.parent for table in tables)))
    return next((path for at in folders if (path := at / TARGETS).is_file()), None)


def read_targets(path: Path) -> tuple[Target, ...]:
    """Read the list of targets.

    Raises:
        PtaclError: it is no list of targets, or a key occurs twice or is that of a phenotype.
    """
    try:
        entries = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise _no_list(path, str(error)) from error
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise _no_list(path, "expected a list of objects")
    targets = tuple(
        from_dict(Target, entry, f"{path.name}[{index}]") for index, entry in enumerate(entries)
    )
    keys = [target.key for target in targets] + list(_BUILT_IN)
    if taken := next((target.key for target in targets if keys.count(target.key) > 1), None):
        raise PtaclError(
            f"{path.name}: the key {taken!r} occurs twice, or is built in. Choose another one.",
            code="target.invalid",
        )
    return targets


def read_target_table(
    path: Path, tables: Sequence[Path], subject_ids: Collection[str], instance: int = 2
) -> TargetTable:
    """Read the targets of a cohort and their values from its tables.

    Args:
        path: ``targets.json``.
        tables: the cohort's tables; files that are no tables of participants are passed over.
        subject_ids: subjects to read, as the cohort names them.
        instance: visit of UK Biobank.

    Raises:
        PtaclError: the list cannot be read, or no table has a column that it names.
    """
    targets = read_targets(path)
    values: dict[str, dict[str, float]] = {}
    columns = _Columns(targets, instance)
    for table in tables:
        for subject_id, name, value in _cells(table, columns, frozenset(subject_ids)):
            _put(values.setdefault(name, {}), subject_id, value)
    for target in targets:
        if missing := [name for name in target.columns if name not in columns.found]:
            number = f" or of field {target.ukb_field}" if target.ukb_field else ""
            raise BadInput(
                path,
                f"no table of the cohort has a column {missing[0]}{number}",
                "add the column, or remove the target",
                code="target.no_column",
            )
    names = [name for target in targets for name in target.columns]
    frame = pd.DataFrame({"subject_id": list(subject_ids)})
    for target in targets:
        for name in target.columns:
            known = values.get(name, {})
            numbers = [known.get(subject, np.nan) for subject in frame["subject_id"]]
            frame[name] = _allowed(target, name, np.array(numbers, dtype=np.float64))
    notes = tuple(_note(name, values.get(name, {}), frame[name]) for name in names)
    return TargetTable(targets, frame, notes)


class _Columns:
    """Which columns of a table hold which values."""

    def __init__(self, targets: Sequence[Target], instance: int) -> None:
        self._names = {name for target in targets for name in target.columns}
        self._fields = {target.ukb_field: target.key for target in targets if target.ukb_field}
        self._instance = instance
        self.found: set[str] = set()

    def of(self, columns: Sequence[str]) -> dict[str, str]:
        """Return column → name of its values."""
        by_name = {column: column for column in columns if column in self._names}
        taken, by_field = set(by_name), dict[str, str]()
        for visit in (self._instance, 0):
            for column in columns:
                number, at, array = field_of(column) or (0, -1, 0)
                name = self._fields.get(number)
                if name and (at, array) == (visit, 0) and name not in taken:
                    by_field[column] = name
            taken |= set(by_field.values())
        self.found |= taken
        return by_name | by_field


def _cells(
    table: Path, columns: _Columns, subject_ids: frozenset[str]
) -> Iterator[tuple[str, str, float]]:
    """Yield subject, name and value of each cell that is not empty; NaN for one without a value."""
    if foreign_kind(table.name):
        return
    try:
        names = columns_of(table)
    except BadInput:  # reported by the reader of the cohort
        return
    index, wanted = id_column(names), columns.of(names)
    if index is None or not wanted:
        return
    for part in table_parts(table, {names[index], *wanted}):
        ids = [_subject(value, subject_ids) for value in part[names[index]]]
        for column, name in wanted.items():
            for subject_id, cell in zip(ids, part[column], strict=True):
                if subject_id and (text := cell_text(cell)):
                    yield subject_id, name, _TRUTH.get(text.lower(), number_in(text))


def _subject(cell: object, subject_ids: frozenset[str]) -> str | None:
    text = cell_text(cell)
    return next((one for one in (text, participant_id(text)) if one in subject_ids), None)


def _put(values: dict[str, float], subject_id: str, value: float) -> None:
    """Add a value; two that differ leave none."""
    known = values.setdefault(subject_id, value)
    if known != value:
        values[subject_id] = np.nan


def _allowed(target: Target, name: str, values: np.ndarray) -> np.ndarray:
    """Return the values with NaN where the kind of the target does not allow them."""
    if name == target.time:
        allowed = values > 0
    elif target.kind == "continuous":
        allowed = np.isfinite(values)
    else:
        allowed = (values == 0) | (values == 1)
    return np.where(allowed, values, np.nan)


def _note(name: str, cells: Mapping[str, float], values: pd.Series) -> str:
    known = int(values.notna().sum())
    unusable = len(cells) - known
    left = f"; {unusable} more cells are contradictory or not allowed" if unusable else ""
    return f"Target column {name}: {known} subjects{left}."


def _no_list(path: Path, found: str) -> BadInput:
    return BadInput(
        path,
        f"it is no list of targets ({found})",
        'write it as [{"key": "lamax_ml", "title": "Left atrial maximal volume", "unit": "mL"}]',
        code="target.invalid",
    )
