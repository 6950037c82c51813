"""Removal of withdrawn participants from the plan and the tables of a store.

Their rows remain in the shards, unread (`withdrawn.csv` lists them); a new import removes them. The
plan keeps an empty slot for each, so that no other subject changes its shard.
"""

import hashlib
import json
from collections.abc import Collection
from dataclasses import replace
from pathlib import Path

from ptacl.config.atomic_file import write_atomically
from ptacl.config.strict_json import to_dict
from ptacl.store.cine_notes import purge_notes
from ptacl.store.format import (
    PROBLEMS,
    SHARD_PROBLEMS,
    Manifest,
    problem_table,
    read_problems,
)
from ptacl.store.plan import purge_plan
from ptacl.store.target_files import purge_targets


def purge(folder: Path, manifest: Manifest, withdrawn: Collection[str]) -> None:
    """Remove subjects from the plan, notes, targets, and the problems of store and shards."""
    purge_plan(folder, withdrawn)
    problems = read_problems(folder / PROBLEMS)
    remaining = [problem for problem in problems if problem.subject_id not in withdrawn]
    if remaining != problems:
        write_atomically(folder / PROBLEMS, problem_table(remaining))
    purge_notes(folder, withdrawn)
    purge_targets(folder, withdrawn)
    _purge_shards(folder, manifest, withdrawn)


def _purge_shards(folder: Path, manifest: Manifest, withdrawn: Collection[str]) -> None:
    """Remove subjects from the problems of each shard.

    The checksums are written first: if the run is killed in between, the next one completes it.
    """
    shards, changed = [], {}
    for shard in manifest.shards:
        path = folder / "shards" / shard.name / SHARD_PROBLEMS
        problems = json.loads(path.read_text()) if path.is_file() else []
        remaining = [problem for problem in problems if problem["subject_id"] not in withdrawn]
        if remaining != problems:
            changed[path] = json.dumps(remaining)
            digest = hashlib.sha256(changed[path].encode()).hexdigest()
            shard = replace(shard, sha256=shard.sha256 | {SHARD_PROBLEMS: digest})
        shards.append(shard)
    if changed:
        renewed = replace(manifest, shards=tuple(shards))
        write_atomically(folder / "manifest.json", json.dumps(to_dict(renewed), indent=1))
    for path, text in changed.items():
        write_atomically(path, text)
