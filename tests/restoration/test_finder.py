"""What the shipped restorer says, and when it says nothing."""

from dataclasses import replace

import numpy as np
import pytest

from ptacl.checkpoint.side_networks import WEIGHTS
from ptacl.io import read_ecg
from ptacl.restoration.deviation import Deviation
from ptacl.restoration.files import RESTORER
from ptacl.restoration.finder import AnomalyFinder, load_finder, shipped_finder
from ptacl.restoration.grid import BEAT_SAMPLES, RATE_HZ, SAMPLES
from ptacl.restoration.record import (
    anomaly_lines,
    anomaly_record,
    anomaly_row,
    anomaly_sentence,
    shown_restored,
)
from ptacl.signal.preparation import prepare_ecg
from ptacl.signal.recipe import MMCL_ECG, EcgRecipe
from ptacl.synthetic import simulate_ecg
from ptacl.synthetic.without_disease import simulate_twins, subjects_with
from ptacl.types import Anomaly, Ecg


@pytest.fixture(scope="module")
def finder() -> AnomalyFinder:
    return load_finder(RESTORER.shipped())


def find(finder: AnomalyFinder, ecg: Ecg) -> Anomaly:
    return finder.find_in(prepare_ecg(ecg), ecg)


def test_the_shipped_restorer_is_small_and_marked_synthetic(finder: AnomalyFinder) -> None:
    assert (RESTORER.shipped() / WEIGHTS).stat().st_size < 2_000_000
    assert finder.config.synthetic and finder.config.commands
    card = (RESTORER.shipped() / "README.md").read_text()
    assert "simulated hearts alone" in card


def test_another_recipe_has_no_restorer() -> None:
    assert shipped_finder(EcgRecipe()) is not None and shipped_finder(MMCL_ECG) is None


def test_a_block_is_far_from_normal_hearts(finder: AnomalyFinder) -> None:
    index = subjects_with("block", 6, range(200))[0]
    ill = find(finder, simulate_twins(6, index, "block").ecg)
    well = find(finder, simulate_ecg(6, 4, ages="adults")[0])
    assert ill.percentile > 99 and ill.score > well.score
    assert ill.findings and all(finding.percentile >= 95 for finding in ill.findings)
    assert np.nanmax(np.abs(ill.z)) > np.nanmax(np.abs(well.z))


def test_a_wave_that_is_made_higher_is_found_at_its_lead_and_time(finder: AnomalyFinder) -> None:
    ecg, times_s = simulate_ecg(6, 4, ages="adults")
    raised = ecg.signal_mv.copy()
    seconds = np.arange(raised.shape[1]) / 500
    for r_wave in times_s:
        raised[9] += 0.6 * np.exp(-0.5 * ((seconds - r_wave - 0.2) / 0.03) ** 2)
    found = find(finder, replace(ecg, signal_mv=raised))
    assert not found.withheld
    first = next(finding for finding in found.findings if finding.lead == "V4")
    assert first.wave == "ST–T" and first.z > 0 and first.start_ms < 200 < first.end_ms


def test_a_beat_that_is_unlike_the_others_is_found_at_its_time(finder: AnomalyFinder) -> None:
    ecg, _ = simulate_ecg(6, 4, ages="adults")
    signal = ecg.signal_mv.copy()
    signal[7, 2600:2700] += np.hanning(100).astype(np.float32)
    found = find(finder, replace(ecg, signal_mv=signal))
    findings = [finding for finding in found.findings if finding.wave == "rhythm"]
    assert findings and findings[0].lead == "V2" and 5100 < findings[0].start_ms < 5500


def test_where_the_gate_withholds_only_the_reason_is_given(finder: AnomalyFinder) -> None:
    ecg, _ = simulate_ecg(6, 4, ages="adults")
    shuffled = replace(ecg, signal_mv=ecg.signal_mv[np.random.default_rng(0).permutation(12)])
    found = find(finder, shuffled)
    assert found.withheld and found.z is None and not found.findings
    assert anomaly_record(found) == {"withheld": found.withheld}
    assert anomaly_row(found) == {"anomaly_withheld": found.withheld}
    assert anomaly_lines(found) == [
        f"does not fit  No judgement of what does not fit. {found.withheld}"
    ]


def test_muscle_noise_widens_and_is_not_said_to_be_the_heart(finder: AnomalyFinder) -> None:
    ecg, _ = simulate_ecg(6, 4, ages="adults")
    noise = 0.15 * np.random.default_rng(0).standard_normal(ecg.signal_mv.shape)
    noisy = replace(ecg, signal_mv=(ecg.signal_mv + noise).astype(np.float32))
    found = find(finder, noisy)
    assert found.withheld or all(finding.cause == "recording" for finding in found.findings)


def test_an_absent_lead_is_silent(finder: AnomalyFinder) -> None:
    ecg, _ = simulate_ecg(6, 4, ages="adults")
    prepared = prepare_ecg(ecg)
    quality = replace(prepared.quality, absent=("V6",))
    found = finder.find(prepared.signal_mv, prepared.r_peaks, quality)
    assert np.isnan(found.z[11]).all() and np.isnan(found.restored_mv[11]).all()
    assert all(finding.lead != "V6" for finding in found.findings)
    assert np.isfinite(found.z[:11, 12:-12]).all()
    assert np.isnan(found.z[:, :3]).all() and np.isnan(found.z[:, -3:]).all()


def test_a_short_recording_is_silent_after_its_end(finder: AnomalyFinder) -> None:
    ecg, _ = simulate_ecg(6, 4, ages="adults")
    found = find(finder, replace(ecg, signal_mv=ecg.signal_mv[:, :3500]))
    assert not found.withheld
    assert np.isnan(found.z[:, 141:]).all() and np.isfinite(found.z[:, 12:128]).all()


def test_the_json_record_has_the_words_of_each_place(finder: AnomalyFinder) -> None:
    index = subjects_with("block", 6, range(200))[0]
    found = find(finder, simulate_twins(6, index, "block").ecg)
    record = anomaly_record(found)
    assert record is not None and len(record["findings"]) == len(found.findings)
    assert all(" SD " in finding["text"] for finding in record["findings"])
    assert anomaly_row(found)["anomaly_unusual"] is True


def test_the_restored_trace_follows_the_recordings_baseline(finder: AnomalyFinder) -> None:
    ecg, _ = simulate_ecg(6, 4, ages="adults")
    tilted = replace(ecg, signal_mv=ecg.signal_mv + 1.0)
    found = find(finder, ecg)
    assert found.restored_mv is not None and found.restored_mv.shape == (12, 10 * RATE_HZ)
    plain = shown_restored(found, ecg.signal_mv, 500.0, 0.0)
    again = shown_restored(found, tilted.signal_mv, 500.0, 0.0)
    np.testing.assert_allclose(plain, again, atol=1e-4)
    about = ecg.signal_mv - np.median(ecg.signal_mv, axis=1, keepdims=True)
    inside = np.isfinite(plain)
    assert np.abs(plain - about)[inside].mean() < 0.08


def test_the_probability_of_a_change_grows_with_deviation_and_doubt() -> None:
    known = np.ones((12, SAMPLES), bool)
    total, sd = np.zeros((2, 12, SAMPLES), np.float32)
    total[0, 2], sd[:] = 0.2, 0.01
    sd[0, 1] = 0.1
    beat, empty = np.zeros((12, BEAT_SAMPLES), np.float32), np.zeros_like(total)
    found = Deviation(beat, beat, empty, empty, total, sd, empty, known)
    sure, doubtful, far = found.change_probability()[0, :3]
    assert sure < 0.001 and 0.5 < doubtful < 0.7 and far > 0.999


@pytest.mark.parametrize("name", ["00022_hr", "00032_hr"])
def test_real_ecgs_are_read(finder: AnomalyFinder, name: str) -> None:
    from tests.real_files import SHARED

    path = SHARED / "ecg" / "wfdb_ptbxl_more" / f"{name}.hea"
    if not path.is_file():
        pytest.skip("no real records here")
    found = find(finder, read_ecg(path))
    assert found.withheld or np.isfinite(found.score)


def test_what_is_not_unusual_though_rare_among_simulated_hearts_says_why() -> None:
    rare = anomaly_sentence(Anomaly(percentile=99.1))
    assert "99 %" in rare and "real normal ECGs" in rare and "not unusual" in rare
    assert "real" not in anomaly_sentence(Anomaly(percentile=67.0))
