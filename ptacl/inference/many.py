"""Many ECGs by an open model: a table in memory with a row for each recording."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from ptacl.display.progress import progress_bar
from ptacl.errors import PtaclError
from ptacl.inference.model_rows import LIMITS, model_rows, usable_cores
from ptacl.inference.prepare_worker import Job, prepare
from ptacl.inference.table import Row, failed_row, reason, table
from ptacl.io.cohort.recordings import ListedRecording, list_recordings
from ptacl.parallel.pool import WorkerPool
from ptacl.parallel.worker import Limits
from ptacl.types import Sex

if TYPE_CHECKING:
    from ptacl.inference.model import Model

Paths = Path | str | Iterable[Path | str]
INDEX = "path"
"""Name of the index of the table."""


def inspect_paths(
    model: "Model",
    paths: Paths,
    *,
    sex: Sex | None = None,
    sample_rate_hz: float | None = None,
    unit: str | None = None,
    workers: int | None = None,
    limits: Limits = LIMITS,
    progress: bool = True,
) -> pd.DataFrame:
    """Inspect recordings; arguments and table as for `Model.inspect_many`."""
    listed = list(_listed([paths] if isinstance(paths, Path | str) else paths))
    recipe, lead_sets = model.config.recipe.ecg, model.gallery.lead_sets.names
    known = [entry for _, entry in listed if isinstance(entry, ListedRecording)]
    jobs = [Job(recording, recipe, sample_rate_hz, unit, lead_sets) for recording in known]
    processes = min(usable_cores() if workers is None else workers, len(jobs))
    made: dict[int, Row] = {}
    with (
        WorkerPool(prepare, processes, limits) as pool,
        progress_bar("ECG", shown=progress) as show,
    ):
        for index, row in model_rows(pool, jobs, model):
            made[index] = {"file": jobs[index].recording.name, **row}
            show(len(made), len(jobs))
    in_order = iter([made[index] for index in range(len(jobs))])
    rows = [_failed(e, model) if isinstance(e, PtaclError) else next(in_order) for _, e in listed]
    frame = table(rows, sex, model.gallery.phenotypes)
    frame.index = pd.Index([path for path, _ in listed], name=INDEX)
    return frame


def _listed(paths: Iterable[Path | str]) -> Iterator[tuple[str, ListedRecording | PtaclError]]:
    """Yield the path of each recording with it, or with why there is none."""
    for path in map(Path, paths):
        try:
            recordings = list_recordings(path)
        except PtaclError as error:
            yield str(path), error
            continue
        folder = path if path.is_dir() else path.parent
        yield from ((str(folder / recording.name), recording) for recording in recordings)


def _failed(error: PtaclError, model: "Model") -> Row:
    return failed_row(reason(error), error.code, model.info)
