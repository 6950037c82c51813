"""Layout of a cohort on disk, format version 1 (given in `manifest.json`):

    manifest.json            format, recipe and its fingerprint, provenance, checksums of the shards
    plan.json                the subjects of each shard, and what they are made from: a digest of
                             each source, recipe, provenance; makes resuming safe. A subject that
                             withdraws leaves an empty slot
    shards/00000/            one folder a shard, renamed into place when complete
        ecg.npy              int16 (subjects, 12, samples), 1/1000 of the recipe's unit
        cine.npy             uint8 (subjects, frames, rows, columns)
        subjects.parquet     covariates, phenotypes, beats, quality, truth of simulated subjects
        problems.json        subjects of this shard that could not be read, and why
    problems.csv             every subject that was not imported, the file at fault and the reason
    notes.csv                caveats of the imported cines (if any)
    targets.json             the targets of the cohort (if any; `io.cohort.targets`)
    targets.parquet          their values
    withdrawn.csv            participants who withdrew after their shard was written (if any)
    checksums.json           SHA-256 of the files beside it

A shard depends on its own subjects only, so a store finished after any number of kills is
byte-identical to one built undisturbed, and shards can be built by any number of processes.
"""

import csv
import io
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Float32, Int16

from ptacl.config.exported_cells import as_text, as_written
from ptacl.config.json_record import read_record
from ptacl.signal.recipe import Recipe
from ptacl.types import Caveat, EcgQuality, LeadQuality, Pair, PreparedCine, PreparedEcg, Problem

FORMAT = "ptacl-store"
FORMAT_VERSION = 1
ECG_STEPS_PER_UNIT = 1000.0
SHARD_SUBJECTS = 100
PROBLEMS = "problems.csv"
SHARD_PROBLEMS = "problems.json"
NOTES = "notes.csv"
OWN_LIST = "withdrawn.csv"
LISTED = ("manifest.json", "plan.json", PROBLEMS, NOTES, "targets.json", "targets.parquet")
"""Files with checksums in `checksums.json`; those of the shards are in the manifest."""


@dataclass(frozen=True)
class Shard:
    """One complete shard: its name, its number of subjects, the SHA-256 of each file."""

    name: str
    subjects: int
    sha256: dict[str, str]


@dataclass(frozen=True)
class Manifest:
    """Description of a store (`manifest.json`)."""

    name: str
    synthetic: bool
    recipe: Recipe
    recipe_fingerprint: str
    shards: tuple[Shard, ...]
    provenance: dict[str, Any] = field(default_factory=dict)
    """Where the subjects come from: the simulation's seed, or the imported table."""
    report: dict[str, Any] = field(default_factory=dict)
    """How the subjects were found: number of participants of each table and each list."""
    commands: tuple[str, ...] = ()
    """Command lines that made it; none if it was made from Python or by an early version."""
    format: str = FORMAT
    format_version: int = FORMAT_VERSION


def manifest_values(folder: Path) -> dict[str, Any]:
    """Return the content of `manifest.json` of a store; empty if there is none.

    Raises:
        PtaclError: it is damaged.
    """
    return read_record(
        folder / "manifest.json",
        "Delete this file and run the same import again: it keeps the shards that are there.",
    )


def subject_row(pair: Pair, ecg: PreparedEcg, cine: PreparedCine) -> dict[str, Any]:
    """Return a subject's row of `subjects.parquet`."""
    subject = pair.subject
    return {
        "subject_id": subject.subject_id,
        "sex": subject.sex,
        "age_years": subject.age_years,
        "height_cm": subject.height_cm,
        "weight_kg": subject.weight_kg,
        **{key: float(value) for key, value in subject.phenotypes.items()},
        "valid_samples": ecg.valid_samples,
        "r_peaks": [int(sample) for sample in ecg.r_peaks],
        "quality": json.dumps(asdict(ecg.quality)),
        "frame_phases": [float(phase) for phase in cine.phases],
        "rr_ms": float(cine.rr_ms),
        "repeated_frames": len(pair.cine.repeated_frames),
        "cine_caveats": json.dumps([asdict(caveat) for caveat in pair.cine.caveats]),
        **{f"truth_{key}": float(value) for key, value in pair.truth.items()},
        **({"measured": json.dumps(dict(subject.measured))} if subject.measured else {}),
    }


def quality_from_json(text: str) -> EcgQuality:
    """Return the quality record of a stored row."""
    values = json.loads(text)
    leads = tuple(LeadQuality(**lead) for lead in values["per_lead"])
    return EcgQuality(
        leads,
        values["usable"],
        values["reason"],
        # absent in stores and galleries of early versions
        tuple(Caveat(**caveat) for caveat in values.get("caveats", ())),
        tuple(values.get("estimated", ())),
        tuple(values.get("absent", ())),
    )


def problem_table(problems: Iterable[Problem]) -> str:
    """Return problems as CSV with the columns subject_id, file, reason and code."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("subject_id", "file", "reason", "code"))
    for entry in problems:
        cells = (entry.subject_id, entry.file, entry.reason, entry.code)
        writer.writerow(map(as_text, cells))
    return text.getvalue()


def read_problems(path: Path) -> list[Problem]:
    """Read the table of problems of a store; empty if there is none."""
    if not path.is_file():
        return []
    with path.open(encoding="utf-8", newline="") as stream:
        rows = csv.DictReader(stream)
        return [
            Problem(
                str(as_written(row["subject_id"])),
                str(as_written(row["file"])),
                row["reason"],
                row.get("code") or "",
            )
            for row in rows
        ]


def quantise(
    signal: Float32[np.ndarray, "leads samples"],
) -> Int16[np.ndarray, "leads samples"]:
    """Convert a prepared ECG to integer steps of 1/1000 of its unit (1 µV)."""
    steps = np.rint(signal * ECG_STEPS_PER_UNIT)
    return np.clip(steps, -32768, 32767).astype(np.int16)
