"""Participants who have withdrawn: lists in a folder, honoured by whatever opens that folder.

A list is one id a line, with or without a heading, as UK Biobank sends it. It lies as
``withdrawn*.csv`` (or ``w<application>_<date>.csv``, UK Biobank's own name) in the folder of the
raw files, of a store or of a gallery. A store keeps its own in ``withdrawn.csv``: the ids in
plain, for it holds the ids of its subjects anyway, and a hash of seven digits hides nothing.
"""

import re
from collections.abc import Iterable
from pathlib import Path

from ptacl.below import folders_below
from ptacl.errors import BadInput
from ptacl.id_list import MOST_BYTES, ids_of
from ptacl.store.format import write_atomically

OWN_LIST = "withdrawn.csv"
_NAME = re.compile(r"withdrawn.*\.csv|w\d+_\d{8}\.csv", re.IGNORECASE)


def is_withdrawn_list(name: str) -> bool:
    """Whether a file is a list of withdrawn participants, by its name."""
    return _NAME.fullmatch(name) is not None


def withdrawn_in(folder: Path, *, below: bool = False) -> frozenset[str]:
    """The ids in all lists that lie in a folder, or also in the folders below it.

    Raises:
        BadInput: a list cannot be read. It is never passed over: someone asked to be left out.
    """
    return frozenset().union(*map(read_withdrawn, lists_in(folder, below=below)))


def lists_in(folder: Path, *, below: bool = False) -> list[Path]:
    """All lists that lie in a folder, or also in the folders below it, hidden and linked ones."""
    if not below:
        return sorted(path for path in folder.glob("*") if is_withdrawn_list(path.name))
    return [
        place / name
        for place, names in folders_below(folder, hidden=True)
        for name in names
        if is_withdrawn_list(name)
    ]


def read_withdrawn(path: Path) -> frozenset[str]:
    """The ids of a list: the first column, a heading such as ``eid`` left out.

    Raises:
        BadInput: no such file, or no list of ids.
    """
    if not path.is_file():
        raise BadInput(path, "there is no such file", "give the list of withdrawn participants")
    ids = ids_of(path.read_bytes()) if path.stat().st_size <= MOST_BYTES else None
    if ids is None:
        raise _no_list(path)
    return frozenset(ids)


def add_withdrawn(folder: Path, subject_ids: Iterable[str]) -> None:
    """Add ids to the list that a store or a gallery keeps; nothing is written where none is new."""
    place = folder / OWN_LIST
    known = read_withdrawn(place) if place.is_file() else frozenset()
    wanted = known | set(subject_ids)
    if wanted != known:
        write_atomically(place, "".join(f"{one}\n" for one in ["subject_id", *sorted(wanted)]))


def _no_list(path: Path) -> BadInput:
    return BadInput(
        path, "it is no list of withdrawn participants", "save it as text with one id a line"
    )
