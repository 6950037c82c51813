"""The files of a UK Biobank folder, however they are sorted into folders.

ECG at rest (field 20205) ``{eid}_20205_{2|3}_0.xml``, short-axis cine (field 20209)
``{eid}_20209_{2|3}_0.zip``; instance 2 is the first imaging visit, 3 the repeat.
"""

import re
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path

from ptacl.errors import BadInput
from ptacl.io.cohort.id_list_names import is_withdrawn_list
from ptacl.io.cohort.synthetic_marker import SYNTHETIC
from ptacl.io.containers.folders import folders_below
from ptacl.io.containers.table_file import is_table

ECG_FIELD, CINE_FIELD = 20205, 20209
_BULK = re.compile(r"(\d+)_(20205|20209)_(\d)_0\.(xml|zip)", re.IGNORECASE)
_EXTENSION = {ECG_FIELD: "xml", CINE_FIELD: "zip"}
_OTHER_BULK = re.compile(r"\d+_\d+_\d+_\d+\..+", re.IGNORECASE)
_MANIFESTS = {"manifest.csv", "manifest.cvs"}
"""Of a zip that somebody unpacked: they list files, not people."""
_STORE = "plan.json"
"""Lies in a folder that `ptacl import` wrote: what it holds is nobody's table."""


@dataclass(frozen=True, slots=True)
class UkbFiles:
    """What lies below a folder."""

    ecgs: dict[str, list[Path]]
    """Participant → ECG files of the wanted instance: one, or more where it lies there twice."""
    cines: dict[str, list[Path]]
    tables: list[Path] = field(default_factory=list)
    """Files that may be tables, by their names."""
    lists: list[Path] = field(default_factory=list)
    """Files that are called lists of withdrawn participants, or may be lists of ids."""
    marked: list[Path] = field(default_factory=list)
    """Folders that are marked as simulated (`synthetic_mark`)."""

    @property
    def eids(self) -> list[str]:
        """All participants with a file, in the order of their numbers."""
        return sorted(self.ecgs.keys() | self.cines.keys(), key=lambda eid: (len(eid), eid))


def file_name(eid: str, ukb_field: int, instance: int) -> str:
    """Name of a bulk file.

    Example:
        >>> file_name("9000001", 20209, 2)
        '9000001_20209_2_0.zip'
    """
    return f"{eid}_{ukb_field}_{instance}_0.{_EXTENSION[ukb_field]}"


def find_files(folder: Path, instance: int = 2) -> UkbFiles:
    """Look for the files of an instance anywhere below a folder, in linked folders too.

    Raises:
        BadInput: there is none; the message says which other instance there is.
    """
    found: dict[tuple[int, int], dict[str, list[Path]]] = defaultdict(lambda: defaultdict(list))
    stores: list[Path] = []
    others: list[Path] = []
    for place, names in folders_below(folder):
        if _STORE in names:
            stores.append(place)
        for name in names:
            match = _BULK.fullmatch(name)
            if match and match[4].lower() == _EXTENSION[int(match[2])]:
                found[int(match[2]), int(match[3])][match[1]].append(place / name)
            elif not _OTHER_BULK.fullmatch(name) and name.lower() not in _MANIFESTS:
                others.append(place / name)
    ecgs, cines = found[ECG_FIELD, instance], found[CINE_FIELD, instance]
    if not ecgs and not cines:
        raise _nothing(folder, sorted({other for (_, other), files in found.items() if files}))
    others = [path for path in others if not any(store in path.parents for store in stores)]
    listed = [path for path in others if is_withdrawn_list(path.name)]
    tables = [path for path in others if is_table(path.name) and path not in listed]
    marked = [path.parent for path in others if path.name == SYNTHETIC]
    return UkbFiles(dict(ecgs), dict(cines), tables, listed + tables, marked)


def _nothing(folder: Path, instances: list[int]) -> BadInput:
    if instances:
        there = ", ".join(map(str, instances))
        return BadInput(
            folder,
            f"it holds files of instance {there} alone",
            f"give --instance {instances[0]}",
            code="cohort.other_instance",
        )
    return BadInput(
        folder,
        "it holds neither pairs.csv nor files of UK Biobank (EID_20205_2_0.xml, EID_20209_2_0.zip)",
        "give the folder of a cohort",
        code="cohort.nothing_found",
    )
