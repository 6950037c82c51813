"""Rows of many recordings: worker processes read and prepare them, this process runs the model."""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from ptacl.gallery.rhythm_rule import named_rhythm
from ptacl.inference.prepare_worker import Job, Prepared, Unreadable
from ptacl.inference.table import (
    Row,
    caveats_text,
    failed_row,
    finding_row,
    model_row,
    rhythm_row,
)
from ptacl.parallel.pool import WorkerPool
from ptacl.parallel.worker import Failed, Limits
from ptacl.restoration.record import anomaly_row

if TYPE_CHECKING:
    from ptacl.inference.model import Model

LIMITS = Limits(seconds=60.0, gb=2.0)
"""Lower than those of an import: an ECG without a cine is a small file."""
_ADVICE = {
    "ended": "Export the file again.",
    "time": "If the file is sound, give a higher --item-seconds.",
    "memory": "If the file is sound, give a higher --item-gb.",
}


def model_rows(
    pool: WorkerPool[Job, Prepared | Unreadable], jobs: Sequence[Job], model: "Model"
) -> Iterator[tuple[int, Row]]:
    """Yield the index of each job and its row, in the order in which they are finished.

    Args:
        pool: it reads and prepares.
        jobs: the recordings.
        model: it runs on one thread meanwhile; the other cores belong to the pool.
    """
    with _one_torch_thread():
        for index, result in pool.map(jobs):
            yield index, row_of(result, model)


def row_of(result: Prepared | Unreadable | Failed, model: "Model") -> Row:
    """Return the row of a prepared recording, or of one that failed."""
    if isinstance(result, Failed):
        return failed_row(_explain(result), result.code, model.info)
    if isinstance(result, Unreadable):
        return failed_row(result.reason, result.code, model.info)
    from ptacl.restoration.finder import shipped_finder  # after torch, see `inspect_folder`

    try:
        leads = model.gallery.lead_sets.used_for(result.quality)
        encoded = model.encode(result.signal_mv, result.r_peaks, leads=leads)
        reading = model.gallery.read(
            *encoded, result.quality, caveats=result.caveats, rhythm=result.rhythm
        )
        finder = shipped_finder(model.config.recipe.ecg)
        told = (result.signal_mv, result.r_peaks, result.quality, result.caveats)
        anomaly = finder.find(*told) if finder else None
    except Exception as error:  # a fault of ptacl must not cost the other files
        reason = f"The model failed ({type(error).__name__}), a fault of ptacl."
        return failed_row(reason, "internal.fault", model.info)
    caveats = (*result.caveats, *result.quality.caveats, *reading.caveats)
    columns = model_row(reading.predictions, reading.neighbours, reading.familiarity, model.info)
    columns |= finding_row(reading.findings)
    columns |= anomaly_row(anomaly)
    columns |= rhythm_row(named_rhythm(result.rhythm, reading.caveats))
    return {**result.row, **columns, "caveats": caveats_text(caveats)}


def usable_cores() -> int:
    """Return the number of cores that this process may use."""
    usable = getattr(os, "sched_getaffinity", None)  # not on every system
    return len(usable(0)) if usable else os.cpu_count() or 1


def _explain(failed: Failed) -> str:
    if failed.cause == "error":
        return f"Reading it {failed.event}."
    return f"The reader {failed.event}. {_ADVICE[failed.cause]}"


@contextmanager
def _one_torch_thread() -> Iterator[None]:
    import torch

    former = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(former)
