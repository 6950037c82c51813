"""The same heart with and without its disease."""

import numpy as np
import pytest

from ptacl.synthetic import draw_truths, simulate_ecg
from ptacl.synthetic.without_disease import (
    DISEASES,
    simulate_twins,
    subjects_with,
    without_disease,
)

SEED = 6


@pytest.mark.parametrize("disease", DISEASES)
def test_the_recorded_twin_is_the_heart_itself(disease: str) -> None:
    index = subjects_with(disease, SEED, range(200))[0]
    twins = simulate_twins(SEED, index, disease)
    ecg, r_waves_s = simulate_ecg(SEED, index, ages="adults")
    assert (twins.ecg.signal_mv == ecg.signal_mv).all()
    assert (twins.r_waves_s == r_waves_s).all()


@pytest.mark.parametrize("disease", DISEASES)
def test_only_those_with_the_disease_differ(disease: str) -> None:
    ill = subjects_with(disease, SEED, range(200))[0]
    well = int(np.flatnonzero(without_disease(draw_truths(SEED, range(60), ages="adults")))[0])
    assert _change(simulate_twins(SEED, ill, disease)) > 0.05
    if disease != "strain":  # of a mass above the mean, strain is removed gradually
        assert _change(simulate_twins(SEED, well, disease)) == 0


def test_a_block_changes_qrs_and_t_but_not_the_p_wave_before_them() -> None:
    truths = draw_truths(SEED, range(400), ages="adults")
    only = (truths["lbbb"] > 0) & (truths["ectopy"] == 0) & (truths["af"] == 0)
    index = int(np.flatnonzero(only)[0])
    twins = simulate_twins(SEED, index, "block")
    r_peak = round(500 * twins.r_waves_s[3])
    change = np.abs(twins.with_mv - twins.without_mv)[:, r_peak - 150 : r_peak + 200].max(axis=0)
    assert change[60:90].max() < 0.01 < 0.3 < change[130:250].max()


def test_strain_leaves_qrs_and_rhythm_as_they_are() -> None:
    index = subjects_with("strain", SEED, range(200))[0]
    twins = simulate_twins(SEED, index, "strain")
    r_peak = round(500 * twins.r_waves_s[3])
    change = np.abs(twins.with_mv - twins.without_mv).max(axis=0)
    assert change[r_peak - 20 : r_peak + 10].max() < 0.03 < change[r_peak + 50 : r_peak + 200].max()


def test_without_ectopy_the_beat_is_at_its_place_in_the_rhythm() -> None:
    truths = draw_truths(SEED, range(400), ages="adults")
    only = (truths["ectopy"] > 0) & (truths["af"] == 0) & (truths["lbbb"] == 0)
    index = int(np.flatnonzero(only)[0])
    twins = simulate_twins(SEED, index, "ectopy")
    changed = (np.abs(twins.with_mv - twins.without_mv) > 0.05).any(axis=0).mean()
    assert 0.03 < changed < 0.6


def test_twins_with_another_number_of_terms_share_the_later_draws() -> None:
    # T of a heart with block but without disease otherwise: rotation and width are drawn after QRS.
    truths = draw_truths(SEED, range(600), ages="adults")
    only = (truths["lbbb"] > 0) & (truths["ectopy"] == 0) & (truths["af"] == 0)
    for index in np.flatnonzero(only)[:3].tolist():
        twins = simulate_twins(SEED, index, "block")
        again = simulate_twins(SEED, index, "block")
        assert (twins.without_mv == again.without_mv).all()


def _change(twins) -> float:
    return float(np.abs(twins.with_mv - twins.without_mv).max())
