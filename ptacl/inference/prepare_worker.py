"""What a process does with one file: read, prepare, measure. No model, so no torch."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Int

from ptacl.errors import PtaclError
from ptacl.inference.table import Row, reason, recording_row
from ptacl.io.cohort.recordings import ListedRecording
from ptacl.parallel.isolated import Lost
from ptacl.signal.delineation.intervals import measure
from ptacl.signal.preparation import prepare_ecg
from ptacl.signal.recipe import EcgRecipe
from ptacl.types import Caveat, EcgQuality, EcgSignal


@dataclass(frozen=True, slots=True)
class Job:
    """One file and how to read it."""

    recording: ListedRecording
    recipe: EcgRecipe
    sample_rate_hz: float | None = None
    """Stands above what the file says."""
    unit: str | None = None
    """Stands above what the file says."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """A file that was read, ready for the model."""

    row: Row
    """What needs no model."""
    signal_mv: EcgSignal
    """(12, samples) after the recipe, without the zeros behind it."""
    r_peaks: Int[np.ndarray, " beats"]
    quality: EcgQuality
    caveats: tuple[Caveat, ...]
    """Of the reader."""


def prepare(job: Job) -> Prepared | Lost:
    """Read and measure one file."""
    try:
        ecg = job.recording.read(job.sample_rate_hz, job.unit)
        prepared = prepare_ecg(ecg, job.recipe)
    except PtaclError as error:
        return Lost(reason(error))
    signal_mv = prepared.signal_mv[:, : prepared.valid_samples]
    intervals = measure(signal_mv, prepared.r_peaks, job.recipe.sample_rate_hz)
    row = recording_row(ecg, prepared, intervals)
    return Prepared(row, signal_mv, prepared.r_peaks, prepared.quality, ecg.caveats)
