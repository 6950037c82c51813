import numpy as np
import pytest
from scipy.signal import find_peaks, lfilter

from ptacl.synthetic import beat_times_s, draw_truths, simulate_subject
from ptacl.synthetic.drivers import Drivers, drivers_of
from ptacl.synthetic.ecg import (
    DURATION_S,
    Recording,
    _coloured,
    _electrode_noise,
    clean_signal,
    draw_recording,
)
from ptacl.synthetic.hearts import draw_hearts
from ptacl.synthetic.rhythm import draw_beats
from ptacl.synthetic.streams import Stream, generator
from ptacl.synthetic.wave import TEMPLATE_RATE_HZ, TEMPLATE_START_S, Wave
from ptacl.synthetic.waves import draw_beat_shape
from ptacl.types import LEADS

SEED = 5
DRIVERS = Drivers(
    male=1.0, old_years=0.0, adiposity=0.0, rvl=0.0, mass_log=0.0, lv_size_log=0.0,
    rv_size_log=0.0, ef_score=0.0, lbbb=0.0, rbbb=0.0, af=0.0, ectopy=0.0,
    scar_size=0.0, scar_territory=0.0, qrs_width=1.0, qt_s=0.4, pr_s=0.16, rr_s=0.9,
)  # fmt: skip


def ideal(torso: int = 1, **changes: float) -> tuple[np.ndarray, np.ndarray]:
    """A clean ECG and its beat times, for drivers that differ from the mean in ``changes``."""
    drivers = Drivers(**{**{n: getattr(DRIVERS, n) for n in Drivers.__slots__}, **changes})
    rng = np.random.default_rng(0)
    beats = draw_beats(
        rng, rr_s=drivers.rr_s, old_years=0.0,
        fibrillating=bool(drivers.af), ectopic=bool(drivers.ectopy),
    )  # fmt: skip
    shape = draw_beat_shape(np.random.default_rng(torso), drivers)
    return clean_signal(np.random.default_rng(2), drivers, shape, beats), beats.times_s


def around(signal: np.ndarray, times_s: np.ndarray, low_s: float, high_s: float) -> np.ndarray:
    inside = times_s[(times_s + low_s > 0) & (times_s + high_s < DURATION_S)]
    start = np.round((inside + low_s) * 500).astype(int)
    length = round((high_s - low_s) * 500)
    return np.mean([signal[:, s : s + length] for s in start], axis=0)


def test_einthoven_and_goldberger_hold_in_the_noise_too() -> None:
    for index in range(5):
        i, ii, iii, avr, avl, avf = simulate_subject(SEED, index).ecg.signal_mv[:6]
        np.testing.assert_allclose(iii, ii - i, atol=1e-5)
        np.testing.assert_allclose(avr, -(i + ii) / 2, atol=1e-5)
        np.testing.assert_allclose(avl, (i - iii) / 2, atol=1e-5)
        np.testing.assert_allclose(avf, (ii + iii) / 2, atol=1e-5)


INVERSE_DOWER = np.array([
    (0.156, -0.010, -0.172, -0.074, 0.122, 0.231, 0.239, 0.194),
    (-0.227, 0.887, 0.057, -0.019, -0.106, -0.022, 0.041, 0.048),
    (0.022, 0.102, -0.229, -0.310, -0.246, -0.063, 0.055, 0.108),
])  # fmt: skip
"""X, Y and Z of I, II, V1–V6 (Edenbrandt and Pahlm, 1988)."""


def fine(time_s: float) -> int:
    """Sample of a rendered wave."""
    return round((time_s - TEMPLATE_START_S) * TEMPLATE_RATE_HZ)


def test_a_wave_is_the_sum_of_its_gaussians() -> None:
    rng = np.random.default_rng(0)
    wave = Wave(rng.uniform(-0.2, 0.4, 6), rng.uniform(0.01, 0.05, 6), rng.standard_normal((8, 6)))
    rendered = wave.render()
    for at in (100, 900, 1500):
        t = TEMPLATE_START_S + at / TEMPLATE_RATE_HZ
        slow = sum(
            wave.lead_mv[:, k] * np.exp(-((t - wave.centre_s[k]) ** 2) / (2 * wave.width_s[k] ** 2))
            for k in range(6)
        )
        np.testing.assert_allclose(rendered[:, at], slow, atol=1e-4)


def test_r_waves_stand_where_the_truth_says() -> None:
    truths = draw_truths(SEED, range(40))
    for index in np.flatnonzero(truths[["ectopy", "lbbb", "rbbb"]].sum(axis=1) == 0)[:15]:
        signal = simulate_subject(SEED, int(index)).ecg.signal_mv
        slope = np.abs(np.diff(signal, axis=1)).sum(axis=0)
        times = beat_times_s(SEED, int(index))
        for sample in np.round(times[1:-1] * 500).astype(int):
            window = slope[max(sample - 150, 0) : sample + 150]
            assert abs(int(np.argmax(window)) - min(sample, 150)) < 20


def test_the_p_wave_comes_with_pr_and_stays_away_in_fibrillation() -> None:
    for pr_s in (0.14, 0.20):
        signal, times = ideal(pr_s=pr_s)
        before = around(signal, times, -0.28, -0.06)[1]
        assert (np.argmax(before) / 500 - 0.28) == pytest.approx(0.014 - pr_s, abs=0.02)
    fibrillating, times = ideal(af=1.0)
    assert np.std(np.diff(times)) / np.mean(np.diff(times)) > 0.12
    assert np.ptp(around(fibrillating, times, -0.26, -0.1)[1]) < np.ptp(before)


def test_the_t_wave_comes_later_with_a_longer_qt() -> None:
    peaks = []
    for qt_s in (0.36, 0.44):
        signal, times = ideal(qt_s=qt_s)
        peaks.append(np.argmax(around(signal, times, 0.12, 0.6)[1]) / 500 + 0.12)
    assert peaks[1] - peaks[0] == pytest.approx(0.893 * 0.08 / 0.32 * 0.26, abs=0.02)


def test_mass_raises_qrs_voltage_and_lowers_t() -> None:
    light, times = ideal(mass_log=0.0)
    heavy, _ = ideal(mass_log=0.4)
    qrs = [np.ptp(around(s, times, -0.06, 0.07), axis=1).sum() for s in (light, heavy)]
    t = [around(s, times, 0.2, 0.4)[[0, 10, 11]].max(axis=1).sum() for s in (light, heavy)]
    assert qrs[1] / qrs[0] == pytest.approx(np.exp(0.65 * 0.4), rel=0.15)
    assert t[1] < 0.6 * t[0]


def mean_beat_of(torsos: int = 40, **changes: float) -> dict[str, np.ndarray]:
    """Each lead's beat from 0.08 s before R to 0.5 s after it, the mean of several torsos."""
    beats = [around(*ideal(torso, **changes), -0.08, 0.5) for torso in range(torsos)]
    return dict(zip(LEADS, np.mean(beats, axis=0), strict=True))


QRS, T = slice(0, 95), slice(140, 210)
"""Of `mean_beat_of`: to 110 ms after R, from 200 to 340 ms after it."""


def test_right_bundle_branch_block_ends_with_forces_to_the_right() -> None:
    right = mean_beat_of(rbbb=1.0)
    late = slice(60, 75)
    assert right["V1"][late].max() > 0.3 > mean_beat_of()["V1"][late].max() + 0.25
    assert right["I"][late].min() < -0.15 and right["V6"][late].min() < -0.1
    assert right["V1"][T].min() < -0.05


def test_left_bundle_branch_block_is_broad_notched_and_without_septal_forces() -> None:
    left = mean_beat_of(lbbb=1.0, qt_s=0.44)
    for lead in ("I", "aVL", "V5", "V6"):
        wave = left[lead][QRS]
        assert wave.min() > -0.1 * wave.max(), f"a septal q in {lead}"
        assert np.ptp(np.flatnonzero(wave > 0.5 * wave.max())) * 2 > 60, f"a narrow R in {lead}"
    peaks, _ = find_peaks(left["V6"][QRS], prominence=0.05)
    assert len(peaks) == 2
    for lead in ("V1", "V2", "V3"):
        wave = left[lead][QRS]
        assert -wave.min() > max(0.8, 5 * wave[: wave.argmin()].max()), f"an R in {lead}"


def test_st_and_t_point_away_from_qrs_in_left_bundle_branch_block() -> None:
    left, st = mean_beat_of(lbbb=1.0, qt_s=0.44), slice(95, 105)
    for lead in ("I", "aVL", "V6"):
        assert left[lead][st].mean() < 0 and left[lead][T].min() < -0.05, lead
    for lead in ("V1", "V2", "V3"):
        assert left[lead][st].mean() > 0.1 and left[lead][T].mean() > 0.3, lead


def test_st_and_t_point_away_from_qrs_in_strain() -> None:
    usual, heavy, st = mean_beat_of(), mean_beat_of(mass_log=0.5), slice(95, 105)
    for lead in ("I", "aVL", "V6"):
        assert heavy[lead][st].mean() < -0.02 and heavy[lead][T].min() < -0.03, lead
    for lead in ("V1", "V2"):
        assert heavy[lead][st].mean() > usual[lead][st].mean() + 0.02, lead
        assert heavy[lead][T].max() > usual[lead][T].max(), lead
    assert usual["V6"][T].max() > usual["V1"][T].max(), "T in V1 against T in V6"
    assert heavy["V6"][T].max() < heavy["V1"][T].max(), "T in V1 against T in V6"


def areas(torso: int, **changes: float) -> np.ndarray:
    """Area of QRS and T together in each of the eight leads, in mV ms."""
    drivers = Drivers(**{**{n: getattr(DRIVERS, n) for n in Drivers.__slots__}, **changes})
    shape = draw_beat_shape(np.random.default_rng(torso), drivers)
    return 1000 * (shape.qrs + shape.t).render().sum(axis=1) / TEMPLATE_RATE_HZ


def test_the_ventricular_gradient_outlasts_a_right_bundle_branch_block() -> None:
    for torso in range(5):
        free, blocked = areas(torso), areas(torso, rbbb=1.0)
        np.testing.assert_allclose(blocked, free, atol=0.02 * np.abs(free).max())


def test_an_old_left_bundle_branch_block_measures_as_shvilkin_found() -> None:
    """Shvilkin et al., Heart Rhythm 2010;7:1085: 1,760 ECGs, QRS 2.47 mV, T .71, S over T 3.54.

    And the highest ST over S of V1–V4 is .10 (Smith et al., Ann Emerg Med 2012).
    """
    truths = draw_truths(SEED, range(3000))
    found = []
    for index in map(int, np.flatnonzero(truths["lbbb"])):
        drivers = drivers_of(draw_hearts(SEED, [index], 1.0).ecg)
        shape = draw_beat_shape(generator(SEED, index, Stream.TORSO), drivers)
        beat = (shape.qrs + shape.t).render()
        qrs, t = beat[:, fine(-0.12) : fine(0.095)], beat[:, fine(0.13) : fine(0.6)]
        s_wave, st = -qrs[2:].min(axis=1), beat[2:6, fine(0.095)]
        found.append([
            *(np.linalg.norm(INVERSE_DOWER @ wave, axis=0).max() for wave in (qrs, t)),
            s_wave.max() / t[2:].max(), (st / np.maximum(s_wave[:4], 0.3)).max(),
        ])  # fmt: skip
    qrs_mv, t_mv, s_over_t, st_over_s = np.mean(found, axis=0)
    assert qrs_mv == pytest.approx(2.47, abs=0.15)
    assert t_mv == pytest.approx(0.71, abs=0.08)
    assert s_over_t == pytest.approx(3.54, abs=0.35)
    assert st_over_s == pytest.approx(0.10, abs=0.03)


def test_a_clean_qrs_lasts_as_long_as_the_truth_says() -> None:
    truths = draw_truths(SEED, range(400))
    for blocks in ("none", "lbbb", "rbbb"):
        blocked = truths[["lbbb", "rbbb"]].sum(axis=1) == 0 if blocks == "none" else truths[blocks]
        errors = []
        for index in np.flatnonzero(blocked)[:10]:
            drivers = drivers_of(draw_hearts(SEED, [int(index)], 1.0).ecg)
            shape = draw_beat_shape(generator(SEED, int(index), Stream.TORSO), drivers)
            slope = np.abs(np.gradient(shape.qrs.render(), axis=1)).sum(axis=0)
            steep = np.flatnonzero(slope > 0.05 * slope.max())
            lasts_ms = 1000 * (steep[-1] - steep[0]) / TEMPLATE_RATE_HZ
            errors.append(lasts_ms - truths["qrs_ms"].iloc[index])
        assert abs(np.mean(errors)) < 8 and np.std(errors) < 12, blocks


def test_premature_beats_are_early_broad_and_followed_by_a_pause() -> None:
    rng = np.random.default_rng(4)
    beats = draw_beats(rng, rr_s=0.9, old_years=0.0, fibrillating=False, ectopic=True)
    early = np.flatnonzero(beats.ectopic)
    assert 1 <= early.size <= 3
    assert (beats.previous_rr_s[early] < 0.75 * 0.9).all()
    assert (beats.previous_rr_s[early + 1] > 1.2 * 0.9).all()


def test_noise_has_the_size_and_the_colour_that_is_stated() -> None:
    still = Recording(0.02, wander_mv=0.0, mains_mv=0.0, noisy_electrode=-1, flat_lead=-1)
    noise = [_electrode_noise(np.random.default_rng(k), still) for k in range(30)]
    lead_i = np.stack([electrodes[1] - electrodes[0] for electrodes in noise])
    # Electrodes differ by exp(0.3 N), so their noise power is exp(2 · 0.3²) of the stated one.
    assert lead_i.std() == pytest.approx(0.02 * np.exp(0.3**2), rel=0.15)
    power = np.abs(np.fft.rfft(lead_i, axis=1)) ** 2
    hz = np.fft.rfftfreq(5000, 1 / 500)
    bands = [power[:, (hz > low) & (hz < high)].mean() for low, high in ((8, 12), (80, 120))]
    assert 4 < np.sqrt(bands[0] / bands[1]) < 12


def test_noise_is_coloured_as_the_recursion_would() -> None:
    white = np.random.default_rng(0).standard_normal((9, 400), dtype=np.float32)
    slow = lfilter([1, 0.5], [1, -0.88], white.astype(float), axis=1) / 3.07
    np.testing.assert_allclose(_coloured(white), slow, atol=3e-3)


def test_a_bad_electrode_spoils_the_leads_that_use_it() -> None:
    signals = {}
    for electrode in (-1, 5):
        recording = Recording(0.01, 0.0, 0.0, noisy_electrode=electrode, flat_lead=-1)
        signals[electrode] = _electrode_noise(np.random.default_rng(0), recording).std(axis=1)
    np.testing.assert_allclose(
        signals[5] / signals[-1], np.where(np.arange(9) == 5, 8, 1), rtol=1e-3
    )


def test_the_stated_noise_is_that_of_the_recording() -> None:
    for index in range(6):
        recording = draw_recording(generator(SEED, index, Stream.RECORDING))
        assert recording.noise_mv == draw_truths(SEED, [index])["noise_mv"].iloc[0]
