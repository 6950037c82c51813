"""The command that reads ECGs: one file, or whatever lies in a folder."""

import json
from dataclasses import asdict
from pathlib import Path

from tyro.conf import Positional

from ptacl.cli.number_options import check_numbers
from ptacl.cli.output import AsJson, finish, progress_bar
from ptacl.errors import BadInput, PtaclError
from ptacl.io.person_limits import check_person
from ptacl.types import Person, Sex


def inspect(
    source: Positional[Path],
    checkpoint: Path,
    out: Path | None = None,
    gallery: Path | None = None,
    sex: Sex | None = None,
    age_years: float | None = None,
    height_cm: float | None = None,
    weight_kg: float | None = None,
    rate_hz: float | None = None,
    unit: str | None = None,
    workers: int | None = None,
    json_: AsJson = False,
) -> int:
    """Read ECGs: quality, intervals, the nine phenotypes with 90 % intervals, neighbours.

    One file is printed. With --out, every file of a folder (searched to the bottom), of a zip, or
    the one file becomes a row of a table; a killed run goes on with the same command; a file that
    fails is a row with its reason, and the exit status is then 3.

    Args:
        source: an ECG file of any known format, told by its content; a zip; or a folder.
        checkpoint: folder of the model.
        out: the table to write, .csv or .parquet; needed for a folder.
        gallery: folder of the gallery; `CHECKPOINT/gallery` by default.
        sex: of one file: makes the predictions surer and chooses the reference interval. Of a
            table: chooses everybody's reference interval, and all is read from the ECGs alone.
        age_years: with sex, height and weight, makes the predictions surer still; one file only.
        height_cm: with the weight, also gives values per body surface area (Du Bois).
        weight_kg: see the height.
        rate_hz: samples per second, where the file does not say.
        unit: mV or uV, where the file does not say.
        workers: processes that read the files of a table; one a core by default.
        json_: print everything as one JSON object (of a table: files, read, failed, seconds, out).
    """
    check_numbers(rate_hz=rate_hz, workers=workers)
    if out is not None:
        if (age_years, height_cm, weight_kg) != (None, None, None):
            raise PtaclError(
                "Age, height and weight belong to one person. Leave --age-years, --height-cm and "
                "--weight-kg out for a table.",
                code="option.conflict",
            )
        return _inspect_many(source, checkpoint, out, gallery, sex, rate_hz, unit, workers, json_)
    if source.is_dir():
        raise PtaclError(
            f"{source} is a folder. Say where its table goes: --out table.csv.",
            code="option.missing",
        )
    person = _person(sex, age_years, height_cm, weight_kg)
    import ptacl
    from ptacl.inference.inspection_json import to_dict
    from ptacl.reporting.inspection import inspection_table

    ecg = ptacl.read_ecg(source, sample_rate_hz=rate_hz, unit=unit)
    model = ptacl.load(checkpoint, gallery)
    found = model.inspect(ecg, person)
    print(json.dumps(to_dict(found), indent=1) if json_ else inspection_table(found))
    return 0


def _person(
    sex: Sex | None, age_years: float | None, height_cm: float | None, weight_kg: float | None
) -> Person:
    """Whom the options describe; what cannot be is told by the name of its option."""
    try:
        return check_person(Person(sex, age_years, height_cm, weight_kg))
    except BadInput as error:
        option = f"--{error.where.replace('_', '-')}"
        raise BadInput(option, error.found, error.do, code=error.code) from error


def _inspect_many(
    source: Path,
    checkpoint: Path,
    out: Path,
    gallery: Path | None,
    sex: Sex | None,
    rate_hz: float | None,
    unit: str | None,
    workers: int | None,
    as_json: bool,
) -> int:
    from ptacl.inference.folder import inspect_folder

    with progress_bar("file") as progress:
        result = inspect_folder(
            source,
            checkpoint,
            out,
            gallery=gallery,
            sex=sex,
            sample_rate_hz=rate_hz,
            unit=unit,
            workers=workers,
            progress=progress,
        )
    finish(as_json, asdict(result))
    return 3 if result.failed else 0
