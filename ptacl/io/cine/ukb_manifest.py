"""Manifest of a UK Biobank zip (fields 20207–20214): series of each file.

``manifest.csv`` or ``manifest.cvs`` (sic), with the columns ``filename`` and ``series
discription`` (sic) among others. Dates such as ``Jan 05, 2015`` are not quoted, so that a row may
have more cells than the header. Layout as read by Bai et al., ukbb_cardiac, 2018.
"""

import csv
import re
from collections.abc import Sequence
from pathlib import PurePosixPath

from ptacl.io.containers.archive import StoredFiles

_NAMES = {"manifest.csv", "manifest.cvs"}
_MOST_BYTES = 4 * 1024**2
_SERIES = re.compile(r"series ?d[ei]s[ck]?ription")
_DAY = re.compile(r"[A-Za-z]{3,9} ?\d{1,2}")
_YEAR = re.compile(r"(19|20)\d\d\b")


def series_by_file(files: StoredFiles) -> dict[str, str]:
    """Return file name → series name of all files listed in manifests; empty without a manifest.

    Rows that cannot be parsed are skipped; their files are classified by their headers.
    """
    listed: dict[str, str] = {}
    for name in files:
        path = PurePosixPath(name)
        if path.name.lower() in _NAMES:
            rows = _rows(files.head(name, _MOST_BYTES))
            listed |= {str(path.parent / file): series for file, series in rows}
    return {name: listed[name] for name in files if name in listed}


def _rows(content: bytes) -> list[tuple[str, str]]:
    lines = content.decode("utf-8-sig", "replace").replace("\0", "").splitlines()
    try:
        table = [[cell.strip() for cell in row] for row in csv.reader(lines) if row]
    except csv.Error:
        return []
    header = [cell.lower() for cell in table[0]] if table else []
    file = next((i for i, cell in enumerate(header) if cell == "filename"), None)
    series = next((i for i, cell in enumerate(header) if _SERIES.fullmatch(cell)), None)
    if file is None or series is None:
        return []
    whole = [_join_dates(row, len(header)) for row in table[1:]]
    return [(row[file], row[series]) for row in whole if len(row) == len(header) and row[file]]


def _join_dates(row: Sequence[str], width: int) -> list[str]:
    """Join the two cells of a date that was split at its comma."""
    cells: list[str] = []
    surplus = len(row) - width
    for cell in row:
        if surplus > 0 and cells and _DAY.fullmatch(cells[-1]) and _YEAR.match(cell):
            cells[-1] = f"{cells[-1]}, {cell}"
            surplus -= 1
        else:
            cells.append(cell)
    return cells
