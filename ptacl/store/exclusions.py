"""Subjects that an import excludes: by the lists in the cohort's folder and those given."""

from collections.abc import Sequence
from pathlib import Path

from ptacl.errors import BadInput, PtaclError
from ptacl.io.cohort.id_list_names import is_withdrawn_list
from ptacl.io.cohort.read import Cohort
from ptacl.store.withdrawals import lists_in, read_withdrawn, unclear_lists, withdrawn_among


def left_out(
    cohort: Cohort, withdrawn: Sequence[Path], not_withdrawn: Sequence[Path]
) -> tuple[frozenset[str], list[str]]:
    """Return the ids to exclude, and a sentence about each list.

    Args:
        cohort: the cohort; its folder is searched for lists.
        withdrawn: further lists.
        not_withdrawn: files that list participants for another purpose.

    Raises:
        PtaclError: a list cannot be read, or the purpose of a file of bare ids is unknown.
    """
    others = {path.resolve() for path in not_withdrawn}
    for path in not_withdrawn:
        _check_other(path)
    lists = {path.resolve(): path for path in (*_lists_of(cohort), *withdrawn)}
    lists = {real: path for real, path in lists.items() if real not in others}
    subjects = offered(cohort)
    candidates = [path for path in cohort.lists if path.resolve() not in {*lists, *others}]
    if unclear := unclear_lists(candidates, subjects):
        raise _unclear(unclear)
    excluded: set[str] = set()
    messages = []
    for path in lists.values():
        listed = read_withdrawn(path)
        own = withdrawn_among(subjects, listed)
        excluded |= listed | own
        messages.append(
            f"Left out as withdrawn by {path.name}: {len(own)} of this cohort, "
            f"{len(listed)} listed."
        )
    return frozenset(excluded), messages


def offered(cohort: Cohort) -> set[str]:
    """Return the ids of all subjects of the cohort, also of those with unreadable files."""
    readable = {entry.subject.subject_id for entry in cohort.sources}
    return readable | {problem.subject_id for problem in cohort.problems if problem.subject_id}


def _lists_of(cohort: Cohort) -> list[Path]:
    return lists_in(cohort.folder, below=cohort.layout == "ukb")


def _check_other(path: Path) -> None:
    if not path.is_file():
        raise BadInput(
            path,
            "there is no such file",
            "check the path after --not-withdrawn",
            code="file.not_found",
        )
    if is_withdrawn_list(path.name):
        finding = "it is called a list of withdrawn participants"
        raise BadInput(
            path,
            finding,
            "rename it if it is none, or leave out --not-withdrawn",
            code="store.unclear_list",
        )


def _unclear(paths: Sequence[Path]) -> PtaclError:
    names = ", ".join(path.name for path in paths)
    first = paths[0].name
    return PtaclError(
        f"{names}: it lists participants of this cohort for an unknown purpose. If they have "
        f"withdrawn, give --withdrawn {first}; if it has another purpose, give --not-withdrawn "
        f"{first} (each with its path).",
        code="store.unclear_list",
    )
