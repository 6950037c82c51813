import numpy as np
import pytest

from ptacl.signal.delineation.aligned_beats import align_beats, align_ecg
from ptacl.signal.delineation.beats import find_r_peaks
from ptacl.signal.delineation.qrs import AFTER_S, BEFORE_S
from tests.signal.made_ecgs import make_ecg

OWN_S, OTHER_S = np.arange(0.6, 10, 0.9), np.arange(0.5, 10, 0.7)


def test_each_beat_lies_on_the_r_peak_of_the_same_number_at_every_rate():
    own = make_ecg(OWN_S)
    other = make_ecg(OTHER_S, rate_hz=1000.0, noise_mv=0.0)
    other[:] += 0.4  # an electrode's offset is no difference between two hearts
    own_peaks, other_peaks = find_r_peaks(own, 500.0), find_r_peaks(other, 1000.0)
    laid = align_ecg(other, other_peaks, 1000.0, own_peaks, 500.0, own.shape[1])
    assert laid.shape == own.shape
    for peak in own_peaks[: len(other_peaks)]:
        around = laid[1, peak - 20 : peak + 21]
        assert abs(int(np.argmax(around)) - 20) <= 1
        assert around.max() == pytest.approx(1.0, abs=0.03)


def test_beats_are_not_stretched_and_what_no_beat_reaches_stays_open():
    window = round((BEFORE_S + AFTER_S) * 500)
    beats = np.broadcast_to(np.arange(window, dtype=float), (2, 12, window))
    laid = align_beats(beats, np.array([500, 2500, 4500]), 500.0, 5000)
    written = np.isfinite(laid[0])
    assert written[500 - 180 : 500 + 300].all() and written[2500 - 180 : 2500 + 300].all()
    assert written.sum() == 2 * window
    np.testing.assert_array_equal(np.diff(laid[0, 320:800]), 1.0)
