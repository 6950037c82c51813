import numpy as np
import pandas as pd
import pytest

from ptacl.errors import PtaclError
from ptacl.phenotypes import PHENOTYPE_KEYS, body_surface_area_m2
from ptacl.synthetic import SIMULATION_VERSION, beat_times_s, cohort, draw_truths, simulate_subject
from ptacl.synthetic.drivers import drivers_of
from ptacl.synthetic.ecg import draw_recording
from ptacl.synthetic.hearts import draw_hearts
from ptacl.synthetic.streams import Stream, generator
from ptacl.types import LEADS

SEED = 3


@pytest.fixture(scope="module")
def truths() -> pd.DataFrame:
    return draw_truths(SEED, range(5000))


def first_with(truths: pd.DataFrame, mask: pd.Series) -> int:
    return int(np.flatnonzero(mask)[0])


def test_a_subject_is_the_same_bit_for_bit_whoever_was_simulated_before() -> None:
    alone = simulate_subject(SEED, 5)
    simulate_subject(SEED, 4)
    again = simulate_subject(SEED, 5)
    assert alone.ecg.signal_mv.tobytes() == again.ecg.signal_mv.tobytes()
    assert alone.cine.frames.tobytes() == again.cine.frames.tobytes()
    assert alone.subject == again.subject
    assert alone.truth == again.truth or np.isnan(alone.truth["pr_ms"])


def test_whoever_changes_what_a_seed_gives_raises_the_version() -> None:
    # Changed on purpose? Raise SIMULATION_VERSION, and put the new values here.
    pair, blocked, heavy = (simulate_subject(1, index) for index in (5, 20, 30))
    found = [
        *(np.abs(each.ecg.signal_mv).mean(dtype=np.float64) for each in (pair, blocked, heavy)),
        pair.cine.frames.mean(), pair.cine.rr_ms, pair.subject.phenotypes["lvedv_ml"],
    ]  # fmt: skip
    assert SIMULATION_VERSION == 5
    assert blocked.truth["lbbb"] == 1 and heavy.truth["ecg_mass_log"] > 0.3
    assert found == pytest.approx(
        [0.0892503, 0.1461665, 0.0933743, 58.38082, 797.4244, 150.2713], rel=1e-4
    )


def test_subjects_and_cohorts_differ() -> None:
    ecgs = {simulate_subject(s, i).ecg.signal_mv.tobytes() for s, i in ((1, 0), (1, 1), (2, 0))}
    assert len(ecgs) == 3


def test_the_size_of_the_image_changes_neither_field_of_view_nor_heart() -> None:
    small, large = simulate_subject(SEED, 1, size=32), simulate_subject(SEED, 1, size=96)
    assert small.truth == large.truth
    assert small.ecg.signal_mv.tobytes() == large.ecg.signal_mv.tobytes()
    for pair, size in ((small, 32), (large, 96)):
        assert pair.cine.frames.shape == (50, size, size)
        assert pair.cine.spacing_mm[0] * size == pytest.approx(153.6)
    coarse = large.cine.frames[0].reshape(32, 3, 32, 3).mean((1, 3))
    assert np.corrcoef(coarse.ravel(), small.cine.frames[0].ravel())[0, 1] > 0.95


def test_the_pair_keeps_the_contract() -> None:
    pair = simulate_subject(SEED, 0)
    assert pair.subject.subject_id == "S3-00000"
    assert tuple(pair.subject.phenotypes) == PHENOTYPE_KEYS
    assert pair.ecg.signal_mv.shape == (12, 5000) and pair.ecg.signal_mv.dtype == np.float32
    assert pair.cine.frames.shape == (50, 64, 64) and pair.cine.frames.dtype == np.uint8
    assert pair.cine.spacing_mm == pytest.approx((2.4, 2.4))
    np.testing.assert_allclose(pair.cine.phases, np.arange(50) / 50)
    assert all(type(value) is float for value in pair.truth.values())


@pytest.mark.parametrize("coupling", [1.0, 0.4])
def test_truths_drawn_together_equal_those_drawn_alone(coupling: float) -> None:
    together = draw_truths(SEED, [7, 2, 11], coupling)
    for row, index in enumerate([7, 2, 11]):
        pair = simulate_subject(SEED, index, coupling=coupling)
        expected = {**pair.subject.phenotypes, **pair.truth, "age_years": pair.subject.age_years}
        got = together.iloc[row]
        assert got.name == pair.subject.subject_id and got["sex"] == pair.subject.sex
        for key, value in expected.items():
            np.testing.assert_equal(float(got[key]), value, err_msg=key)


def test_nonsense_is_refused_in_plain_words() -> None:
    for options in ({"coupling": 1.5}, {"size": 8}):
        with pytest.raises(PtaclError, match=r"got 1\.5|at least 16"):
            simulate_subject(1, 0, **options)
    with pytest.raises(PtaclError, match="start at 0"):
        draw_truths(1, [-1])


def test_healthy_hearts_are_distributed_as_those_of_uk_biobank(truths: pd.DataFrame) -> None:
    # Petersen et al., 2017: mean and SD.
    expected = {
        "male": {"lvedv_ml": (166, 32), "lvesv_ml": (69, 16), "lvef_pct": (58, 5),
                 "lvm_g": (103, 21), "rvedv_ml": (182, 36), "rvef_pct": (54, 6)},
        "female": {"lvedv_ml": (124, 21), "lvesv_ml": (49, 11), "lvef_pct": (61, 5),
                   "lvm_g": (70, 13), "rvedv_ml": (130, 24), "rvef_pct": (58, 6)},
    }  # fmt: skip
    loads = ["dcm", "hyp", "rvl", "lbbb_scan", "scar_size"]
    healthy = truths[truths[loads].sum(axis=1) == 0]
    for sex, table in expected.items():
        of_sex = healthy[healthy["sex"] == sex]
        for key, (mean, sd) in table.items():
            assert of_sex[key].mean() == pytest.approx(mean, abs=0.25 * sd), (sex, key)
            assert 0.65 * sd < of_sex[key].std() < 1.1 * sd, (sex, key)


def test_the_cohort_holds_the_failing_hearts_of_a_population(truths: pd.DataFrame) -> None:
    assert 0.03 < (truths["lvef_pct"] < 45).mean() < 0.08
    assert 56 < truths["lvef_pct"].mean() < 60
    assert truths["age_years"].between(45, 82).all()
    assert (truths["sex"] == "male").mean() == pytest.approx(0.48, abs=0.03)


def test_adults_are_the_same_hearts_at_other_ages(truths: pd.DataFrame) -> None:
    adults = draw_truths(SEED, range(5000), ages="adults")
    assert adults["age_years"].between(18, 90).all()
    assert (adults["age_years"] < 40).mean() == pytest.approx(0.2, abs=0.03)
    assert (adults["age_years"].rank() == truths["age_years"].rank()).all()
    np.testing.assert_array_equal(adults["lvm_g"], truths["lvm_g"])
    pair = simulate_subject(SEED, 11, ages="adults")
    assert pair.subject.age_years == adults["age_years"].iloc[11]
    assert pair.truth["qrs_ms"] == adults["qrs_ms"].iloc[11]


def test_phenotypes_agree_with_one_another(truths: pd.DataFrame) -> None:
    for side in ("lv", "rv"):
        edv, esv, sv = (truths[f"{side}{part}_ml"] for part in ("edv", "esv", "sv"))
        np.testing.assert_allclose(edv - esv, sv)
        np.testing.assert_allclose(100 * sv / edv, truths[f"{side}ef_pct"])
        assert truths[f"{side}ef_pct"].between(10, 80).all()


def test_height_and_weight_give_the_body_surface(truths: pd.DataFrame) -> None:
    surface = [
        body_surface_area_m2(height, weight)
        for height, weight in zip(truths["height_cm"], truths["weight_kg"], strict=True)
    ]
    np.testing.assert_allclose(surface, truths["bsa_m2"])
    bmi = truths["weight_kg"] / (truths["height_cm"] / 100) ** 2
    assert 26 < bmi.mean() < 28 and np.corrcoef(bmi, truths["adiposity"])[0, 1] > 0.7
    assert truths["height_cm"].between(130, 215).all()


def test_end_systole_and_kick_fall_where_they_should_and_vary(truths: pd.DataFrame) -> None:
    regular = truths[truths["af_scan"] == 0]
    end_systole = 50 * regular["t_es_ms"] / regular["rr_scan_ms"]
    kick = 50 * regular["t_kick_ms"] / regular["rr_scan_ms"]
    assert 16 < end_systole.mean() < 22 and 1.5 < end_systole.std() < 3
    assert 41 < kick.mean() < 47 and 1 < kick.std() < 2.5
    assert (kick - end_systole).min() > 5


def test_the_scan_has_a_rate_near_the_ecgs_but_not_the_same(truths: pd.DataFrame) -> None:
    difference = truths["hr_scan_bpm"] - truths["hr_ecg_bpm"]
    assert difference.std() == pytest.approx(4, rel=0.1) and abs(difference.mean()) < 0.3


def test_arrhythmia_blocks_and_flat_leads_are_rare_but_there(truths: pd.DataFrame) -> None:
    for key in ("af", "ectopy", "lbbb", "rbbb"):
        assert 0.015 < truths[key].mean() < 0.08, key
    assert 0.005 < (truths["flat_lead"] >= 0).mean() < 0.03
    assert not ((truths["lbbb"] > 0) & (truths["rbbb"] > 0)).any()


def test_a_flat_lead_is_zero_and_said_to_be(truths: pd.DataFrame) -> None:
    index = first_with(truths, truths["flat_lead"] >= 0)
    pair = simulate_subject(SEED, index)
    lead = int(pair.truth["flat_lead"])
    assert not pair.ecg.signal_mv[lead].any()
    assert pair.ecg.missing == {LEADS[lead]: "flat"}
    assert np.count_nonzero(pair.ecg.signal_mv.std(axis=1) < 1e-6) == 1


def partial_correlation(a: pd.Series, b: pd.Series, given: np.ndarray) -> float:
    given = np.column_stack([np.ones(len(given)), given])
    left, right = (v - given @ np.linalg.lstsq(given, v, rcond=None)[0] for v in (a, b))
    return float(np.corrcoef(left, right)[0, 1])


@pytest.mark.parametrize(
    ("coupling", "low", "high"), [(0.0, -0.04, 0.04), (0.5, 0.3, 0.6), (1.0, 0.95, 1.001)]
)
def test_coupling_sets_what_the_ecgs_heart_knows_of_the_scans(
    coupling: float, low: float, high: float
) -> None:
    truths = draw_truths(SEED, range(4000), coupling)
    shared = np.column_stack(
        [truths["sex"] == "male", np.log(truths["bsa_m2"]), truths["hr_ecg_bpm"]]
    )
    for mine, ecgs in (
        ("lvm_g", "ecg_mass_log"), ("lvedv_ml", "ecg_lv_size_log"),
        ("rvedv_ml", "ecg_rv_size_log"), ("lvef_pct", "ecg_ef_score"),
    ):  # fmt: skip
        log = np.log(truths[mine])
        assert low < partial_correlation(log, truths[ecgs], shared) < high, mine


def test_coupling_changes_the_ecg_alone_and_keeps_its_distributions() -> None:
    bound, loose = draw_truths(SEED, range(3000), 1.0), draw_truths(SEED, range(3000), 0.0)
    for key in (*PHENOTYPE_KEYS, "t_es_ms", "t_kick_ms", "hr_scan_bpm", "hr_ecg_bpm"):
        np.testing.assert_array_equal(bound[key], loose[key], err_msg=key)
    for key in ("ecg_mass_log", "qt_ms", "qrs_ms", "pr_ms"):
        assert loose[key].mean() == pytest.approx(bound[key].mean(), abs=0.1 * bound[key].std())
        assert loose[key].std() == pytest.approx(bound[key].std(), rel=0.1)
    pairs = [simulate_subject(SEED, 0, coupling=c) for c in (1.0, 0.0)]
    assert pairs[0].cine.frames.tobytes() == pairs[1].cine.frames.tobytes()


def ecg_alone(index: int, coupling: float) -> np.ndarray:
    hearts = draw_hearts(SEED, [index], coupling)
    recording = draw_recording(generator(SEED, index, Stream.RECORDING))
    drivers = drivers_of(hearts.ecg)
    beats = cohort._beats(SEED, index, drivers)
    return cohort._ecg(SEED, index, drivers, recording, beats).signal_mv


def test_amplitude_of_the_rendered_ecg_follows_mass_only_when_coupled() -> None:
    truths = draw_truths(SEED, range(150))
    plain = np.flatnonzero(truths[["lbbb", "rbbb", "af", "ectopy"]].sum(axis=1) == 0)
    shared = np.column_stack(
        [truths["sex"] == "male", np.log(truths["bsa_m2"]), truths["hr_ecg_bpm"]]
    )
    found = {}
    for coupling in (0.0, 1.0):
        ecgs = [ecg_alone(int(i), coupling) for i in plain]
        size = pd.Series([np.log(np.ptp(e[[1, 6, 7, 10]], axis=1).sum()) for e in ecgs])
        found[coupling] = partial_correlation(
            size, np.log(truths["lvm_g"].iloc[plain].reset_index(drop=True)), shared[plain]
        )
    assert found[1.0] > 0.3 and abs(found[0.0]) < 0.2


def test_beat_times_lie_inside_the_recording_at_the_heart_rate() -> None:
    truths = draw_truths(SEED, range(60))
    for index in np.flatnonzero(truths["ectopy"] + truths["af"] == 0)[:20]:
        times = beat_times_s(SEED, int(index))
        assert times.min() >= 0 and times.max() < 10
        rr_ms = 1000 * np.diff(times).mean()
        assert rr_ms == pytest.approx(truths["rr_ecg_ms"].iloc[index], rel=0.05)
