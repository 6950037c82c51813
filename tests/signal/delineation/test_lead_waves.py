"""Waves of each lead, on beats whose deflections are known."""

import numpy as np
import pytest

from ptacl.signal.delineation.lead_waves import lead_waves
from ptacl.signal.delineation.qrs import AFTER_S, BEFORE_S, LevelBeat
from ptacl.types import LEADS, Waves

RATE_HZ = 500.0
WAVES = Waves(-200.0, -100.0, -50.0, 50.0, 150.0, 350.0)


def bump(centre_ms: float, height_mv: float, half_ms: float) -> np.ndarray:
    """Return half a sine between two zeros, in the window of the mean beat."""
    time_ms = 1000 * (np.arange(round((BEFORE_S + AFTER_S) * RATE_HZ)) / RATE_HZ - BEFORE_S)
    inside = np.abs(time_ms - centre_ms) <= half_ms
    return np.where(inside, height_mv * np.cos(np.pi * (time_ms - centre_ms) / (2 * half_ms)), 0.0)


def measured(beat: np.ndarray, lead: str = "V1", waves: Waves = WAVES):
    window = np.zeros((12, beat.size))
    window[LEADS.index(lead)] = beat
    r_peak = round(BEFORE_S * RATE_HZ)
    level = LevelBeat(window, r_peak - round(0.05 * RATE_HZ), r_peak + round(0.05 * RATE_HZ))
    return {wave.lead: wave for wave in lead_waves(level, waves, RATE_HZ)}[lead]


def test_q_r_and_s_have_their_heights_and_durations():
    lead = measured(bump(-35, -0.2, 15) + bump(0, 1.2, 20) + bump(35, -0.6, 15))
    assert (lead.q_mv, lead.r_mv, lead.s_mv) == pytest.approx((-0.2, 1.2, -0.6), abs=0.01)
    assert (lead.q_ms, lead.s_ms) == pytest.approx((30, 30), abs=5)
    assert lead.r_peak_ms == pytest.approx(50, abs=3)
    assert lead.r2_mv == 0 and not lead.is_qs
    assert lead.peak_to_peak_mv == pytest.approx(1.8, abs=0.02)


def test_a_second_r_is_r_prime():
    lead = measured(bump(-35, 0.3, 14) + bump(-5, -0.5, 16) + bump(30, 0.8, 19))
    assert (lead.q_mv, lead.r_mv, lead.s_mv) == pytest.approx((0, 0.3, -0.5), abs=0.01)
    assert lead.r2_mv == pytest.approx(0.8, abs=0.01)
    assert lead.r2_ms == pytest.approx(38, abs=5)
    assert lead.r_peak_ms == pytest.approx(80, abs=3)
    assert lead.tallest_mv == lead.r2_mv


def test_a_complex_without_r_is_a_q_wave():
    lead = measured(bump(0, -1.1, 40))
    assert lead.is_qs and lead.q_mv == pytest.approx(-1.1, abs=0.01)
    assert lead.deepest_mv == pytest.approx(1.1, abs=0.01) and lead.tallest_mv == 0


def test_ripple_below_a_quarter_of_a_small_box_is_no_wave():
    lead = measured(bump(-40, -0.02, 8) + bump(0, 1.0, 30))
    assert lead.q_mv == 0 and lead.s_mv == 0


def test_st_t_and_p_are_signed():
    beat = bump(0, 1.0, 30) + bump(-150, -0.15, 45) + bump(250, -0.4, 90) + bump(105, -0.1, 50)
    lead = measured(beat)
    assert lead.st_mv == pytest.approx(-0.1, abs=0.02)
    assert lead.t_mv == pytest.approx(-0.4, abs=0.02)
    assert lead.p_low_mv == pytest.approx(-0.15, abs=0.02) and lead.p_high_mv < 0.02


def test_without_a_p_wave_its_height_is_zero():
    waves = Waves(np.nan, np.nan, -50.0, 50.0, 150.0, 350.0)
    lead = measured(bump(-150, 0.2, 40) + bump(0, 1.0, 30), waves=waves)
    assert (lead.p_high_mv, lead.p_low_mv) == (0.0, 0.0)


def test_a_flat_lead_has_no_waves():
    lead = measured(np.zeros(round((BEFORE_S + AFTER_S) * RATE_HZ)))
    assert (lead.q_mv, lead.r_mv, lead.s_mv, lead.t_mv, lead.r_peak_ms) == (0, 0, 0, 0, 0)
    assert not lead.is_qs
