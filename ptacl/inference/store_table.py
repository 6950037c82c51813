"""Cines of a store to a table with a row for each subject; a killed run is resumed.

A store holds the mid-ventricular slice of each heart, on the grid of its recipe.
"""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import ptacl
from ptacl.errors import PtaclError
from ptacl.inference.folder import ENDINGS, FolderResult
from ptacl.inference.resumable_table import PartialTable
from ptacl.inference.table import FAILED
from ptacl.io.cohort.recordings import ListedRecording
from ptacl.segmentation.labeller import Labeller
from ptacl.signal.preparation import as_cine
from ptacl.store import Store
from ptacl.types import Cine

Progress = Callable[[int, int], None]
Rows = list[dict[str, Any]]


def measure_subjects(
    store: Store,
    labeller: Labeller,
    out: Path,
    *,
    measure: Callable[[int], dict[str, Any]],
    write: Callable[[Rows], None],
    measured: str | None = None,
    progress: Progress | None = None,
) -> FolderResult:
    """Measure every subject of a store and write the table.

    Args:
        store: an open store.
        labeller: draws the labels; rows by another one are made again.
        out: the table. The finished rows are kept in ``OUT.partial`` until it is complete; the same
            call resumes from there after a kill.
        measure: row of the store → plain JSON values of a subject, with its ``status``.
        write: writes all of them, ``subject_id`` first, as `out`.
        measured: name of what is measured, where it is not the volumes.
        progress: called with (subjects done, subjects in all).

    Raises:
        PtaclError: `out` cannot be written.
    """
    started = time.perf_counter()
    if out.suffix not in ENDINGS:
        raise PtaclError(
            f"{out.name} should end in {' or '.join(ENDINGS)}. Give another name for the table.",
            code="output.wrong_ending",
        )
    ids = store.table["subject_id"].astype(str)
    items = [ListedRecording(name, store.path, (row,)) for row, name in enumerate(ids)]
    made_with = _made_with(store, labeller, measured)
    with PartialTable(out.with_name(out.name + ".partial"), made_with) as partial:
        for number, item in enumerate(items):
            if item not in partial:
                partial.add(item, measure(number))
            if progress:
                progress(number + 1, len(items))
        rows = [{"subject_id": item.name, **partial.row(item)} for item in items]
        write(rows)
        partial.remove()
    failed = sum(row["status"] == FAILED for row in rows)
    seconds = round(time.perf_counter() - started, 2)
    return FolderResult(len(rows), len(rows) - failed, failed, seconds, str(out))


def stored_cine(store: Store, row: int) -> Cine:
    """Return the prepared cine of a row as a cine of one slice.

    Args:
        store: an open store.
        row: number of the row in its table.
    """
    return as_cine(store.prepared_cine(row), store.recipe.cine.spacing_mm)


def _made_with(store: Store, labeller: Labeller, measured: str | None) -> dict[str, Any]:
    return {
        "ptacl": ptacl.__version__,
        **({"measured": measured} if measured else {}),
        "store": str(store.path.resolve()),
        "shards": [shard.sha256 for shard in store.manifest.shards],
        "segmenter": [labeller.info.name, labeller.info.version],
    }
