"""Cines of a store to a table of volumes: a row for each subject, resumable.

A store holds the mid-ventricular slice of each heart only, on the grid of its recipe: volumes are
measured by area-length, with intervals. Whole stacks are measured from their files
(``ptacl segment``), or during the import (``ptacl import --measure``).
"""

import time
from collections.abc import Callable
from pathlib import Path

import pandas as pd

import ptacl
from ptacl.errors import PtaclError
from ptacl.inference.folder import ENDINGS, FolderResult
from ptacl.inference.resumable_table import PartialTable
from ptacl.inference.table import FAILED, NOTICE, READ, Row, model_columns, reason
from ptacl.io.cohort.recordings import ListedRecording
from ptacl.phenotypes import PHENOTYPES
from ptacl.segmentation.inspection import inspect_cine
from ptacl.segmentation.labeller import Labeller
from ptacl.segmentation.records import CineInspection
from ptacl.signal.preparation import as_cine
from ptacl.store import Store
from ptacl.types import Cine, ModelInfo

_FIRST = ("subject_id", "status", "reason", "code", "ed_frame", "es_frame")
_LAST = ("flags", "model", "synthetic", "notice")


def measure_store(
    store: Store,
    labeller: Labeller,
    out: Path,
    *,
    progress: Callable[[int, int], None] | None = None,
) -> FolderResult:
    """Measure the cine of every subject and write the table.

    Args:
        store: an open store.
        labeller: draws the labels.
        out: ``.csv`` or ``.parquet``. The finished rows are kept in ``OUT.partial`` until the table
            is complete; the same call resumes from there after a kill.
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
    items = [_item(store, row) for row in range(len(store))]
    made_with = {
        "ptacl": ptacl.__version__,
        "store": str(store.path.resolve()),
        "shards": [shard.sha256 for shard in store.manifest.shards],
        "segmenter": [labeller.info.name, labeller.info.version],
    }
    with PartialTable(out.with_name(out.name + ".partial"), made_with) as partial:
        for number, item in enumerate(items):
            if item not in partial:
                partial.add(item, _row(store, number, labeller))
            if progress:
                progress(number + 1, len(items))
        rows = [{"subject_id": item.name, **partial.row(item)} for item in items]
        frame = _table(rows)
        _write(frame, out)
        partial.remove()
    failed = int((frame["status"] == FAILED).sum())
    seconds = round(time.perf_counter() - started, 2)
    return FolderResult(len(frame), len(frame) - failed, failed, seconds, str(out))


def stored_cine(store: Store, row: int) -> Cine:
    """Return the prepared cine of a row as a cine of one slice.

    Args:
        store: an open store.
        row: number of the row in its table.
    """
    return as_cine(store.prepared_cine(row), store.recipe.cine.spacing_mm)


def _row(store: Store, row: int, labeller: Labeller) -> Row:
    subject_id = str(store.table["subject_id"].iloc[row])
    try:
        inspection = inspect_cine([stored_cine(store, row)], labeller, name=subject_id)
    except PtaclError as error:
        return {
            "status": FAILED,
            "reason": reason(error),
            "code": error.code,
            **_made_by(labeller.info),
        }
    return {**measured_row(inspection), **_made_by(labeller.info)}


def measured_row(inspection: CineInspection) -> Row:
    """Return the columns of a measured cine: phenotypes with intervals, ED, ES and flags."""
    measurement = inspection.measurement
    row: Row = {
        "status": READ,
        "ed_frame": measurement.ed_frame,
        "es_frame": measurement.es_frame,
        "flags": " ".join(flag.text for flag in inspection.flags),
    }
    for key, value in measurement.phenotypes.items():
        row |= {key: value.value, f"{key}_low": value.low, f"{key}_high": value.high}
        row["method"] = value.method
    return row


def _made_by(info: ModelInfo) -> Row:
    return {**model_columns(info), "notice": NOTICE}


def _item(store: Store, row: int) -> ListedRecording:
    return ListedRecording(str(store.table["subject_id"].iloc[row]), store.path, (row,))


def _table(rows: list[Row]) -> pd.DataFrame:
    columns = [*_FIRST, "method"]
    for entry in PHENOTYPES:
        columns += [entry.key, f"{entry.key}_low", f"{entry.key}_high"]
    return pd.DataFrame(rows, columns=[*columns, *_LAST])


def _write(frame: pd.DataFrame, out: Path) -> None:
    """Write a table under a temporary name and rename it, so that it is never incomplete."""
    temporary = out.with_name(f".{out.name}.tmp")
    if out.suffix == ".parquet":
        frame.to_parquet(temporary, index=False)
    else:
        frame.to_csv(temporary, index=False, float_format="%.1f")
    temporary.replace(out)
