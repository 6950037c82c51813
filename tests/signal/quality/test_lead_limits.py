import numpy as np
import pytest

from ptacl.signal.quality.lead_limits import clipped_s, off_samples
from tests.made.hearts import heart, lead

RATE_HZ = 500.0


def off(signal):
    return off_samples(signal.astype(np.float32), RATE_HZ)


def test_a_clean_ecg_is_never_off_nor_clipped():
    for number in range(3):
        signal = heart(number).signal_mv
        assert not off(signal).any()
        assert all(clipped_s(row.astype(np.float64), RATE_HZ) == 0 for row in signal)


@pytest.mark.parametrize("value", [-32.768, 32.767, -163.84, 25.0, np.nan])
def test_sentinels_rails_and_missing_samples_are_off(value):
    signal = heart().signal_mv.copy()
    signal[7, 1000:1400] = value
    found = off(signal)
    assert found[7, 1000:1400].all() and found[7].sum() < 440
    assert not np.delete(found, 7, axis=0).any()


def test_a_sentinel_within_what_a_body_gives_is_told_by_standing_alone():
    signal = heart().signal_mv.copy()
    signal[7, [500, 501, 2000, 2001]] = -9.99
    assert off(signal)[7, [500, 501, 2000, 2001]].all()


def test_an_offset_is_no_rail():
    assert not off(heart().signal_mv + 150.0).any()


def test_standing_still_counts_only_where_others_move():
    signal = heart().signal_mv.copy()
    signal[7, 1000:1400] = signal[7, 1000]
    assert off(signal)[7, 1000:1400].all()
    signal[:, 1000:1400] = signal[:, 1000:1001]
    assert not off(signal).any()


@pytest.mark.parametrize("limit_mv", [0.3, 0.5, 1.0])
def test_cut_off_tops_are_found_at_any_height(limit_mv):
    signal = heart().signal_mv.astype(np.float64)
    each_second = np.abs(signal).reshape(12, 10, 500).max(axis=2)
    beyond = np.median(each_second, axis=1) > 1.1 * limit_mv
    cut = [clipped_s(row, RATE_HZ) for row in np.clip(signal, -limit_mv, limit_mv)]
    assert beyond.any() and all(np.array(cut)[beyond] > 0)


def test_rounded_tops_of_coarse_steps_are_not_cut_off():
    times = np.arange(5000) / RATE_HZ
    beat = np.exp(-0.5 * ((times % 0.8 - 0.4) / 0.06) ** 2)  # every beat is the same
    assert clipped_s(np.round(beat / 0.02) * 0.02, RATE_HZ) == 0
    assert clipped_s(np.minimum(lead(heart(), "V4"), 0.4).astype(np.float64), RATE_HZ) > 0
