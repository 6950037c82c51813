import numpy as np
import pytest
from scipy.ndimage import label

from ptacl.synthetic import draw_truths, simulate_subject, volume_curve
from ptacl.synthetic.chest import (
    Chest,
    crescent_shape,
    draw_chest,
    inner_shape,
    outer_shape,
    wall_shape,
)
from ptacl.synthetic.contours import TURN as SECTORS
from ptacl.synthetic.contours import _crescent_reach, _wall_thickness, slice_motion
from ptacl.synthetic.streams import Stream, generator
from ptacl.types import Pair

SEED = 5
TURN = np.linspace(0, 2 * np.pi, 4000, endpoint=False)


def chest_of(pair: Pair, index: int) -> Chest:
    rng = generator(SEED, index, Stream.CHEST)
    rvl, fat = pair.truth["rvl"], pair.truth["adiposity"]
    return draw_chest(rng, length=0.0, rvl=rvl, adiposity=fat)


def cavity_pixels(pair: Pair, chest: Chest) -> np.ndarray:
    """Pixels of the blood pool around the ventricle's centre, by a threshold, frame by frame."""
    size, step = pair.cine.frames.shape[1], pair.cine.spacing_mm[0]
    column, row = np.round(chest.centre_mm / step + (size - 1) / 2).astype(int)
    areas = []
    for frame in pair.cine.frames.astype(float):
        blood = np.median(frame[row - 1 : row + 2, column - 1 : column + 2])
        pools, _ = label(frame > 0.67 * blood)
        areas.append(np.sum(pools == pools[row, column]))
    return np.array(areas)


def test_the_blood_pool_follows_the_volume_curve() -> None:
    truths = draw_truths(SEED, range(40))
    for index in np.flatnonzero((truths["lvef_pct"] > 45) & (truths["af_scan"] == 0))[:8]:
        pair = simulate_subject(SEED, int(index), size=96)
        area = cavity_pixels(pair, chest_of(pair, int(index)))
        volume = volume_curve(pair.truth, pair.subject.phenotypes, pair.cine.frame_times_ms)
        assert np.corrcoef(area, volume)[0, 1] > 0.97, index
        end_systole = 50 * pair.truth["t_es_ms"] / pair.truth["rr_scan_ms"]
        smooth = np.convolve(np.r_[area[-2:], area, area[:2]], np.ones(5) / 5, "valid")
        assert abs(np.argmin(smooth) - end_systole) < 3.5, index
        assert area[:3].mean() > 0.97 * area.max(), index


def test_the_volume_starts_full_empties_at_end_systole_and_fills_again() -> None:
    pair = simulate_subject(SEED, 0)
    truth, phenotypes = pair.truth, pair.subject.phenotypes
    rr_ms, es_ms = truth["rr_scan_ms"], truth["t_es_ms"]
    at = volume_curve(truth, phenotypes, np.array([0.0, es_ms, rr_ms - 1e-6, rr_ms]))
    expected = [phenotypes["lvedv_ml"], phenotypes["lvesv_ml"]] + 2 * [phenotypes["lvedv_ml"]]
    np.testing.assert_allclose(at, expected, atol=0.1)


def test_the_kick_fills_its_share_and_fibrillation_has_none() -> None:
    truths = draw_truths(SEED, range(300))
    assert (truths["kick_share"] == 0).equals(truths["af_scan"] > 0)
    slow = truths[(truths["af_scan"] == 0) & (truths["hr_scan_bpm"] < 62)]
    for _, row in slow.iloc[:5].iterrows():
        truth = row.drop("sex").to_dict()
        for share in (truth["kick_share"], 0.0):
            curve = volume_curve(
                {**truth, "kick_share": share}, truth, np.array([0.0, truth["t_kick_ms"]])
            )
            assert -np.diff(curve)[0] / truth["lvsv_ml"] == pytest.approx(share, abs=0.02)


def test_inner_contour_keeps_its_area_whatever_its_shape() -> None:
    for index in range(5):
        chest = draw_chest(np.random.default_rng(index), length=0.3, rvl=1.0, adiposity=0.0)
        assert np.mean(inner_shape(chest, TURN) ** 2) == pytest.approx(1, abs=0.03)
        assert np.mean(wall_shape(chest, TURN)) == pytest.approx(1, abs=1e-6)


def test_the_wall_keeps_the_volume_of_the_muscle_and_the_crescent_its_area() -> None:
    radius, length = np.linspace(1.4, 3.2, 50), np.linspace(7.5, 9.5, 50)
    wall = _wall_thickness(radius, length, 100.0)
    shell = 5 / 6 * np.pi * ((radius + wall) ** 2 * (length + wall) - radius**2 * length)
    np.testing.assert_allclose(shell, 100.0, rtol=1e-9)

    chest = draw_chest(np.random.default_rng(0), length=0.0, rvl=0.5, adiposity=0.0)
    area_mm2 = np.linspace(800, 2500, 50)
    muscle = [(10 * radius, outer_shape(chest, SECTORS)), (10 * wall, wall_shape(chest, SECTORS))]
    reach = _crescent_reach(chest, muscle, area_mm2)
    g = crescent_shape(chest, TURN)
    for k in (0, 20, 49):
        inner = 10 * radius[k] * outer_shape(chest, TURN) + 10 * wall[k] * wall_shape(chest, TURN)
        slow = np.pi * np.mean((inner + reach[k] * g) ** 2 - inner**2)
        assert slow == pytest.approx(area_mm2[k], rel=0.01)


def test_the_wall_thickens_in_systole_and_a_heavy_heart_has_a_thick_one() -> None:
    pair = simulate_subject(SEED, 0)
    chest = chest_of(pair, 0)
    motion = slice_motion(chest, pair.truth, pair.subject.phenotypes)
    systole = int(np.argmin(motion.radius))
    assert 4 < motion.wall[0] < 12 and motion.wall[systole] > 1.2 * motion.wall[0]
    heavy = {**pair.subject.phenotypes, "lvm_g": 2 * pair.subject.phenotypes["lvm_g"]}
    assert slice_motion(chest, pair.truth, heavy).wall[0] > 1.6 * motion.wall[0]


def test_the_image_has_muscle_darker_than_blood_and_lung_darker_than_muscle() -> None:
    pair = simulate_subject(SEED, 2)
    chest = chest_of(pair, 2)
    motion = slice_motion(chest, pair.truth, pair.subject.phenotypes)
    step = pair.cine.spacing_mm[0]
    away = chest.septum + np.pi
    direction = np.array([np.cos(away), np.sin(away)])

    def value(distance_mm: float) -> float:
        column, row = np.round((chest.centre_mm + distance_mm * direction) / step + 31.5).astype(
            int
        )
        return float(pair.cine.frames[0, row - 1 : row + 2, column - 1 : column + 2].mean())

    blood = value(0)
    muscle = value(motion.radius[0] + motion.wall[0] / 2)
    lung = value(motion.radius[0] + motion.wall[0] + 14)
    assert blood > 1.4 * muscle and muscle > 1.2 * lung


def test_length_and_shortening_vary_as_in_people() -> None:
    """Published of 1,991 asymptomatic people: CV .068 at a given volume, residual SD 3.4 points."""
    lengths = [
        draw_chest(np.random.default_rng(0), length=z, rvl=0.0, adiposity=0.0).length_factor
        for z in np.random.default_rng(1).standard_normal(4000)
    ]
    assert np.std(np.log(lengths)) == pytest.approx(0.068, abs=0.003)
    truths = draw_truths(3, range(400))
    residual = truths["lv_shortening_pct"] - (2.9 + 0.167 * truths["lvef_pct"])
    assert residual.mean() == pytest.approx(0, abs=0.5)
    assert residual.std() == pytest.approx(3.4, abs=0.3)


def test_the_ventricle_shortens_by_its_own_amount() -> None:
    pair, other = (simulate_subject(SEED, index) for index in (1, 2))
    for each, index in ((pair, 1), (other, 2)):
        motion = slice_motion(chest_of(each, index), each.truth, each.subject.phenotypes)
        shortening = 100 * (1 - motion.length.min() / motion.length.max())
        assert shortening == pytest.approx(each.truth["lv_shortening_pct"], rel=0.02)
