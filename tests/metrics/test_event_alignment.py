"""The true frames by cardiac events, where linear phase is wrong."""

import numpy as np
import pytest

from ptacl.metrics.alignment import errors_in_frames, frames_between
from ptacl.metrics.event_alignment import at_events, frames_by_events, usable_events

FRAMES = 50
ECG = np.array([[0.5, 0.64, 0.8]])
"""The events in a beat of 700 ms: end systole at 350 ms, early filling at 448, the kick at 560."""
SCAN = np.array([[0.35, 0.448, 0.86]])
"""The same in a beat of 1,000 ms: the times after R of the first two, the third before the next."""


def model_that_finds(frames: np.ndarray) -> np.ndarray:
    """Return the similarities of a model that matches each segment with a given frame."""
    return np.eye(FRAMES)[frames]


def test_a_model_of_the_events_is_right_where_linear_phase_is_wrong() -> None:
    truth = frames_by_events(ECG, SCAN, FRAMES)
    perfect, linear = model_that_finds(truth), model_that_finds(np.arange(FRAMES)[None])
    assert (errors_in_frames(perfect, truth=truth) == 0).all()
    assert (errors_in_frames(linear) == 0).all()
    definition = frames_between(np.arange(FRAMES), truth, FRAMES)
    assert definition.max() == 10  # at early filling .64 − .448 of the beat
    np.testing.assert_array_equal(errors_in_frames(perfect), definition)
    np.testing.assert_array_equal(errors_in_frames(linear, truth=truth), definition)
    # ECG segments 25, 32 and 40 hold the events; linear phase errs by their difference in phase.
    np.testing.assert_array_equal(at_events(definition, ECG), [[7, 10, 3]])
    np.testing.assert_array_equal(at_events(errors_in_frames(perfect, truth=truth), ECG), [[0] * 3])


def test_systole_keeps_its_milliseconds() -> None:
    """Between R and early filling a segment and its frame are as long after the R wave."""
    truth = frames_by_events(ECG, SCAN, FRAMES)[0]
    segment_ms, frame_ms = np.arange(FRAMES) / FRAMES * 700, truth / FRAMES * 1000
    early = segment_ms <= 448
    assert np.abs(segment_ms - frame_ms)[early].max() <= 1000 / FRAMES / 2
    assert np.abs(segment_ms - frame_ms)[~early].max() > 100


def test_at_equal_heart_rates_the_two_definitions_are_one() -> None:
    truth = frames_by_events(SCAN, SCAN, FRAMES)
    np.testing.assert_array_equal(truth, np.arange(FRAMES)[None])


def test_a_frame_next_to_the_next_r_wave_is_the_first() -> None:
    late, later = np.array([[np.nan, np.nan, 0.9]]), np.array([[np.nan, np.nan, 0.995]])
    assert frames_by_events(late, later, FRAMES)[0, -4:].tolist() == [0, 0, 0, 0]


@pytest.mark.parametrize(
    ("ecg", "kept"),
    [
        ((0.4, 0.6, 0.8), (True, True, True)),
        ((0.4, 0.6, np.nan), (True, True, False)),  # atrial fibrillation
        ((0.4, 0.8, 0.7), (True, False, True)),  # fused filling
        ((0.4, 1.1, np.nan), (True, False, False)),  # filling goes on beyond the next R wave
        ((0.4, 0.6, 0.3), (True, True, False)),  # the kick during systole
    ],
)
def test_events_out_of_order_are_left_out_of_both_beats(
    ecg: tuple[float, ...], kept: tuple[bool, ...]
) -> None:
    scan = np.array([[0.4, 0.6, 0.8]])
    for pair in (np.array([ecg]), scan), (scan, np.array([ecg])):
        for events in usable_events(*pair):
            assert np.isfinite(events)[0].tolist() == list(kept)
    mapped = frames_by_events(*usable_events(np.array([ecg]), scan), FRAMES)[0]
    assert (np.diff(mapped[mapped.argmin() :]) >= 0).all()


def test_an_absent_event_has_no_error() -> None:
    errors = np.arange(FRAMES)[None]
    found = at_events(errors, np.array([[0.1, np.nan, 0.99]]))
    np.testing.assert_array_equal(found, [[5, np.nan, 0]])
