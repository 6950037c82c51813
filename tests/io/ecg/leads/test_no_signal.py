"""Numbers that stand for no signal, and values that are no voltage."""

import numpy as np
import pytest

from ptacl.io.ecg.leads.no_signal import (
    longest_run,
    may_be_impossible,
    no_signal_markers,
    without_impossible,
)

WAVE = np.rint(300 * np.sin(np.arange(1000) / 20))
ROWS = np.stack([WAVE, -WAVE, WAVE[::-1]])


@pytest.mark.parametrize(
    "mark", [-32768, 32767, -8388608, 8388607, -2147483648, 2147483647, -9999, -99999, 9999]
)
def test_ends_of_integers_and_fills_are_marks_however_few(mark: int) -> None:
    rows = ROWS.copy()
    rows[1, 7] = mark
    found = no_signal_markers(rows)
    assert found is not None
    assert np.argwhere(found).tolist() == [[1, 7]]


def test_both_ends_at_once_and_beside_gaps() -> None:
    rows = ROWS.copy()
    rows[0, :9], rows[2, 5], rows[1, 50] = -32768, 32767, np.nan
    found = no_signal_markers(rows)
    assert found is not None
    assert found.sum() == 10


def test_a_number_that_others_lie_beyond_is_none() -> None:
    nanovolts = 200 * ROWS
    nanovolts[0, 3] = -32768
    assert no_signal_markers(nanovolts) is None
    assert no_signal_markers(np.where(ROWS == 0, -999.0, 7 * ROWS)) is None
    assert no_signal_markers(ROWS) is None
    assert no_signal_markers(np.full((2, 9), np.nan)) is None


def test_a_fill_among_fractions_is_a_mark_too() -> None:
    rows = ROWS + 0.25
    rows[0, 3:6] = -9999.0
    found = no_signal_markers(rows)
    assert found is not None
    assert found.sum() == 3


@pytest.mark.parametrize("value", [-163.84, -32.768, 1e30, -9999.0, np.inf, -np.inf, 1e300])
@pytest.mark.parametrize("count", [1, 10, 900])
def test_what_no_heart_gives_is_missing_and_the_rest_is_untouched(value: float, count: int) -> None:
    rows = ROWS / 200
    spoiled = rows.copy()
    spoiled[1, :count] = value
    with np.errstate(over="ignore"):
        assert may_be_impossible(np.concatenate([spoiled] * 4).astype(np.float32))
    cleaned, changed = without_impossible(spoiled)
    assert changed.tolist() == [False, True, False]
    assert np.isnan(cleaned[1, :count]).all()
    np.testing.assert_array_equal(cleaned[1, count:], rows[1, count:])
    np.testing.assert_array_equal(cleaned[[0, 2]], rows[[0, 2]])


def test_large_but_steady_waves_and_offsets_are_left_to_be_judged() -> None:
    rows = ROWS / 200
    rows[0] *= 20  # 60 mV from peak to peak, and never the same value for long
    rows[0] += np.arange(1000) * 1e-6
    rows[2] += 150  # an electrode's offset
    cleaned, changed = without_impossible(rows)
    assert not changed.any()
    np.testing.assert_array_equal(cleaned, rows)


def test_rails_at_both_ends_are_missing() -> None:
    rows = ROWS / 200
    rows[0, 100:200], rows[0, 300:320] = 40.0, -40.0
    cleaned, _ = without_impossible(rows)
    assert np.isnan(cleaned[0]).sum() == 120


def test_runs_are_counted() -> None:
    held = np.array([True, True, False, True, True, True])
    assert longest_run(held) == 3
    assert longest_run(~held) == 1
    assert longest_run(held[:0]) == 0
