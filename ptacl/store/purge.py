"""Withdrawn participants leave what a store notes about its subjects beside their rows.

Their rows stay in the shards, unread (`withdrawn.csv` says whose they are): an import anew removes
them. The plan keeps an empty place for each, so that no other subject changes its shard.
"""

import hashlib
import json
from collections.abc import Collection
from dataclasses import replace
from pathlib import Path

from ptacl.config.strict_json import to_dict
from ptacl.store.cine_notes import forget_notes
from ptacl.store.format import (
    PROBLEMS,
    SHARD_PROBLEMS,
    Manifest,
    problem_table,
    read_problems,
    write_atomically,
)
from ptacl.store.plan import empty_places


def forget(folder: Path, manifest: Manifest, withdrawn: Collection[str]) -> None:
    """Take subjects out of the plan, the tables of problems and those of the shards."""
    empty_places(folder, withdrawn)
    problems = read_problems(folder / PROBLEMS)
    kept = [problem for problem in problems if problem.subject_id not in withdrawn]
    if kept != problems:
        write_atomically(folder / PROBLEMS, problem_table(kept))
    forget_notes(folder, withdrawn)
    _forget_in_shards(folder, manifest, withdrawn)


def _forget_in_shards(folder: Path, manifest: Manifest, withdrawn: Collection[str]) -> None:
    """The checksums come first: a run that was killed in between is made good by the next one."""
    shards, changed = [], {}
    for shard in manifest.shards:
        place = folder / "shards" / shard.name / SHARD_PROBLEMS
        problems = json.loads(place.read_text()) if place.is_file() else []
        kept = [problem for problem in problems if problem["subject_id"] not in withdrawn]
        if kept != problems:
            changed[place] = json.dumps(kept)
            digest = hashlib.sha256(changed[place].encode()).hexdigest()
            shard = replace(shard, sha256=shard.sha256 | {SHARD_PROBLEMS: digest})
        shards.append(shard)
    if changed:
        renewed = replace(manifest, shards=tuple(shards))
        write_atomically(folder / "manifest.json", json.dumps(to_dict(renewed), indent=1))
    for place, text in changed.items():
        write_atomically(place, text)
