"""One subject of a store: read and prepared in a worker process."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from jaxtyping import Int16, UInt8

from ptacl.errors import PtaclError
from ptacl.parallel.worker import Failed, announce_file, is_memory_error
from ptacl.signal.preparation import prepare_cine, prepare_ecg
from ptacl.signal.recipe import Recipe
from ptacl.store.format import quantise, subject_row
from ptacl.types import Pair, Problem

Load = Callable[[Any], Pair]
_ADVICE = {
    "ended": "Export the file again.",
    "time": "If the file is sound, import into a new folder with a higher --item-seconds.",
    "memory": "If the file is sound, import into a new folder with a higher --item-gb.",
}


@dataclass(frozen=True, slots=True)
class SubjectJob:
    """What a process needs to prepare a subject."""

    subject_id: str
    source: Any = field(repr=False)
    load: Load
    recipe: Recipe


@dataclass(frozen=True, slots=True)
class PreparedSubject:
    """A subject as a shard stores it."""

    row: dict[str, Any]
    """Of ``subjects.parquet``."""
    ecg: Int16[np.ndarray, "leads samples"]
    """In steps of 1/1000 of the recipe's unit."""
    cine: UInt8[np.ndarray, "frames y x"]


def prepare_subject(job: SubjectJob) -> PreparedSubject | Problem:
    """Read and prepare one subject; return the problem if its files cannot be used."""
    try:
        pair = job.load(job.source)
        announce_file("")  # no file is to blame from here on
        # Simulated cohorts keep their flat leads: galleries make the same signals from the seed.
        repair = pair.ecg.source_format != "simulated"
        ecg = prepare_ecg(pair.ecg, job.recipe.ecg, repair=repair)
        cine = prepare_cine(pair.cine, job.recipe.cine)
    except PtaclError as error:
        if is_memory_error(error):  # the limit of the process, not the content of the file
            raise
        return Problem(job.subject_id, getattr(error, "where", ""), str(error), error.code)
    return PreparedSubject(subject_row(pair, ecg, cine), quantise(ecg.signal_mv), cine.frames)


def problem_of(failed: Failed, subject_id: str) -> Problem:
    """Return the entry in the table of problems of a subject that could not be processed.

    Raises:
        OSError: the disk or the network failed, which is no fault of the subject: the import stops,
            and can be resumed later.
        MemoryError: likewise, if there is no limit.
    """
    if isinstance(failed.error, OSError | MemoryError):
        raise failed.error
    if is_memory_error(failed.error):
        raise MemoryError from failed.error
    if failed.cause == "error":  # the message itself may quote a patient's data
        return Problem(subject_id, failed.file, f"Preparing it {failed.event}.", failed.code)
    if not failed.file:
        return Problem(subject_id, "", f"Preparing it {failed.event}.", failed.code)
    reason = f"The reader {failed.event}. {_ADVICE[failed.cause]}"
    return Problem(subject_id, failed.file, reason, failed.code)
