"""Whom an import leaves out: by the lists in the cohort's folder, and by those that were named."""

from collections.abc import Sequence
from pathlib import Path

from ptacl.errors import BadInput, PtaclError
from ptacl.io.cohort.id_list_names import is_withdrawn_list
from ptacl.io.cohort.read import Cohort
from ptacl.store.withdrawals import lists_in, read_withdrawn, unclear_lists, withdrawn_among


def left_out(
    cohort: Cohort, withdrawn: Sequence[Path], not_withdrawn: Sequence[Path]
) -> tuple[frozenset[str], list[str]]:
    """Ids that must not go in, and a sentence about each list.

    Args:
        cohort: whose folder is searched.
        withdrawn: further lists.
        not_withdrawn: files that list participants for another purpose.

    Raises:
        PtaclError: a list cannot be read, or a file of bare ids does not say what it is for.
    """
    others = {path.resolve() for path in not_withdrawn}
    for path in not_withdrawn:
        _check_other(path)
    lists = {path.resolve(): path for path in (*_lists_of(cohort), *withdrawn)}
    lists = {real: path for real, path in lists.items() if real not in others}
    subjects = offered(cohort)
    asked = [path for path in cohort.lists if path.resolve() not in {*lists, *others}]
    if unclear := unclear_lists(asked, subjects):
        raise _unclear(unclear)
    gone: set[str] = set()
    said = []
    for path in lists.values():
        listed = read_withdrawn(path)
        own = withdrawn_among(subjects, listed)
        gone |= listed | own
        said.append(
            f"Left out as withdrawn by {path.name}: {len(own)} of this cohort, "
            f"{len(listed)} listed."
        )
    return frozenset(gone), said


def offered(cohort: Cohort) -> set[str]:
    """Ids of all whom the cohort names, whether or not their files can be read."""
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
        found = "it is called a list of withdrawn participants"
        raise BadInput(
            path,
            found,
            "rename it if it is none, or leave out --not-withdrawn",
            code="store.unclear_list",
        )


def _unclear(paths: Sequence[Path]) -> PtaclError:
    names = ", ".join(path.name for path in paths)
    first = paths[0].name
    return PtaclError(
        f"{names}: it lists participants of this cohort and does not say what for. If they have "
        f"withdrawn, give --withdrawn {first}; if it has another purpose, give --not-withdrawn "
        f"{first} (each with its path).",
        code="store.unclear_list",
    )
