"""Groups of an uploaded file: a list of ids, or the JSON of saved groups; unknown ids are named."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from ptacl.cohort_analysis.group_files import FiledGroup, read_groups
from ptacl.errors import PtaclError
from ptacl.io.cohort.id_list import ids_of

MOST_NAMED = 5


def uploaded_groups(name: str, content: bytes) -> tuple[FiledGroup, ...]:
    """Return the groups of a file.

    Args:
        name: of the file; a list's group takes it.
        content: of the file.

    Raises:
        PtaclError: it holds neither groups nor ids.
    """
    if Path(name).suffix.lower() == ".json":
        return read_groups(content)
    ids = ids_of(content)
    if ids is None:
        raise PtaclError(
            f"{name} is no list of ids. Save it as text with one id a line.",
            code="group.unreadable_file",
        )
    return (FiledGroup(Path(name).stem, subject_ids=tuple(dict.fromkeys(ids))),)


def known_ids(
    groups: Sequence[FiledGroup], known: Sequence[str], file_name: str
) -> tuple[list[FiledGroup], dict[str, list[str]]]:
    """Return the groups with the subjects of this gallery, and the unknown ids by group.

    Raises:
        PtaclError: the groups are lists of which no subject is in the gallery.
    """
    present, unknown, gallery_ids = [], {}, set(known)
    for group in groups:
        there = tuple(sorted(gallery_ids.intersection(group.subject_ids)))
        if missing := [each for each in group.subject_ids if each not in gallery_ids]:
            unknown[group.name] = missing
        if group.rule or there:
            present.append(replace(group, subject_ids=there))
    if not present:
        raise PtaclError(
            f"None of the {sum(len(group.subject_ids) for group in groups)} ids in {file_name} is "
            "in this gallery. Choose the gallery that they belong to.",
            code="gallery.no_such_subject",
        )
    return present, unknown


def missing_sentence(unknown: dict[str, list[str]]) -> str:
    """Return which ids of which groups are not in the gallery; empty where all are.

    >>> missing_sentence({"mine": ["A", "B"]})
    'Not in this gallery: 2 of mine (A, B).'
    """
    if not unknown:
        return ""
    return f"Not in this gallery: {'; '.join(_of_group(*each) for each in unknown.items())}."


def _of_group(name: str, ids: list[str]) -> str:
    more = f" and {len(ids) - MOST_NAMED:,} more" if len(ids) > MOST_NAMED else ""
    return f"{len(ids):,} of {name} ({', '.join(ids[:MOST_NAMED])}{more})"
