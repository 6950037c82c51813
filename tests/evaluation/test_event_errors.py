"""Alignment against the cardiac events of a simulated cohort."""

import numpy as np
import pytest

from ptacl.evaluation.event_alignment import event_errors
from ptacl.metrics.alignment import errors_in_frames
from ptacl.metrics.event_alignment import frames_by_events, usable_events
from ptacl.store import Store, open_store
from ptacl.synthetic.events import EVENTS, TRUTHS, event_phases

FRAMES = 50


def of_frames(frames: np.ndarray) -> np.ndarray:
    """Return the similarities of a model that matches each segment with a given frame."""
    return np.eye(FRAMES, dtype=np.float32)[frames]


def test_a_perfect_model_keeps_the_error_of_the_definition_against_linear_phase(
    tiny_store: Store,
) -> None:
    rows = np.arange(len(tiny_store.table))
    truth = {key: tiny_store.table[f"truth_{key}"].to_numpy(dtype=np.float64) for key in TRUTHS}
    perfect = of_frames(frames_by_events(*usable_events(*event_phases(truth)), FRAMES))
    whole, at_events = event_errors(perfect, tiny_store, rows, seed=0)
    assert whole is not None and set(at_events) == set(EVENTS)
    assert whole.model.value == 0 and all(each.model.value == 0 for each in at_events.values())
    assert 0.1 < whole.linear_phase.value < 1
    assert whole.linear_phase.value == pytest.approx(errors_in_frames(perfect).mean())
    assert whole.systole_scaled.value < 0.7 * whole.linear_phase.value
    assert at_events["end_systole"].systole_scaled.value < 0.2
    assert at_events["early_filling"].linear_phase.value > whole.linear_phase.value
    assert at_events["atrial_kick"].model.n == (truth["af"] == 0).sum() <= len(rows)


def test_a_model_of_linear_phase_has_the_error_of_the_definition(tiny_store: Store) -> None:
    rows = np.arange(9)
    linear = of_frames(np.broadcast_to(np.arange(FRAMES), (len(rows), FRAMES)))
    whole, _ = event_errors(linear, tiny_store, rows, seed=0)
    assert whole is not None and whole.model == whole.linear_phase


def test_nothing_is_measured_where_the_events_are_unknown(tiny_store: Store) -> None:
    linear, rows = of_frames(np.arange(FRAMES)[None]), np.arange(1)
    store = open_store(tiny_store.path)
    store.table["truth_coupling"] = 0.0  # two different hearts
    assert event_errors(linear, store, rows, seed=0) == (None, {})
    real = open_store(tiny_store.path)
    del real.table["truth_t_es_ms"]
    assert event_errors(linear, real, rows, seed=0) == (None, {})
