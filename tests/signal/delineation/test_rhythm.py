import numpy as np
import pytest

from ptacl.signal.delineation.beat_types import alternates, beat_kinds
from ptacl.signal.delineation.beats import find_r_peaks
from ptacl.signal.delineation.rhythm import Rhythm, find_rhythm, paced_chambers, rhythm_caveats
from ptacl.signal.preparation import prepare_ecg
from ptacl.types import Ecg
from tests.signal.made_rhythms import KINDS

NO_SPIKES = np.empty(0, np.int64)
R_PEAKS = np.arange(200, 5000, 425)


def rhythm_of(kind):
    ecg = KINDS[kind](noise_mv=0.01)
    return find_rhythm(ecg.signal_mv, find_r_peaks(ecg.signal_mv, 500.0), NO_SPIKES, 500.0), ecg


@pytest.mark.parametrize("kind", KINDS)
def test_two_shapes_take_turns_in_bigeminy_and_nowhere_else(kind):
    rhythm, ecg = rhythm_of(kind)
    assert rhythm.alternates == kind.startswith("bigeminy")
    assert rhythm.rate_bpm == pytest.approx(ecg.mean_rate_bpm, rel=0.05)
    assert [c.code for c in rhythm_caveats(rhythm)] == ["alternating_beats"] * rhythm.alternates


def test_kind_0_is_the_narrow_beat_of_bigeminy():
    ecg = KINDS["bigeminy"]()
    kinds = beat_kinds(ecg.signal_mv, find_r_peaks(ecg.signal_mv, 500.0), 500.0)
    np.testing.assert_array_equal(kinds, np.arange(kinds.size) % 2)


def test_a_few_beats_do_not_alternate():
    assert not alternates(np.array([0, 1, 0]))
    assert alternates(np.array([0, 1, 0, 1]))


@pytest.mark.parametrize(("rate_bpm", "told"), [(15, True), (38, False), (200, False), (260, True)])
def test_a_rate_that_no_heart_has_is_told(rate_bpm, told):
    caveats = rhythm_caveats(Rhythm(float(rate_bpm), False, "none", 0))
    assert [c.code for c in caveats] == ["rate_impossible"] * told


@pytest.mark.parametrize(
    ("before", "chambers"),
    [((110,), "atria"), ((30,), "ventricles"), ((110, 30), "both"), ((250,), "unclear")],
)
def test_chambers_are_told_by_the_time_before_the_beat(before, chambers):
    spikes = np.sort(np.concatenate([R_PEAKS - samples for samples in before]))
    assert paced_chambers(R_PEAKS, spikes[spikes >= 0], 500.0) == chambers


def test_without_spikes_or_beats_nothing_is_paced():
    assert paced_chambers(R_PEAKS, NO_SPIKES, 500.0) == "none"
    assert paced_chambers(NO_SPIKES, R_PEAKS, 500.0) == "unclear"
    assert np.isnan(find_rhythm(np.zeros((12, 900)), NO_SPIKES, NO_SPIKES, 500.0).rate_bpm)


def test_an_ordinary_ecg_has_no_caveat_of_rhythm():
    ecg = KINDS["normal"]()
    assert prepare_ecg(Ecg(ecg.signal_mv, 500.0, "csv")).quality.caveats == ()
