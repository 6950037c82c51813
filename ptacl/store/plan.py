"""The plan of a store: which subject goes into which shard, and what all of them are made from.

It is written first, so an import that was interrupted goes on with the same subjects, files and
settings, or not at all: a store never mixes two runs.
"""

import hashlib
import json
import os
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, fields, is_dataclass
from pathlib import Path
from typing import Any

from ptacl.config.json_record import read_record
from ptacl.errors import PtaclError
from ptacl.store.format import write_atomically

PLAN = "plan.json"
EMPTY_PLACE = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """What a store is made from."""

    subjects: list[str]
    """In the order of the shards. An empty text keeps the place of one who withdrew."""
    sources: list[str]
    """A digest of the source of each: where its files lie, and what its table says of it."""
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
    """The plan of subjects and their sources: numbers, or records of numbers, texts and paths.

    Args:
        given: the source of each subject, by id.
        recipe, shard, synthetic, provenance: as in `Plan`.
    """
    sources = [_digest(source) for source in given.values()]
    return Plan(list(given), sources, recipe, shard, synthetic, provenance)


def keep_plan(out: Path, plan: Plan, withdrawn: Collection[str]) -> list[str]:
    """Write the plan of a new store, or hold it against the one that is there.

    Returns:
        the subjects in the order of their shards: as first planned, whoever withdrew since.

    Raises:
        PtaclError: the store there was begun with another plan; the message says what differs.
    """
    place = out / PLAN
    wanted = asdict(plan)
    if not place.is_file():
        write_atomically(place, json.dumps(wanted))
        return plan.subjects
    first = _first_plan(place)
    rows = zip(first["subjects"], first.get("sources", []), strict=False)
    gone = {EMPTY_PLACE, *withdrawn}
    there = first | {
        "subjects": [one for one in first["subjects"] if one not in gone],
        "sources": [source for one, source in rows if one not in gone],
    }
    # As text: a value that is not a number is not equal to itself, and tuples become lists.
    unlike = [key for key in wanted if json.dumps(there.get(key)) != json.dumps(wanted[key])]
    if unlike:
        what = ", ".join(_DIFFERENCES[key] for key in unlike)
        raise PtaclError(
            f"{out} already holds a store {what}. Choose another folder, or delete this one.",
            code="output.exists",
        )
    return first["subjects"]


def empty_places(out: Path, withdrawn: Collection[str]) -> None:
    """Take subjects out of the plan of a store; their places stay, so that no shard changes."""
    place = out / PLAN
    first = _first_plan(place)
    stays = [one not in withdrawn for one in first["subjects"]]
    if not all(stays):
        for key in ("subjects", "sources"):
            values = zip(first.get(key, []), stays, strict=False)
            first[key] = [value if stay else EMPTY_PLACE for value, stay in values]
        write_atomically(place, json.dumps(first))


def planned_subjects(out: Path) -> set[str]:
    """Ids of all subjects that the store in a folder was planned with."""
    return set(_first_plan(out / PLAN)["subjects"]) - {EMPTY_PLACE}


def _first_plan(place: Path) -> dict[str, Any]:
    do = "Import into another folder: only the plan says which subjects the shards hold."
    plan = {"subjects": []} | read_record(place, do)
    if not isinstance(plan["subjects"], list):
        raise PtaclError(f"{place} is damaged (it names no subjects). {do}", code="record.damaged")
    return plan


def _digest(source: Any) -> str:
    text = json.dumps(source, sort_keys=True, default=_plain)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _plain(value: Any) -> Any:
    """A record as its fields, without later ones that say nothing; a path as the file that it leads
    to, from wherever it was named.
    """
    if is_dataclass(value):
        values = {one.name: getattr(value, one.name) for one in fields(value)}
        later = {one.name for one in fields(value) if one.metadata.get("digest") == "if given"}
        return {name: given for name, given in values.items() if given or name not in later}
    return os.path.realpath(value)
