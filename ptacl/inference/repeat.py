"""Reports that can be repeated: the inputs of an inspection, and the inspection made again."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import ptacl
from ptacl.config.json_record import read_record
from ptacl.config.strict_json import from_dict
from ptacl.errors import PtaclError
from ptacl.inference.fingerprint import gallery_fingerprint
from ptacl.inference.inspection_json import to_dict
from ptacl.inference.recorded_ecg import RecordedEcg, signal_sha256
from ptacl.types import Ecg, Inspection, Person

if TYPE_CHECKING:
    from ptacl.gallery import Gallery
    from ptacl.inference.model import Model

INPUTS = "inputs"
TOLERANCE = 1e-3
"""Of a number, relative to the larger of it and 1: results are printed with four decimals, and
other processors may differ in the last digits of a float."""
_ADDED = ("inputs", "report", "impression")
"""Keys of a report that are not compared as they are: a reader may have edited the impression."""


@dataclass(frozen=True, slots=True)
class RecordedInputs:
    """What an inspection was made from; nothing else enters it."""

    ptacl: str
    """Version."""
    weights: str
    """Fingerprint of the model's weights."""
    gallery: str
    """Name of the gallery."""
    gallery_fingerprint: str
    """Changes with the gallery's subjects and values."""
    person: Person
    subject_id: str | None = None
    """Of the gallery's own subjects: the ECG is the gallery's."""
    signal_sha256: str | None = None
    """Of an ECG that was read (`signal_sha256`)."""
    ecg: RecordedEcg | None = None
    """None where only the digest was kept: the file is needed to repeat it."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A value that came out otherwise."""

    where: str
    """Dotted path in the JSON."""
    then: Any
    now: Any


@dataclass(frozen=True, slots=True)
class Repetition:
    """Result of an inspection made again."""

    inspection: Inspection
    numbers: int
    """Numbers that were compared."""
    largest: float
    """Largest difference of a number, relative to the larger of it and 1."""
    differences: tuple[Difference, ...]
    """Empty if every number and word came out the same."""


def repeatable(
    inspection: Inspection,
    gallery: "Gallery",
    *,
    subject_id: str | None = None,
    with_signal: bool = True,
) -> dict[str, Any]:
    """Return an inspection as plain JSON values with the inputs that repeat it.

    Args:
        inspection: of the model of the gallery.
        gallery: that it was read with.
        subject_id: of the gallery; None for an ECG that was read from a file.
        with_signal: keep the samples; without them only the file repeats it.
    """
    ecg = inspection.ecg
    inputs = RecordedInputs(
        ptacl.__version__,
        gallery.manifest.weights_fingerprint,
        gallery.name,
        gallery_fingerprint(gallery),
        inspection.person,
        subject_id,
        None if subject_id else signal_sha256(ecg),
        RecordedEcg.of(ecg) if with_signal and not subject_id else None,
    )
    return {**to_dict(inspection), INPUTS: asdict(inputs)}


def read_report(path: Path) -> dict[str, Any]:
    """Read the JSON of a report.

    Raises:
        PtaclError: there is no such file, or it is no JSON object.
    """
    return read_record(path, "Save the report again.")


def repeat(
    record: Mapping[str, Any],
    model: "Model",
    ecg: Ecg | None = None,
    tolerance: float = TOLERANCE,
) -> Repetition:
    """Inspect the ECG of a report again and compare every result.

    Args:
        record: JSON of a report, with its inputs.
        model: must have the same weights.
        ecg: the recording, where the report holds its digest alone.
        tolerance: largest difference of a number that counts as the same.

    Raises:
        PtaclError: the report has no inputs, needs its recording, is of another model or gallery,
            or `ecg` is another recording.
    """
    inputs = _inputs(record, model)
    if inputs.subject_id is not None:
        _check_subject(inputs.subject_id, model)
        inspection = model.gallery.inspection(inputs.subject_id)
    else:
        inspection = model.inspect(_recording(inputs, ecg), inputs.person)
    redone = to_dict(inspection)
    compared = [
        *_compare(_results(record), _results(redone), ""),
        *_compare(_evidence(record), _evidence(redone, _evidence(record)), "impression"),
    ]
    differences = tuple(
        Difference(where, old, new) for where, old, new, gap in compared if gap > tolerance
    )
    gaps = [gap for _, old, _, gap in compared if _is_number(old)]
    return Repetition(inspection, len(gaps), max(gaps, default=0.0), differences)


def _inputs(record: Mapping[str, Any], model: "Model") -> RecordedInputs:
    if not isinstance(record.get(INPUTS), dict):
        raise PtaclError(
            "The report does not hold its inputs. Save it again, with `ptacl inspect --json` or "
            "on the page.",
            code="report.no_inputs",
        )
    inputs = from_dict(RecordedInputs, record[INPUTS])
    weights = model.gallery.manifest.weights_fingerprint
    if inputs.weights != weights:
        raise PtaclError(
            f"The report is of a model with the weights {inputs.weights}, this one has {weights}. "
            "Give the --checkpoint of the report.",
            code="report.other_model",
        )
    if inputs.gallery_fingerprint != gallery_fingerprint(model.gallery):
        raise PtaclError(
            f"The report was made with the gallery {inputs.gallery} as it was then; this one has "
            "other subjects or values. Give the --gallery of the report.",
            code="report.other_gallery",
        )
    return inputs


def _check_subject(subject_id: str, model: "Model") -> None:
    if subject_id not in model.gallery.table.index:
        raise PtaclError(
            "The report is of a subject that the gallery does not hold. Give the --gallery of the "
            "report.",
            code="report.other_gallery",
        )


def _recording(inputs: RecordedInputs, given: Ecg | None) -> Ecg:
    ecg = given or (inputs.ecg.ecg() if inputs.ecg else None)
    if ecg is None:
        raise PtaclError(
            "The report holds the digest of its ECG alone. Give the recording as well: --file.",
            code="report.needs_recording",
        )
    if signal_sha256(ecg) != inputs.signal_sha256:
        raise PtaclError(
            "This is another recording than that of the report: its samples or its sample rate "
            "differ. Give the file that was inspected, read in the same way.",
            code="report.other_recording",
        )
    return ecg


def _results(record: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in record.items() if key not in _ADDED}


def _compare(then: Any, now: Any, where: str) -> Iterator[tuple[str, Any, Any, float]]:
    """Yield path, both values and their difference for each value of two nested records."""
    if isinstance(then, Mapping) and isinstance(now, Mapping):
        for key in dict.fromkeys((*then, *now)):
            path = f"{where}.{key}" if where else str(key)
            yield from _compare(then.get(key), now.get(key), path)
    elif isinstance(then, list) and isinstance(now, list | tuple) and len(then) == len(now):
        for index, (old, new) in enumerate(zip(then, now, strict=True)):
            yield from _compare(old, new, f"{where}[{index}]")
    else:
        yield where, then, now, _gap(then, now)


def _gap(then: Any, now: Any) -> float:
    """Return the relative difference of two numbers; 0 or infinite of anything else."""
    if _is_number(then) and _is_number(now):
        return abs(then - now) / max(1.0, abs(then))
    return 0.0 if then == (list(now) if isinstance(now, tuple) else now) else math.inf


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _evidence(record: Mapping[str, Any], kept: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return the evidence of each statement by its code: a reader edits the text alone.

    Args:
        record: of an inspection.
        kept: only codes in it, as a reader may have struck others.
    """
    statements = record.get("impression", {}).get("statements", [])
    by_code = {each["code"]: each["evidence"] for each in statements}
    return {code: text for code, text in by_code.items() if kept is None or code in kept}
