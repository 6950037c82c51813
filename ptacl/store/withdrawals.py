"""Participants who have withdrawn: lists in a folder, honoured by whatever opens that folder.

A list is one id a line, with or without a heading, as UK Biobank sends it, packed or not. It is
known by its name (`list_names`) in the folder of the raw files, of a store or of a gallery; a file
that is called an exclusion where it holds ids and little else. A store keeps its own in
``withdrawn.csv``: the ids in plain, for it holds the ids of its subjects anyway, and a hash of
seven digits hides nothing.
"""

from collections.abc import Collection, Iterable, Sequence
from pathlib import Path

from ptacl.errors import BadInput
from ptacl.io.cohort.id_list import MOST_BYTES, bare_ids, ids_of, participant_id
from ptacl.io.cohort.id_list_names import is_called_exclusion, is_withdrawn_list
from ptacl.io.containers.folders import folders_below
from ptacl.io.containers.table_file import unpacked_bytes
from ptacl.store.format import write_atomically

OWN_LIST = "withdrawn.csv"
MOST_UNCLEAR_BYTES = 8 * 1024**2
"""More than the numbers of all participants of UK Biobank take."""


def withdrawn_in(folder: Path, *, below: bool = False) -> frozenset[str]:
    """The ids in all lists that lie in a folder, or also in the folders below it.

    Raises:
        BadInput: a list cannot be read. It is never passed over: someone asked to be left out.
    """
    return frozenset().union(*map(read_withdrawn, lists_in(folder, below=below)))


def lists_in(folder: Path, *, below: bool = False) -> list[Path]:
    """All lists that lie in a folder, or also in the folders below it, hidden and linked ones."""
    if below:
        places = folders_below(folder, hidden=True)
        paths = [place / name for place, names in places for name in names]
    else:
        paths = sorted(folder.glob("*"))
    return [path for path in paths if is_list(path)]


def is_list(path: Path) -> bool:
    """Whether a file is a list of people to be left out, by its name, or its name and content."""
    if is_withdrawn_list(path.name):
        return path.is_file()
    return is_called_exclusion(path.name) and path.is_file() and _bare_ids(path) is not None


def unclear_lists(paths: Iterable[Path], subject_ids: Collection[str]) -> list[Path]:
    """Files of bare ids, some of them these subjects', that no name tells the purpose of."""
    own = {participant_id(one) or one for one in subject_ids}
    small = (path for path in paths if path.stat().st_size <= MOST_UNCLEAR_BYTES)
    return [
        path for path in small if not is_list(path) and not own.isdisjoint(_bare_ids(path) or ())
    ]


def read_withdrawn(path: Path) -> frozenset[str]:
    """The ids of a list: the column that its heading names, or the first.

    Raises:
        BadInput: no such file, or no list of ids.
    """
    if not path.is_file():
        raise BadInput(
            path,
            "there is no such file",
            "give the list of withdrawn participants",
            code="file.not_found",
        )
    content = unpacked_bytes(path, MOST_BYTES)
    ids = None if content is None else ids_of(content)
    if ids is None:
        raise _no_list(path)
    return frozenset(ids)


def withdrawn_among(subject_ids: Iterable[str], withdrawn: Collection[str]) -> set[str]:
    """Those of the subjects who have withdrawn, however either writes a number."""
    if not withdrawn:
        return set()
    return {one for one in subject_ids if one in withdrawn or participant_id(one) in withdrawn}


def add_withdrawn(folder: Path, subject_ids: Iterable[str]) -> None:
    """Add ids to the list that a store or a gallery keeps; nothing is written where none is new."""
    place = folder / OWN_LIST
    known = read_withdrawn(place) if place.is_file() else frozenset()
    wanted = known | set(subject_ids)
    if wanted != known:
        write_atomically(place, "".join(f"{one}\n" for one in ["subject_id", *sorted(wanted)]))


def _bare_ids(path: Path) -> Sequence[str] | None:
    if path.stat().st_size > MOST_BYTES:
        return None
    content = unpacked_bytes(path, MOST_BYTES)
    return None if content is None else bare_ids(content)


def _no_list(path: Path) -> BadInput:
    return BadInput(
        path,
        "it is no list of withdrawn participants",
        "save it as text with one id a line",
        code="store.withdrawals_unreadable",
    )
