"""Times of cardiac events in the beats of ECG and scan."""

import numpy as np
import pytest

from ptacl.synthetic import draw_truths, simulate_subject
from ptacl.synthetic.events import TRUTHS, event_phases
from ptacl.synthetic.hearts import draw_hearts
from ptacl.synthetic.mechanics import contraction, timings

INDICES = range(300)


def truths(coupling: float = 1.0) -> dict[str, np.ndarray]:
    table = draw_truths(3, INDICES, coupling, "adults")
    return {key: table[key].to_numpy() for key in TRUTHS}


def test_the_ecgs_times_are_the_mechanics_at_its_heart_rate() -> None:
    truth = truths()
    hearts = draw_hearts(3, INDICES, 1.0, "adults")
    ecg, scan = event_phases(truth)
    for phases, rr_ms in ((ecg, truth["rr_ecg_ms"]), (scan, truth["rr_scan_ms"])):
        times = timings(hearts.scan, hearts.z, rr_ms / 1000)
        early = times["t_es_ms"] + times["ivrt_ms"] + times["early_filling_ms"] / 2
        kick = np.where(truth["af"] > 0, np.nan, times["t_kick_ms"])
        expected = np.stack([times["t_es_ms"], early, kick], axis=-1)
        np.testing.assert_allclose(phases * rr_ms[:, None], expected, rtol=1e-9)
    assert 0 < np.isnan(ecg[:, 2]).sum() < 50
    assert np.isfinite(ecg[:, :2]).all()


def test_the_events_are_those_of_the_volume_curve() -> None:
    """End systole is the smallest volume, early filling the fastest before the atrial kick."""
    truth = simulate_subject(3, 0).truth
    _, scan = event_phases({key: np.array([truth[key]]) for key in TRUTHS})
    systole, early, kick = scan[0] * truth["rr_scan_ms"]
    times = np.arange(0, truth["rr_scan_ms"], 0.5)
    ejected = contraction(truth, times)
    assert times[ejected.argmax()] == pytest.approx(systole, abs=1)
    before_kick = (times > systole) & (times < kick)
    filling = -np.gradient(ejected)
    fastest = times[before_kick][filling[before_kick].argmax()]
    assert fastest == pytest.approx(early, abs=2)


def test_systole_is_as_long_in_both_beats_and_diastole_is_not() -> None:
    truth = truths()
    ecg, scan = event_phases(truth)
    rr_ecg, rr_scan = truth["rr_ecg_ms"], truth["rr_scan_ms"]
    apart = np.abs(rr_ecg - rr_scan)
    systole = np.abs(ecg[:, 0] * rr_ecg - scan[:, 0] * rr_scan)
    assert (systole < 0.25 * apart + 1e-6).all()
    np.testing.assert_allclose(  # milliseconds before the next R wave
        (1 - ecg[:, 2]) * rr_ecg, (1 - scan[:, 2]) * rr_scan, rtol=1e-6, equal_nan=True
    )


def test_two_different_hearts_have_no_common_events() -> None:
    with pytest.raises(AssertionError, match="same heart"):
        event_phases(truths(coupling=0.5))
