"""The work of a worker process on one file: read, prepare, measure; without model and torch."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Int

from ptacl.errors import PtaclError
from ptacl.gallery.rhythm_rule import named_rhythm
from ptacl.impression import draft_impression
from ptacl.inference.table import Row, reason, recording_row, statement_codes
from ptacl.io.cohort.recordings import ListedRecording
from ptacl.parallel.worker import is_memory_error
from ptacl.rhythm import rhythm_of
from ptacl.signal.delineation.device_comparison import device_caveats
from ptacl.signal.delineation.intervals import measure_with_caveats
from ptacl.signal.preparation import prepare_ecg
from ptacl.signal.recipe import EcgRecipe
from ptacl.types import Caveat, EcgQuality, EcgSignal, Rhythm


@dataclass(frozen=True, slots=True)
class Job:
    """One file and how to read it."""

    recording: ListedRecording
    recipe: EcgRecipe
    sample_rate_hz: float | None = None
    """Overrides the one in the file."""
    unit: str | None = None
    """Overrides the one in the file."""
    lead_sets: tuple[str, ...] = ()
    """Sets for which the model has heads of their own; with any, one lead is enough."""


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A file that cannot be read as an ECG."""

    reason: str
    """Finding and advice, in sentences without the file's name."""
    code: str
    """Of the error, from `ptacl.errors.ERROR_CODES`."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """A prepared recording, ready for the model."""

    row: Row
    """Columns that need no model."""
    signal_mv: EcgSignal
    """(12, samples), preprocessed, without the zeros after it."""
    r_peaks: Int[np.ndarray, " beats"]
    quality: EcgQuality
    caveats: tuple[Caveat, ...]
    """Caveats of the reader and of the measurements."""
    rhythm: Rhythm | None
    """None where nothing may be predicted for another reason."""


def prepare(job: Job) -> Prepared | Unreadable:
    """Read, prepare and measure one file."""
    try:
        ecg = job.recording.read(job.sample_rate_hz, job.unit, any_leads=bool(job.lead_sets))
        prepared = prepare_ecg(ecg, job.recipe, lead_sets=job.lead_sets)
    except PtaclError as error:
        if is_memory_error(error):  # the limit of the process, not the content of the file
            raise
        return Unreadable(reason(error), error.code)
    signal_mv = prepared.signal_mv[:, : prepared.valid_samples]
    rate_hz = job.recipe.sample_rate_hz
    intervals, measured = measure_with_caveats(signal_mv, prepared.r_peaks, rate_hz)
    row = recording_row(ecg, prepared, intervals)
    told = (
        *ecg.caveats,
        *device_caveats(intervals, ecg.measurements),
        *measured,
    )
    rhythm = named_rhythm(rhythm_of(prepared, rate_hz), (*told, *prepared.quality.caveats))
    if job.recipe.scaling == "millivolts":
        known = (*ecg.caveats, *measured)
        stated = draft_impression(prepared, rate_hz, intervals, ecg.stated, known, rhythm)
        row["statements"] = statement_codes(stated)
    return Prepared(row, signal_mv, prepared.r_peaks, prepared.quality, told, rhythm)
