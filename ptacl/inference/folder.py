"""Batch inference: a folder of ECGs to a table with a row for each file.

Worker processes read, prepare and measure; this process runs the model, one ECG at a time. Batches
would take a third of the time (tests/benchmarks/bench_inspect_folder.py prints both), but the last
digits of a row would then depend on the other rows of its batch. In the workers, the model would
cost each of them the import of torch. A killed run is resumed.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import ptacl
from ptacl.config.exported_cells import write_table
from ptacl.errors import PtaclError
from ptacl.inference.fingerprint import gallery_fingerprint
from ptacl.inference.model_rows import LIMITS, model_rows, usable_cores
from ptacl.inference.prepare_worker import Job, prepare
from ptacl.inference.resumable_table import PartialTable
from ptacl.inference.table import FAILED, table
from ptacl.io.cohort.recordings import list_recordings
from ptacl.parallel.pool import WorkerPool
from ptacl.parallel.worker import Limits
from ptacl.types import Sex

if TYPE_CHECKING:
    pass

Progress = Callable[[int, int], None]
ENDINGS = (".csv", ".parquet")


@dataclass(frozen=True, slots=True)
class FolderResult:
    """Result of the inspection of a folder."""

    files: int
    """Number of recordings, and of files that are none."""
    read: int
    failed: int
    seconds: float
    """Duration of this run; rows of a killed run are not made again."""
    out: str


def inspect_folder(
    source: Path,
    checkpoint: Path,
    out: Path,
    *,
    gallery: Path | None = None,
    sex: Sex | None = None,
    sample_rate_hz: float | None = None,
    unit: str | None = None,
    workers: int | None = None,
    limits: Limits = LIMITS,
    progress: Progress | None = None,
) -> FolderResult:
    """Inspect all files of a folder and write the table; a file that fails is a row with a reason.

    Args:
        source: a folder, a zip or a file.
        checkpoint: folder of the model.
        out: ``.csv`` or ``.parquet``. The finished rows are kept in ``OUT.partial`` until the table
            is complete; the same call resumes from there after a kill.
        gallery: as for `ptacl.load`.
        sex: sex of all subjects; selects the reference interval.
        sample_rate_hz: sample rate of all files; overrides the one in a file.
        unit: unit of all files; overrides the one in a file.
        workers: processes that read; one for each core by default.
        limits: time and memory of one file; one that exceeds them is a failed row.
        progress: called with (files done, files in all).

    Raises:
        PtaclError: there is no file or no checkpoint, or `out` cannot be written.
    """
    started = time.perf_counter()
    if out.suffix not in ENDINGS:
        raise PtaclError(
            f"{out.name} should end in {' or '.join(ENDINGS)}. Give another --out.",
            code="output.wrong_ending",
        )
    side = out.with_name(out.name + ".partial")
    recordings = list_recordings(source, skip=(out, side))
    with WorkerPool(prepare, min(workers or usable_cores(), len(recordings)), limits) as pool:
        # Imported here: the processes start while torch loads.
        from ptacl.inference.model import load

        model = load(checkpoint, gallery)
        made_with = {
            "ptacl": ptacl.__version__,
            "source": str(source.resolve()),
            "model": gallery_fingerprint(model.gallery),
            "sample_rate_hz": sample_rate_hz,
            "unit": unit,
        }
        with PartialTable(side, made_with) as partial:
            todo = [recording for recording in recordings if recording not in partial]
            recipe = model.config.recipe.ecg
            lead_sets = model.gallery.lead_sets.names
            jobs = [Job(item, recipe, sample_rate_hz, unit, lead_sets) for item in todo]
            show = progress or _no_progress
            done = len(recordings) - len(jobs)
            show(done, len(recordings))
            for number, row in model_rows(pool, jobs, model):
                partial.add(todo[number], row)
                done += 1
                show(done, len(recordings))
            rows = ({"file": item.name, **partial.row(item)} for item in recordings)
            frame = table(rows, sex, model.gallery.phenotypes)
            write_table(frame, out)
            partial.remove()
    failed = int((frame["status"] == FAILED).sum())
    seconds = round(time.perf_counter() - started, 2)
    return FolderResult(len(frame), len(frame) - failed, failed, seconds, str(out))


def _no_progress(done: int, total: int) -> None:
    """Ignore the progress."""
