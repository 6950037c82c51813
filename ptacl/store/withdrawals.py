"""Withdrawn participants: lists in a folder, applied whenever the folder is opened.

A list has one id in each line, with or without a heading, as UK Biobank sends it, packed or not. It
is recognised by its name (`id_list_names`) in the folder of the raw files, a store or a gallery; a
file named as an exclusion list also by its content (ids and little else). A store keeps its own
list in ``withdrawn.csv``. It contains the plain ids: those of the subjects are in the store anyway,
and a hash of seven digits can be reversed.
"""

from collections.abc import Collection, Iterable, Sequence
from pathlib import Path

from ptacl.config.atomic_file import write_atomically
from ptacl.errors import BadInput
from ptacl.io.cohort.id_list import MOST_BYTES, bare_ids, ids_of, participant_id
from ptacl.io.cohort.id_list_names import is_called_exclusion, is_withdrawn_list
from ptacl.io.containers.folders import folders_below
from ptacl.io.containers.table_file import unpacked_bytes
from ptacl.store.format import OWN_LIST

MOST_UNCLEAR_BYTES = 8 * 1024**2
"""More than the numbers of all participants of UK Biobank take."""


def withdrawn_in(folder: Path, *, below: bool = False) -> frozenset[str]:
    """Return the ids of all lists in a folder.

    Args:
        folder: the folder to search.
        below: also search the folders below it.

    Raises:
        BadInput: a list cannot be read. It is never ignored: withdrawal is a participant's right.
    """
    return frozenset().union(*map(read_withdrawn, lists_in(folder, below=below)))


def lists_in(folder: Path, *, below: bool = False) -> list[Path]:
    """Return all lists in a folder, or also in the folders below it, hidden and linked ones."""
    if below:
        folders = folders_below(folder, hidden=True)
        paths = [parent / name for parent, names in folders for name in names]
    else:
        paths = sorted(folder.glob("*"))
    return [path for path in paths if is_list(path)]


def is_list(path: Path) -> bool:
    """Return whether a file is a list of subjects to exclude, by its name or name and content."""
    if is_withdrawn_list(path.name):
        return path.is_file()
    return is_called_exclusion(path.name) and path.is_file() and _bare_ids(path) is not None


def unclear_lists(paths: Iterable[Path], subject_ids: Collection[str]) -> list[Path]:
    """Return files of bare ids, some of them of these subjects, with names that give no purpose."""
    own = {participant_id(subject) or subject for subject in subject_ids}
    small = (path for path in paths if path.stat().st_size <= MOST_UNCLEAR_BYTES)
    return [
        path for path in small if not is_list(path) and not own.isdisjoint(_bare_ids(path) or ())
    ]


def read_withdrawn(path: Path) -> frozenset[str]:
    """Read the ids of a list: the column named in its heading, or the first.

    Raises:
        BadInput: there is no such file, or it is no list of ids.
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
    """Return the subjects that have withdrawn; numbers may be written in different ways."""
    if not withdrawn:
        return set()
    return {
        subject
        for subject in subject_ids
        if subject in withdrawn or participant_id(subject) in withdrawn
    }


def add_withdrawn(folder: Path, subject_ids: Iterable[str]) -> None:
    """Add ids to the list of a store or a gallery; nothing is written if none is new."""
    path = folder / OWN_LIST
    known = read_withdrawn(path) if path.is_file() else frozenset()
    wanted = known | set(subject_ids)
    if wanted != known:
        lines = ["subject_id", *sorted(wanted)]
        write_atomically(path, "".join(f"{line}\n" for line in lines))


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
