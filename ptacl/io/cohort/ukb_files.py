"""Search for bulk files and tables in a UK Biobank folder of any structure.

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
"""Manifests of unpacked zips: they list files, not participants."""
_STORE = "plan.json"
"""Marks the output folder of `ptacl import`, which contains no table of participants."""


@dataclass(frozen=True, slots=True)
class UkbFiles:
    """Bulk files, tables and lists of a folder."""

    ecgs: dict[str, list[Path]]
    """Participant → ECG files of the requested instance; several if there are duplicates."""
    cines: dict[str, list[Path]]
    tables: list[Path] = field(default_factory=list)
    """Files with the extension of a table."""
    lists: list[Path] = field(default_factory=list)
    """Files that are withdrawal lists by name, or may be lists of ids."""
    marked: list[Path] = field(default_factory=list)
    """Folders that are marked as simulated (`synthetic_marker`)."""

    @property
    def eids(self) -> list[str]:
        """All participants with a bulk file, in numerical order."""
        return sorted(self.ecgs.keys() | self.cines.keys(), key=lambda eid: (len(eid), eid))


def file_name(eid: str, ukb_field: int, instance: int) -> str:
    """Return the name of a bulk file.

    Example:
        >>> file_name("9000001", 20209, 2)
        '9000001_20209_2_0.zip'
    """
    return f"{eid}_{ukb_field}_{instance}_0.{_EXTENSION[ukb_field]}"


def find_files(folder: Path, instance: int = 2) -> UkbFiles:
    """Find the files of an instance at any depth of a folder, including linked folders.

    Args:
        folder: the folder to search.
        instance: 2 or 3.

    Raises:
        BadInput: there is no bulk file of this instance; the message names other instances.
    """
    bulk_files: dict[tuple[int, int], dict[str, list[Path]]] = defaultdict(
        lambda: defaultdict(list)
    )
    stores: list[Path] = []
    others: list[Path] = []
    for subfolder, names in folders_below(folder):
        if _STORE in names:
            stores.append(subfolder)
        for name in names:
            match = _BULK.fullmatch(name)
            if match and match[4].lower() == _EXTENSION[int(match[2])]:
                bulk_files[int(match[2]), int(match[3])][match[1]].append(subfolder / name)
            elif not _OTHER_BULK.fullmatch(name) and name.lower() not in _MANIFESTS:
                others.append(subfolder / name)
    ecgs, cines = bulk_files[ECG_FIELD, instance], bulk_files[CINE_FIELD, instance]
    if not ecgs and not cines:
        raise _no_bulk_file(
            folder, sorted({other for (_, other), files in bulk_files.items() if files})
        )
    others = [path for path in others if not any(store in path.parents for store in stores)]
    listed = [path for path in others if is_withdrawn_list(path.name)]
    tables = [path for path in others if is_table(path.name) and path not in listed]
    marked = [path.parent for path in others if path.name == SYNTHETIC]
    return UkbFiles(dict(ecgs), dict(cines), tables, listed + tables, marked)


def _no_bulk_file(folder: Path, instances: list[int]) -> BadInput:
    if instances:
        available = ", ".join(map(str, instances))
        return BadInput(
            folder,
            f"it contains files of instance {available} only",
            f"give --instance {instances[0]}",
            code="cohort.other_instance",
        )
    return BadInput(
        folder,
        "it contains neither pairs.csv nor UK Biobank files (EID_20205_2_0.xml, EID_20209_2_0.zip)",
        "give the folder of a cohort",
        code="cohort.nothing_found",
    )
