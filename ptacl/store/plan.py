"""The plan of a store: the subjects of each shard, and what they are made from.

It is written first, so that an interrupted import can only be resumed with the same subjects, files
and settings: a store never mixes two runs.
"""

import hashlib
import json
import os
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, fields, is_dataclass
from pathlib import Path
from typing import Any

from ptacl.config.atomic_file import write_atomically
from ptacl.config.json_record import read_record
from ptacl.errors import PtaclError

PLAN = "plan.json"
EMPTY_SLOT = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """Subjects, sources and settings of a store."""

    subjects: list[str]
    """Ids in the order of the shards. An empty string keeps the slot of a subject that withdrew."""
    sources: list[str]
    """Digest of the source of each subject: its paths and its row of the table."""
    recipe: str
    """Fingerprint of the preprocessing."""
    shard: int
    """Subjects in a shard."""
    synthetic: bool
    provenance: dict[str, Any]


_DIFFERENCES = {
    "subjects": "of other subjects",
    "sources": "of other files or other values of its subjects",
    "recipe": "of another recipe",
    "shard": "in shards of another size",
    "synthetic": "of subjects of another kind (real or simulated)",
    "provenance": "of another origin (such as another visit or simulation)",
}


def make_plan(
    given: Mapping[str, Any],
    recipe: str,
    shard: int,
    synthetic: bool,
    provenance: dict[str, Any],
) -> Plan:
    """Make the plan of a store.

    Args:
        given: source of each subject, by id: a number, or a record of numbers, texts and paths.
        recipe: fingerprint of the preprocessing.
        shard: number of subjects in a shard.
        synthetic: whether the subjects are simulated.
        provenance: origin of the subjects.
    """
    sources = [_digest(source) for source in given.values()]
    return Plan(list(given), sources, recipe, shard, synthetic, provenance)


def keep_plan(out: Path, plan: Plan, withdrawn: Collection[str]) -> list[str]:
    """Write the plan of a new store, or compare it with the existing one.

    Returns:
        the subjects in the order of their shards, as first planned; subjects that withdrew since
        included.

    Raises:
        PtaclError: the store was begun with another plan; the message names the difference.
    """
    path = out / PLAN
    wanted = asdict(plan)
    if not path.is_file():
        write_atomically(path, json.dumps(wanted))
        return plan.subjects
    first = _first_plan(path)
    rows = zip(first["subjects"], first.get("sources", []), strict=False)
    excluded = {EMPTY_SLOT, *withdrawn}
    existing = first | {
        "subjects": [subject for subject in first["subjects"] if subject not in excluded],
        "sources": [source for subject, source in rows if subject not in excluded],
    }
    # As text: a value that is not a number is not equal to itself, and tuples become lists.
    different = [key for key in wanted if json.dumps(existing.get(key)) != json.dumps(wanted[key])]
    if different:
        differences = ", ".join(_DIFFERENCES[key] for key in different)
        raise PtaclError(
            f"{out} already holds a store {differences}. Choose another folder, or delete it.",
            code="output.exists",
        )
    return first["subjects"]


def purge_plan(out: Path, withdrawn: Collection[str]) -> None:
    """Remove subjects from the plan of a store; their slots remain, so that no shard changes."""
    path = out / PLAN
    first = _first_plan(path)
    stays = [subject not in withdrawn for subject in first["subjects"]]
    if not all(stays):
        for key in ("subjects", "sources"):
            values = zip(first.get(key, []), stays, strict=False)
            first[key] = [value if stay else EMPTY_SLOT for value, stay in values]
        write_atomically(path, json.dumps(first))


def planned_subjects(out: Path) -> set[str]:
    """Return the ids of all subjects in the plan of a store."""
    return set(_first_plan(out / PLAN)["subjects"]) - {EMPTY_SLOT}


def _first_plan(path: Path) -> dict[str, Any]:
    do = "Import into another folder: the subjects of the shards are known from the plan only."
    plan = {"subjects": []} | read_record(path, do)
    if not isinstance(plan["subjects"], list):
        raise PtaclError(f"{path} is damaged (it names no subjects). {do}", code="record.damaged")
    return plan


def _digest(source: Any) -> str:
    text = json.dumps(source, sort_keys=True, default=_plain)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _plain(value: Any) -> Any:
    """Convert a record to its fields, without new ones that are not given; a path to its real path.

    A field that was added after the first version counts only if it is given, so that the digests
    of older plans remain valid.
    """
    if is_dataclass(value):
        values = {entry.name: getattr(value, entry.name) for entry in fields(value)}
        later = {
            entry.name for entry in fields(value) if entry.metadata.get("digest") == "if given"
        }
        return {name: given for name, given in values.items() if given or name not in later}
    return os.path.realpath(value)
