"""Alignment errors against the cardiac events of a simulated cohort."""

import numpy as np
from jaxtyping import Float

from ptacl.checkpoint.reports.evaluation import EventErrors
from ptacl.evaluation.intervals import mean_with_interval
from ptacl.metrics.alignment import errors_in_frames, frames_between
from ptacl.metrics.event_alignment import at_events, frames_by_events, usable_events
from ptacl.regression.features import Rows
from ptacl.store import Store
from ptacl.synthetic.events import EVENTS, TRUTHS, event_phases

TRUTH_PREFIX = "truth_"
"""Of the columns of a store that hold the truth of a simulation."""


def event_errors(
    similarity: Float[np.ndarray, "subjects frames frames"], store: Store, rows: Rows, seed: int
) -> tuple[EventErrors | None, dict[str, EventErrors]]:
    """Measure how far the best matching frames are from the same moment of the heart.

    A model that finds the moment itself has the error 0, and against linear phase the error of
    `EventErrors.linear_phase`. One that finds linear phase has it the other way round.

    Args:
        similarity: of ECG segments with cine frames, of the subjects in ``rows``.
        store: the cohort.
        rows: rows of the subjects.
        seed: of the bootstrap.

    Returns:
        The errors over the whole beat, and at each event that some subject has; None and nothing
        where ECG and scan are not known to be of the same simulated heart.
    """
    columns = {key: f"{TRUTH_PREFIX}{key}" for key in TRUTHS}
    if not set(columns.values()) <= set(store.table.columns):
        return None, {}
    table = store.table.iloc[rows]
    truth = {key: table[column].to_numpy(dtype=np.float64) for key, column in columns.items()}
    if not (truth["coupling"] == 1).all():
        return None, {}
    frames = similarity.shape[-1]
    ecg, scan = usable_events(*event_phases(truth))
    true_frames = frames_by_events(ecg, scan, frames)
    of_model = errors_in_frames(similarity, truth=true_frames)
    of_phase = frames_between(np.arange(frames), true_frames, frames)
    by_event = {
        event: _summed_up(model, phase, seed)
        for event, model, phase in zip(
            EVENTS, at_events(of_model, ecg).T, at_events(of_phase, ecg).T, strict=True
        )
        if np.isfinite(model).any()
    }
    return _summed_up(of_model.mean(axis=1), of_phase.mean(axis=1), seed), by_event


def _summed_up(model: np.ndarray, linear_phase: np.ndarray, seed: int) -> EventErrors:
    return EventErrors(mean_with_interval(model, seed), mean_with_interval(linear_phase, seed))
