"""Reports of a folder of ECGs, for `ptacl inspect --reports`."""

import importlib
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import count
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

import pandas as pd

from ptacl.cli.app import app_folder
from ptacl.cli.inspect import Reading, Reports
from ptacl.config.atomic_file import replacing
from ptacl.config.exported_cells import safe_csv
from ptacl.errors import BadInput, PtaclError
from ptacl.io.cohort.recordings import ListedRecording, list_recordings
from ptacl.io.person_limits import check_person
from ptacl.reporting.details import ReportDetails
from ptacl.types import Ecg, Person
from ptacl.wording import as_sex

if TYPE_CHECKING:
    from ptacl.inference.model import Model

TABLE = "reports.csv"
"""A row for each recording: its files, or why it failed."""
PEOPLE_COLUMNS = (
    "file", "sex", "age_years", "height_cm", "weight_kg", "recorded_on", "comment",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class StatedDetails:
    """What a table of people states about one recording."""

    person: Person
    recorded_on: date | None
    comment: str


def write_reports(
    source: Path,
    model: "Model",
    reports: Reports,
    reading: Reading,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> pd.DataFrame:
    """Write a report of every recording; one that fails is a row with its reason.

    Args:
        source: a folder, a zip or a file.
        model: to inspect with.
        reports: which, and where; `reports.csv` beside them lists them.
        reading: what the files do not state.
        progress: called with (recordings done, recordings in all).

    Raises:
        PtaclError: there is no recording, or the table of people cannot be used.
    """
    recordings = list_recordings(source)
    names = {each.name for each in recordings}
    stated = read_people(reports.people, names) if reports.people else {}
    reports.out.mkdir(parents=True, exist_ok=True)
    draw = _documents().document
    rows: list[dict[str, Any]] = []
    stems = unique_stems([each.name for each in recordings])
    for done, recording in enumerate(recordings, 1):
        row: dict[str, Any] = {"file": recording.name, "status": "written"}
        try:
            any_leads = model.gallery.reads_any_leads
            ecg = recording.read(reading.sample_rate_hz, reading.unit, any_leads=any_leads)
            default = StatedDetails(reports.person or ecg.stated, None, "")
            own = stated.get(recording.name, default)
            row |= _write_one(draw, model, recording, stems[recording.name], ecg, own, reports)
        except PtaclError as error:
            row |= {"status": "failed", "reason": str(error), "code": error.code}
        rows.append(row)
        progress(done, len(recordings))
    columns = ["file", "status", *reports.forms, "reason", "code"]
    table = pd.DataFrame(rows, columns=columns)
    safe_csv(table, reports.out / TABLE, index=False)
    return table


def _write_one(
    draw: Callable[..., str | bytes],
    model: "Model",
    recording: ListedRecording,
    stem: str,
    ecg: Ecg,
    own: StatedDetails,
    reports: Reports,
) -> dict[str, str]:
    """Write all forms of one report; return form → file name."""
    inspection = model.inspect(ecg, own.person)
    details = ReportDetails(recording.name, own.recorded_on, comment=own.comment)
    names = {str(form): details.file_name(form, stem=stem) for form in reports.forms}
    for form, name in names.items():
        made = draw(form, model.gallery, inspection, details, model=lambda: model)
        _write(reports.out / name, made)
    return names


def read_people(path: Path, names: set[str]) -> Mapping[str, StatedDetails]:
    """Return person, date and comment of each recording in a table.

    Args:
        path: of a CSV with the columns of `PEOPLE_COLUMNS`.
        names: of the recordings.

    Raises:
        BadInput: an unknown column or recording, or a value that cannot be.
    """
    if not path.is_file():
        raise BadInput(path, "there is no such file", "check the path", code="file.not_found")
    table = pd.read_csv(path, dtype=str, keep_default_na=False)
    unknown = [column for column in table.columns if column not in PEOPLE_COLUMNS]
    if "file" not in table.columns or unknown:
        raise BadInput(
            path,
            f"the columns are {', '.join(table.columns)}",
            f"use {', '.join(PEOPLE_COLUMNS)}; only file is needed",
            code="option.invalid",
        )
    rows = [{str(key): str(value) for key, value in row.items()} for row in
            table.to_dict("records")]  # fmt: skip
    for row in rows:
        if row["file"] not in names:
            raise BadInput(
                path,
                f"it names {row['file']}, and there is no such recording",
                "use the names of the table that --out writes",
                code="option.invalid",
            )
    return {row["file"]: _stated(path, row) for row in rows}


def _stated(path: Path, row: Mapping[str, str]) -> StatedDetails:
    try:
        numbers = [
            float(row[key]) if row.get(key) else None
            for key in ("age_years", "height_cm", "weight_kg")
        ]
        recorded = row.get("recorded_on")
        recorded_on = date.fromisoformat(recorded) if recorded else None
    except ValueError as error:
        raise BadInput(
            path, f"of {row['file']}, {error}", "write numbers, and dates as 2026-03-09",
            code="option.invalid",
        ) from error  # fmt: skip
    sex = as_sex(row.get("sex"))
    if row.get("sex") and sex is None:
        raise BadInput(
            path, f"the sex of {row['file']} is {row['sex']}", "write female or male",
            code="option.invalid",
        )  # fmt: skip
    return StatedDetails(check_person(Person(sex, *numbers)), recorded_on, row.get("comment", ""))


def _documents() -> ModuleType:
    """Return the module that draws reports, which is part of the app: it needs no server."""
    folder = app_folder()
    if str(folder.parent) not in sys.path:
        sys.path.append(str(folder.parent))
    return importlib.import_module(f"{folder.name}.report.documents")


def unique_stems(names: Sequence[str]) -> dict[str, str]:
    """Return the start of a file name for each recording, valid on every system and unique.

    Example:
        >>> unique_stems(["a/b.hea", "a_b.hea"])
        {'a/b.hea': 'a_b.hea', 'a_b.hea': 'a_b.hea-2'}
    """
    stems: dict[str, str] = {}
    for name in names:
        stem = "".join(
            letter if letter.isalnum() or letter in "-_." else "_" for letter in name
        ).lstrip(".")
        taken = {other.lower() for other in stems.values()}
        free = (f"{stem}-{number}" if number > 1 else stem for number in count(1))
        stems[name] = next(each for each in free if each.lower() not in taken)
    return stems


def _write(path: Path, content: str | bytes) -> None:
    with replacing(path) as temporary:
        temporary.write_bytes(content.encode("utf-8") if isinstance(content, str) else content)
