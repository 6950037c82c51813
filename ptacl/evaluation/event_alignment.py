"""Alignment errors against the cardiac events of a simulated cohort."""

from collections.abc import Iterable

import numpy as np
from jaxtyping import Float, Int

from ptacl.checkpoint.reports.evaluation import EventErrors
from ptacl.evaluation.intervals import mean_with_interval
from ptacl.metrics.alignment import errors_in_frames, frames_between
from ptacl.metrics.event_alignment import at_events, frames_by_events, usable_events
from ptacl.regression.features import Rows
from ptacl.signal.systole import systole_share
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
    errors = (
        errors_in_frames(similarity, truth=true_frames),
        frames_between(np.arange(frames), true_frames, frames),
        frames_between(_systole_scaled(truth, frames), true_frames, frames),
    )
    at_each = np.stack([at_events(each, ecg) for each in errors])
    by_event = {
        event: _summed_up(at_each[..., index], seed)
        for index, event in enumerate(EVENTS)
        if np.isfinite(at_each[..., index]).any()
    }
    return _summed_up([each.mean(axis=1) for each in errors], seed), by_event


def _systole_scaled(truth: dict[str, np.ndarray], frames: int) -> Int[np.ndarray, "subjects bins"]:
    """Return the frames of the match `systole`, in beats of the mean rate."""
    in_ecg, in_scan = (
        np.array([[systole_share(rr_ms)] for rr_ms in truth[f"rr_{beat}_ms"]])
        for beat in ("ecg", "scan")
    )
    return frames_by_events(in_ecg, in_scan, frames)


def _summed_up(errors: Iterable[np.ndarray], seed: int) -> EventErrors:
    return EventErrors(*(mean_with_interval(each, seed) for each in errors))
