"""Cines of a store to a table of volumes: a row for each subject, resumable.

A store holds the mid-ventricular slice of each heart only, on the grid of its recipe: volumes are
measured by area-length, with intervals. Whole stacks are measured from their files
(``ptacl segment``), or during the import (``ptacl import --measure``).
"""

from functools import partial
from pathlib import Path

import pandas as pd

from ptacl.config.exported_cells import write_table
from ptacl.errors import PtaclError
from ptacl.inference.folder import FolderResult
from ptacl.inference.store_table import (
    Progress,
    Rows,
    measure_subjects,
    stored_cine,
)
from ptacl.inference.table import FAILED, NOTICE, READ, Row, model_columns, reason
from ptacl.phenotypes import PHENOTYPES
from ptacl.segmentation.inspection import inspect_cine
from ptacl.segmentation.labeller import Labeller
from ptacl.segmentation.records import CineInspection
from ptacl.store import Store
from ptacl.types import ModelInfo

_FIRST = ("subject_id", "status", "reason", "code", "ed_frame", "es_frame")
_LAST = ("flags", "model", "synthetic", "notice")


def measure_store(
    store: Store,
    labeller: Labeller,
    out: Path,
    *,
    progress: Progress | None = None,
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
    return measure_subjects(
        store,
        labeller,
        out,
        measure=partial(_row, store, labeller),
        write=lambda rows: write_table(_table(rows), out, decimals=1),
        progress=progress,
    )


def _row(store: Store, labeller: Labeller, row: int) -> Row:
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


def _table(rows: Rows) -> pd.DataFrame:
    columns = [*_FIRST, "method"]
    for entry in PHENOTYPES:
        columns += [entry.key, f"{entry.key}_low", f"{entry.key}_high"]
    return pd.DataFrame(rows, columns=[*columns, *_LAST])
