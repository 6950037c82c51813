"""Command that inspects ECGs: one file, or all files of a folder."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated, Literal

from tyro.conf import OmitArgPrefixes, Positional

from ptacl.cli.output import AsJson, finish
from ptacl.display.progress import progress_bar
from ptacl.errors import BadInput, PtaclError
from ptacl.io.person_limits import check_person
from ptacl.types import Person, Sex
from ptacl.workflow.number_options import check_numbers

Form = Literal["html", "pdf", "json", "dcm", "fhir.json"]


@dataclass(frozen=True, slots=True)
class PersonOptions:
    """What is known about the person."""

    sex: Sex | None = None
    """for one file: narrows the intervals and selects the reference range. For a table: selects the
    reference range of all rows; predictions use the ECGs alone."""
    age_years: float | None = None
    """with sex, height and weight, narrows the intervals further; one file only."""
    height_cm: float | None = None
    """with the weight, also gives values per body surface area (Du Bois)."""
    weight_kg: float | None = None
    """see the height."""


@dataclass(frozen=True, slots=True)
class Reports:
    """Which reports are written, and where."""

    out: Path
    forms: tuple[Form, ...] = ("pdf", "json")
    people: Path | None = None
    """Table of the persons."""
    person: Person | None = None
    """Of one recording."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What the files do not state."""

    sample_rate_hz: float | None = None
    unit: str | None = None


OfPerson = Annotated[PersonOptions, OmitArgPrefixes]
NOTHING_KNOWN = PersonOptions()


def inspect(
    source: Positional[Path],
    checkpoint: Path,
    out: Path | None = None,
    gallery: Path | None = None,
    person: OfPerson = NOTHING_KNOWN,
    reports: Path | None = None,
    forms: tuple[Form, ...] = ("pdf", "json"),
    people: Path | None = None,
    rate_hz: float | None = None,
    unit: str | None = None,
    workers: int | None = None,
    item_seconds: float = 60.0,
    item_gb: float = 2.0,
    json_: AsJson = False,
) -> int:
    """Inspect ECGs: quality, intervals, the nine phenotypes with 90 % intervals, neighbours.

    One file is printed. With --out, every file of a folder and its subfolders, of a zip, or the one
    file becomes a row of a table; an interrupted run is resumed by the same command; a file that
    fails is a row with its reason, and the exit status is then 3.

    Where the gallery has heads for fewer than 12 leads, one lead is enough; the intervals are those
    of the leads that there are.

    Args:
        source: an ECG file of any supported format, recognised by its content; a zip; or a folder.
        checkpoint: folder of the model.
        out: the table to write, .csv or .parquet; needed for a folder.
        gallery: folder of the gallery; `CHECKPOINT/gallery` by default.
        person: what is known about the person.
        reports: folder to write a report of every recording into, with `reports.csv`.
        forms: of the reports: html, pdf, json (see `ptacl repeat`), dcm (DICOM SR), fhir.json.
        people: with --reports, a CSV with the columns file, sex, age_years, height_cm, weight_kg,
            recorded_on and comment, all but the first optional.
        rate_hz: samples per second, where the file does not state it.
        unit: mV or uV, where the file does not state it.
        workers: processes that read the files of a table; one a core by default.
        item_seconds: time limit for reading one file of a table, in seconds.
        item_gb: memory limit for one file of a table, in GB (on Linux). A file that exceeds a
            limit, or crashes the reader, is a row with its reason.
        json_: print everything as one JSON object (of a table: files, read, failed, seconds, out).
    """
    check_numbers(rate_hz=rate_hz, workers=workers, item_seconds=item_seconds, item_gb=item_gb)
    if reports is not None:
        if out is not None or (person != NOTHING_KNOWN and source.is_dir()):
            raise PtaclError(
                "--reports of a folder takes persons from --people, and no --out. Run the command "
                "once for each.",
                code="option.conflict",
            )
        reading = Reading(rate_hz, unit)
        stated = None if person == NOTHING_KNOWN else _person(person)
        return _write_reports(
            source, checkpoint, gallery, Reports(reports, forms, people, stated), reading, json_
        )
    if out is not None:
        if (person.age_years, person.height_cm, person.weight_kg) != (None, None, None):
            raise PtaclError(
                "Age, height and weight are those of one person. For a table, leave out "
                "--age-years, --height-cm and --weight-kg.",
                code="option.conflict",
            )
        from ptacl.inference.folder import inspect_folder
        from ptacl.parallel.worker import Limits

        with progress_bar("file") as progress:
            result = inspect_folder(
                source, checkpoint, out, gallery=gallery, sex=person.sex, sample_rate_hz=rate_hz,
                unit=unit, workers=workers, limits=Limits(item_seconds, item_gb), progress=progress,
            )  # fmt: skip
        finish(json_, asdict(result))
        return 3 if result.failed else 0
    if source.is_dir():
        raise PtaclError(
            f"{source} is a folder. Name the table to write: --out table.csv.",
            code="option.missing",
        )
    _inspect_file(source, checkpoint, gallery, _person(person), rate_hz, unit, json_)
    return 0


def _write_reports(
    source: Path,
    checkpoint: Path,
    gallery: Path | None,
    reports: "Reports",
    reading: "Reading",
    json_: bool,
) -> int:
    """Write a report of every recording and return the exit status."""
    import ptacl
    from ptacl.cli.reports import write_reports

    with progress_bar("report") as progress:
        model = ptacl.load(checkpoint, gallery)
        table = write_reports(source, model, reports, reading, progress)
    failed = int((table["status"] == "failed").sum())
    finish(json_, {"files": len(table), "failed": failed, "reports": str(reports.out)})
    return 3 if failed else 0


def _inspect_file(
    source: Path,
    checkpoint: Path,
    gallery: Path | None,
    person: Person,
    rate_hz: float | None,
    unit: str | None,
    json_: bool,
) -> None:
    """Inspect one file and print everything."""
    import ptacl
    from ptacl.gallery.format import reads_any_leads
    from ptacl.inference.repeat import repeatable
    from ptacl.reporting.inspection import inspection_table

    any_leads = reads_any_leads(gallery or checkpoint / "gallery")
    ecg = ptacl.read_ecg(source, sample_rate_hz=rate_hz, unit=unit, any_leads=any_leads)
    model = ptacl.load(checkpoint, gallery)
    inspection = model.inspect(ecg, person)
    if json_:
        record = repeatable(inspection, model.gallery, with_signal=False)
        print(json.dumps(record, indent=1))
    else:
        print(inspection_table(inspection))


def _person(options: PersonOptions) -> Person:
    """Return the person of the options; an implausible value is an error with the option's name."""
    try:
        return check_person(Person(**asdict(options)))
    except BadInput as error:
        option = f"--{error.where.replace('_', '-')}"
        raise BadInput(option, error.found, error.do, code=error.code) from error
