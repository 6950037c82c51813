"""Maps: one small UMAP, and places that agree with it.

The UMAP itself takes a quarter of a second; the first one of a process compiles for twenty.
"""

import numpy as np
import pytest

from ptacl.gallery.projection import fit_map, inside, main_extent, project

SUBJECTS, HELD_OUT = 200, 20


def hearts(rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Unit vectors of two modalities that share what they show: a size and a stiffness."""
    hidden = rng.uniform(-1, 1, size=(SUBJECTS, 2))
    waves = np.concatenate([hidden, np.sin(2 * hidden), np.cos(2 * hidden)], axis=1)
    shown = waves @ rng.normal(size=(6, 16))
    both = [shown + 0.3 * rng.normal(size=shown.shape) for _ in range(2)]
    ecg, cmr = (v / np.linalg.norm(v, axis=1, keepdims=True) for v in both)
    return ecg.astype(np.float32), cmr.astype(np.float32)


@pytest.fixture(scope="module")
def mapped() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    ecg, cmr = hearts(np.random.default_rng(1))
    ecg_xy, cmr_xy = fit_map(ecg, cmr, seed=0)
    return ecg, ecg_xy, cmr_xy


@pytest.mark.slow
def test_a_pair_lies_closer_on_the_map_than_two_strangers(mapped):
    _, ecg_xy, cmr_xy = mapped
    assert ecg_xy.shape == cmr_xy.shape == (SUBJECTS, 2)
    own = np.linalg.norm(ecg_xy - cmr_xy, axis=1)
    strangers = np.linalg.norm(ecg_xy - np.roll(cmr_xy, 1, axis=0), axis=1)
    assert np.median(own) < 0.4 * np.median(strangers)


@pytest.mark.slow
def test_the_same_seed_gives_the_same_map():
    ecg, cmr = hearts(np.random.default_rng(3))
    first, again, other = (fit_map(ecg[:60], cmr[:60], seed=seed)[0] for seed in (4, 4, 5))
    assert (first == again).all()
    assert (first != other).any()


@pytest.mark.slow
def test_a_held_out_ecg_is_placed_near_its_true_place(mapped):
    ecg, ecg_xy, _ = mapped
    kept, kept_xy = ecg[HELD_OUT:], ecg_xy[HELD_OUT:]
    placed = np.stack([project(vector, kept, kept_xy) for vector in ecg[:HELD_OUT]])
    off = np.linalg.norm(placed - ecg_xy[:HELD_OUT], axis=1)
    strangers = np.linalg.norm(np.roll(placed, 1, axis=0) - ecg_xy[:HELD_OUT], axis=1)
    print(f"placing: median {np.median(off):.2f} off, strangers {np.median(strangers):.2f} apart")
    assert np.median(off) < 0.25 * np.median(strangers)


def test_a_place_is_the_weighted_mean_of_the_nearest():
    rng = np.random.default_rng(2)
    ecg, _ = hearts(rng)
    xy = rng.normal(size=(SUBJECTS, 2))
    distance = 1 - ecg.astype(np.float64) @ ecg[3]
    nearest = np.argsort(distance)[:10]
    excess = distance[nearest] - distance[nearest[0]]
    weight = np.exp(-excess / excess.mean())
    slow = sum(w * xy[row] for w, row in zip(weight, nearest, strict=True)) / weight.sum()
    np.testing.assert_allclose(project(ecg[3], ecg, xy), slow, rtol=1e-5)


def test_twins_are_placed_on_their_common_place():
    twins = np.tile(np.array([[0.6, 0.8]], dtype=np.float32), (4, 1))
    corners = np.array([[0.0, 0], [2, 0], [0, 2], [2, 2]])
    np.testing.assert_allclose(project(twins[0], twins, corners), [1, 1])


def test_a_polygon_holds_what_a_winding_path_would_say():
    rng = np.random.default_rng(5)
    polygon, xy = rng.normal(size=(7, 2)), rng.normal(size=(400, 2))
    slow = []
    for x, y in xy:
        crossings = 0
        for (x0, y0), (x1, y1) in zip(polygon, [*polygon[1:], polygon[0]], strict=True):
            if min(y0, y1) <= y < max(y0, y1) and x < x0 + (y - y0) / (y1 - y0) * (x1 - x0):
                crossings += 1
        slow.append(crossings % 2 == 1)
    found = inside(polygon, xy)
    assert list(found) == slow and 0 < found.sum() < len(xy)
    assert not inside(polygon[:2], xy).any()


def test_a_far_island_is_left_out_of_the_main_extent_and_a_round_cloud_is_shown_whole():
    rng = np.random.default_rng(0)
    cloud = rng.uniform(0, 1, (970, 2))
    island = rng.uniform(0, 0.1, (30, 2)) - 5
    left, bottom, right, top = main_extent(np.concatenate([cloud, island]))
    assert (left, bottom, right, top) == (*cloud.min(axis=0), *cloud.max(axis=0))
    whole = (*cloud.min(axis=0), *cloud.max(axis=0))
    assert main_extent(cloud) == pytest.approx(whole)
    assert main_extent(np.array([[2.0, 3.0]])) == (2.0, 3.0, 2.0, 3.0)


@pytest.mark.parametrize("subjects", [1, 2, 4])
def test_a_gallery_of_one_or_a_few_has_a_map_too(subjects):
    rng = np.random.default_rng(0)
    ecg, cmr = rng.normal(size=(2, subjects, 8)).astype(np.float32)
    places = np.concatenate(fit_map(ecg, cmr, seed=0))
    assert places.shape == (2 * subjects, 2) and np.isfinite(places).all()
    points = np.concatenate([ecg, cmr])
    apart = np.linalg.norm(points[0] - points[1])
    assert np.linalg.norm(places[0] - places[1]) <= apart + 1e-6
    if subjects == 1:  # two points keep their distance
        assert np.linalg.norm(places[0] - places[1]) == pytest.approx(apart, rel=1e-5)
