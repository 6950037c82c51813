"""ECGs of known rhythm: made as stated, and the read-out names them."""

import numpy as np
import pytest

from ptacl.rhythm.examples import class_numbers, measured, simulated_examples
from ptacl.rhythm.features import FEATURES
from ptacl.rhythm.fit import (
    confusion,
    expected_calibration_error,
    fit_readout,
    prior_weights,
)
from ptacl.rhythm.made import MAKERS, fibrillation, flutter, sinus_arrhythmia
from ptacl.rhythm.readout import PRIORS
from ptacl.signal.delineation.beats import find_r_peaks
from ptacl.signal.laid_beats import cut_between_beats
from ptacl.synthetic import simulate_ecg
from ptacl.types import RHYTHMS

RATE_HZ = 500.0


@pytest.fixture(scope="module")
def cut():
    ecg, _ = simulate_ecg(5, 1, ages="adults")
    return cut_between_beats(ecg.signal_mv, find_r_peaks(ecg.signal_mv, RATE_HZ), RATE_HZ)


@pytest.mark.parametrize(
    ("name", "maker"),
    [(name, maker) for name, makers in MAKERS.items() for maker in dict.fromkeys(makers)],
)
def test_makers_give_ten_seconds_and_repeat_themselves(cut, name, maker):
    first, again = (maker(cut, np.random.default_rng(3)) for _ in range(2))
    assert first.name == name and first.signal_mv.shape == (12, 5000)
    assert np.isfinite(first.signal_mv).all() and np.array_equal(first.signal_mv, again.signal_mv)
    assert first.signal_mv[2] == pytest.approx(first.signal_mv[1] - first.signal_mv[0], abs=1e-3)
    assert (np.diff(first.r_peaks) > 0.25 * RATE_HZ).all()
    assert measured(first).shape == (len(FEATURES),)


def test_fibrillation_is_rough_and_sinus_arrhythmia_smooth(cut):
    rough = FEATURES.index("roughness")
    values = [
        np.median([measured(make(cut, np.random.default_rng(s)))[rough] for s in range(8)])
        for make in (fibrillation, sinus_arrhythmia)
    ]
    assert values[0] > values[1] + 0.1


def test_flutter_repeats_between_the_beats(cut):
    repeats = FEATURES.index("flutter_repeats")
    made = [flutter(cut, np.random.default_rng(seed)) for seed in range(20)]
    four = [measured(m)[repeats] for m in made if m.kind == "flutter 4:1"]
    assert four and np.median(four) > 0.5
    assert np.median([measured(sinus_arrhythmia(cut, np.random.default_rng(s)))[repeats]
                      for s in range(6)]) < 0.2  # fmt: skip


@pytest.fixture(scope="module")
def examples():
    return simulated_examples(21, 3)


def test_a_read_out_of_few_hearts_names_other_beats_of_them(examples):
    readout = fit_readout(examples, 21, 3)
    named = readout.logits(examples.features).argmax(axis=1)
    numbers = class_numbers(examples.names)
    right = {RHYTHMS[n]: np.mean(named[numbers == n] == n) for n in np.unique(numbers)}
    assert right["sinus"] > 0.9 and right["atrial_fibrillation"] > 0.7 and right["ectopy"] > 0.5
    text = confusion(readout, examples)
    assert "atrial fibrillation" in text and "expected calibration error" in text


def test_permuted_labels_are_not_learned(examples):
    rng = np.random.default_rng(0)
    numbers = class_numbers(examples.names)
    wrong = rng.permutation(numbers)
    shuffled = examples.rows(np.ones(numbers.size, dtype=bool))
    object.__setattr__(shuffled, "names", tuple(RHYTHMS[n] for n in wrong))
    half = np.arange(numbers.size) % 2 == 0
    readout = fit_readout(shuffled.rows(half))
    named = readout.logits(examples.features[~half]).argmax(axis=1)
    # by chance: at most what naming the commonest rhythm alone would give, and some
    assert np.mean(named == wrong[~half]) < np.bincount(wrong).max() / wrong.size + 0.12


def test_both_origins_and_all_rhythms_are_among_the_examples(examples):
    assert set(examples.names) == set(RHYTHMS) and set(examples.origins) == {"laid", "simulator"}


def test_weights_make_the_mixture_that_of_the_priors():
    numbers = np.array([0, 0, 0, 1, 2, 3, 4, 5, 5])
    weights = prior_weights(numbers)
    for index, name in enumerate(RHYTHMS):
        assert weights[numbers == index].sum() == pytest.approx(PRIORS[name])
    assert sum(PRIORS.values()) == pytest.approx(1.0)


def test_calibration_error_by_the_slow_formula():
    sure = np.zeros((4, 6))
    sure[:, 0] = [0.95, 0.95, 0.55, 0.55]
    sure[:, 1] = 1 - sure[:, 0]
    numbers, weights = np.array([0, 0, 0, 1]), np.ones(4)
    # two at .95, both right: .05; two at .55, one right: .05
    assert expected_calibration_error(sure, numbers, weights) == pytest.approx(0.05)
