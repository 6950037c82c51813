"""Cines of a store to strain: a table with a row for each subject, and the curves of all.

A store holds the mid-ventricular slice of each heart on the grid of its recipe.
"""

from functools import partial
from pathlib import Path
from typing import Any

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
from ptacl.motion.inspection import inspect_motion
from ptacl.motion.many import cohort_motion, resampled_curves, write_cohort_motion
from ptacl.motion.records import SEGMENTS, SliceMotion
from ptacl.segmentation.labeller import Labeller
from ptacl.store import Store

_CURVES = "curves"
_NUMBERS = (
    "gcs_percent", "gcs_time_ms", "gcs_endocardium_percent", "radial_percent", "dispersion_ms",
    "systolic_rate_per_s", "diastolic_rate_per_s", "rotation_deg", "rv_free_wall_percent",
    *(f"{name}_percent" for name in SEGMENTS), "similarity", "closure_mm",
    "inverse_consistency_pixels",
)  # fmt: skip
_COLUMNS = (
    "subject_id", "status", "reason", "code", *_NUMBERS, "flags", "model", "synthetic", "notice",
)  # fmt: skip


def measure_store_motion(
    store: Store,
    labeller: Labeller,
    out: Path,
    *,
    progress: Progress | None = None,
) -> FolderResult:
    """Measure the motion of every subject; write the table, and the curves beside it.

    Args:
        store: an open store.
        labeller: draws the labels.
        out: ``.csv`` or ``.parquet``. The curves get the same name with the ending ``.npz``
            (`ptacl.motion.many`). The finished rows are kept in ``OUT.partial`` until the table is
            complete; the same call resumes from there after a kill.
        progress: called with (subjects done, subjects in all).

    Raises:
        PtaclError: `out` cannot be written.
    """
    return measure_subjects(
        store,
        labeller,
        out,
        measure=partial(_row, store, labeller),
        write=partial(_write, labeller, out),
        measured="motion",
        progress=progress,
    )


def measured_row(motion: SliceMotion) -> Row:
    """Return the columns of a measured slice: peaks and quality."""
    peaks, quality = motion.peaks, motion.quality
    rv = peaks.rv_free_wall
    values = {
        "gcs_percent": peaks.gcs.percent,
        "gcs_time_ms": peaks.gcs.time_ms,
        "gcs_endocardium_percent": peaks.gcs_endocardium.percent,
        "radial_percent": peaks.radial.percent,
        "dispersion_ms": peaks.dispersion_ms,
        "systolic_rate_per_s": peaks.systolic_rate_per_s,
        "diastolic_rate_per_s": peaks.diastolic_rate_per_s,
        "rotation_deg": peaks.rotation_deg,
        "rv_free_wall_percent": None if rv is None else rv.percent,
        "similarity": float(quality.similarity.mean()),
        "closure_mm": quality.closure_mm,
        "inverse_consistency_pixels": quality.inverse_consistency_pixels,
    }
    for name, peak in zip(SEGMENTS, peaks.segments, strict=True):
        values[f"{name}_percent"] = peak.percent
    finite = {key: value if value is not None and value == value else None
              for key, value in values.items()}  # fmt: skip
    return {"status": READ, **finite, "flags": " ".join(flag.text for flag in motion.flags)}


def _row(store: Store, labeller: Labeller, row: int) -> dict[str, Any]:
    """Return the columns of a subject, and its curves under `_CURVES`."""
    made_by: Row = {**model_columns(labeller.info), "notice": NOTICE}
    cine = stored_cine(store, row)
    try:
        labels = labeller.label([cine])
        inspection = inspect_motion([cine], labels, labeller.info, name=store.path.name)
    except PtaclError as error:
        return {"status": FAILED, "reason": reason(error), "code": error.code, **made_by}
    motion = inspection.motions[0]
    curves = resampled_curves(motion, cine.phases, cine.rr_ms)
    return {**measured_row(motion), **made_by, _CURVES: curves}


def _write(labeller: Labeller, out: Path, rows: Rows) -> None:
    """Write curves and table under temporary names and rename them."""
    curves = {row["subject_id"]: row[_CURVES] for row in rows if _CURVES in row}
    by = f"{labeller.info.name} {labeller.info.version}"
    write_cohort_motion(cohort_motion(curves, by), out.with_suffix(".npz"))
    frame = pd.DataFrame(rows, columns=list(_COLUMNS))
    write_table(frame, out, decimals=3)
