"""The rhythm of ECGs whose every beat was placed by hand, and what is said of it."""

import numpy as np
import pytest

from ptacl.rhythm import RHYTHMS, read_rhythm
from ptacl.rhythm.features import FEATURES, as_vector, find_rhythm_features
from ptacl.rhythm.made import fibrillatory_waves
from ptacl.rhythm.premature import find_premature, usual_intervals
from ptacl.rhythm.readout import Readout, read_readout, shipped_readout, write_readout
from ptacl.signal.delineation.beats import find_r_peaks
from tests.signal.made_rhythms import KINDS, NORMAL, irregular, made, sinus

RATE_HZ = 500.0


def rhythm_of_made(signal_mv, spikes=()):
    peaks = find_r_peaks(signal_mv, RATE_HZ)
    return read_rhythm(signal_mv, peaks, RATE_HZ, np.array(spikes, dtype=np.int64))


def fibrillating(seed=3, height_mv=0.05, **kwargs):
    ecg = irregular(seed, **kwargs)
    rng = np.random.default_rng(seed)
    return ecg.signal_mv + fibrillatory_waves(rng, height_mv, ecg.signal_mv.shape[1], RATE_HZ)


@pytest.mark.parametrize("kind", ["normal", "low voltage", "slow, 35/min", "giant negative T"])
def test_sinus_rhythm_is_named_with_its_p_wave(kind):
    rhythm = rhythm_of_made(KINDS[kind]().signal_mv)
    assert rhythm.name == "sinus" and rhythm.probability > 0.8
    assert any(clause.startswith("P before") for clause in rhythm.evidence)


@pytest.mark.parametrize("seed", range(4))
def test_fibrillation_is_named_with_what_speaks_for_it(seed):
    rhythm = rhythm_of_made(fibrillating(seed))
    assert rhythm.name == "atrial_fibrillation" and rhythm.probability > 0.8
    text = "; ".join(rhythm.evidence)
    assert "irregular" in text and "/s in V1" in text and "P before" not in text


def test_the_rate_of_f_waves_is_that_of_the_waves():
    ecg = irregular(5)
    at_s = np.arange(ecg.signal_mv.shape[1]) / RATE_HZ
    signal = ecg.signal_mv.copy()
    signal[6] += (0.06 * np.sin(2 * np.pi * 6.0 * at_s)).astype(np.float32)
    found = find_rhythm_features(
        signal, find_r_peaks(signal, RATE_HZ), RATE_HZ, np.empty(0, dtype=np.int64)
    )
    assert found.f.peak_hz == pytest.approx(6.0, abs=0.3)
    assert found.f.v1_mv == pytest.approx(0.06 / np.sqrt(2), rel=0.35)


def test_irregular_beats_with_a_common_p_are_no_fibrillation():
    rhythm = rhythm_of_made(irregular(3, waves=NORMAL, low_s=0.75, high_s=1.15).signal_mv)
    assert rhythm.name != "atrial_fibrillation"
    assert rhythm.probabilities["atrial_fibrillation"] < 0.2


def test_breathing_makes_sinus_arrhythmia_not_fibrillation():
    at, times = 0.3, []
    while at < 10.2:
        times.append(at)
        at += 0.9 * (1 + 0.2 * np.sin(2 * np.pi * 0.22 * at))
    rhythm = rhythm_of_made(made([(t, NORMAL) for t in times]).signal_mv)
    assert (rhythm.name, rhythm.detail) == ("sinus", "sinus arrhythmia")


@pytest.mark.parametrize(
    ("kind", "detail"),
    [
        ("bigeminy", "ventricular bigeminy"),
        ("trigeminy", "ventricular premature beats"),
        ("an ectopic beat now and then", "ventricular premature beats"),
    ],
)
def test_premature_beats_are_named(kind, detail):
    ecg = KINDS[kind]()
    rhythm = rhythm_of_made(ecg.signal_mv)
    assert rhythm.name == "ectopy" and rhythm.detail == detail


def test_an_early_beat_of_the_usual_shape_is_supraventricular():
    times = [0.3, 1.2, 2.1, 3.0, 3.45, 4.5, 5.4, 6.3, 7.2, 8.1, 9.0]
    ecg = made([(t, NORMAL) for t in times])
    peaks = find_r_peaks(ecg.signal_mv, RATE_HZ)
    found = find_premature(ecg.signal_mv, peaks, RATE_HZ)
    assert found.supraventricular.tolist() == [4] and not found.ventricular.size
    assert rhythm_of_made(ecg.signal_mv).premature == (4,)


def test_the_usual_interval_in_bigeminy_is_half_of_two():
    assert usual_intervals(np.tile([0.5, 1.2], 5)) == pytest.approx(0.85, abs=0.36)
    assert usual_intervals(np.full(8, 0.8)) == pytest.approx(0.8)
    assert (usual_intervals(np.tile([0.5, 1.2], 5)) >= 0.85).all()


def test_stimuli_before_the_beats_make_a_paced_rhythm():
    ecg = KINDS["wide QRS, tented T"]()
    peaks = find_r_peaks(ecg.signal_mv, RATE_HZ)
    assert rhythm_of_made(ecg.signal_mv).name != "paced"
    rhythm = rhythm_of_made(ecg.signal_mv, peaks - 25)
    assert (rhythm.name, rhythm.detail) == ("paced", "ventricular pacing")
    assert rhythm.evidence[0].startswith("stimulus before QRS")


def test_flutter_waves_that_recur_are_evidence():
    rhythm = rhythm_of_made(KINDS["flutter, four to one"]().signal_mv)
    assert rhythm.name == "flutter"
    assert "the same atrial wave recurs between two beats" in rhythm.evidence


@pytest.mark.parametrize("kind", sorted(KINDS))
@pytest.mark.parametrize("rate_hz", [250.0, 500.0])
def test_every_rhythm_has_probabilities_and_evidence(kind, rate_hz):
    ecg = KINDS[kind](rate_hz=rate_hz)
    rhythm = read_rhythm(ecg.signal_mv, find_r_peaks(ecg.signal_mv, rate_hz), rate_hz)
    assert set(rhythm.probabilities) == set(RHYTHMS) and rhythm.evidence
    assert sum(rhythm.probabilities.values()) == pytest.approx(1.0)
    assert rhythm.probability == max(rhythm.probabilities.values())
    assert all(clause and "nan" not in clause for clause in rhythm.evidence)


@pytest.mark.parametrize("beats", [0, 1, 3])
def test_too_few_beats_have_no_rhythm(beats):
    ecg = sinus(NORMAL)
    assert read_rhythm(ecg.signal_mv, find_r_peaks(ecg.signal_mv, RATE_HZ)[:beats], RATE_HZ) is None


def test_missing_samples_and_silent_leads_give_finite_features():
    ecg = sinus(NORMAL)
    signal = ecg.signal_mv.copy()
    signal[:, 2000:2100] = np.nan
    signal[2:8] = 0.0
    found = find_rhythm_features(
        signal, find_r_peaks(signal, RATE_HZ), RATE_HZ, np.empty(0, dtype=np.int64)
    )
    vector = as_vector(found)
    assert vector.shape == (len(FEATURES),) and np.isfinite(vector).all()


def test_gain_changes_no_name():
    for ecg in (fibrillating(), sinus(NORMAL).signal_mv):
        names = {rhythm_of_made((gain * ecg).astype(np.float32)).name for gain in (0.5, 1.0, 2.0)}
        assert len(names) == 1


def test_the_read_out_survives_its_file(tmp_path):
    readout, path = shipped_readout(), tmp_path / "readout.json"
    write_readout(readout, path)
    assert read_readout(path) == readout
    assert readout.rhythms == RHYTHMS and readout.features == FEATURES


def test_features_beyond_the_training_count_as_its_edge():
    readout: Readout = shipped_readout()
    far = np.full(len(FEATURES), 1e6)
    assert readout.probabilities(far) == readout.probabilities(np.array(readout.high))


def test_contributions_explain_the_odds():
    readout = shipped_readout()
    vector = np.array(readout.mean) + 0.3 * np.array(readout.sd)
    odds = readout.logits(vector[None])[0]
    base = np.array(readout.intercepts)
    for index, name in enumerate(RHYTHMS):
        found = sum(readout.contributions(vector, name).values())
        expected = (odds - base)[index] - (odds - base).mean()
        assert found == pytest.approx(expected, abs=1e-9)
