"""Summation of slices: against the slow formula, and against hearts of known volume."""

import numpy as np
import pytest

from ptacl.segmentation.coverage import Extent, find_extent
from ptacl.segmentation.thick_stacks import integrate, valve_plane
from ptacl.segmentation.uncertainty import Z90
from ptacl.segmentation.volumes import slice_heights_mm, sum_slices
from tests.segmentation.made_hearts import Bullet


def _areas(bullet: Bullet, step_mm: float, start_mm: float) -> tuple[np.ndarray, np.ndarray]:
    depths = bullet.depths_mm(step_mm, start_mm)
    return np.array([bullet.area_mm2(depth) for depth in depths]), depths - depths[0]


def _random_hearts(count: int, step_mm: float) -> list[tuple[Bullet, np.ndarray, np.ndarray]]:
    hearts = []
    for seed in range(count):
        random = np.random.default_rng(seed)
        ef = random.uniform(25, 70)
        bullet = Bullet(
            edv_ml=random.uniform(90, 260),
            ef_pct=ef,
            length_factor=1.64 * np.exp(0.068 * random.standard_normal()),
            shortening=(2.9 + 0.167 * ef + 3.4 * random.standard_normal()) / 100,
        )
        hearts.append((bullet, *_areas(bullet, step_mm, random.uniform(0, step_mm))))
    return hearts


def _extent(areas: np.ndarray, offsets: np.ndarray) -> Extent:
    extent = find_extent(offsets, areas[:, 0])
    assert extent is not None
    return extent


def test_the_sum_of_evenly_spaced_slices_is_area_times_distance() -> None:
    bullet = Bullet()
    areas, offsets = _areas(bullet, 8.0, 3.0)
    slow = [sum(float(area) * 8.0 / 1000 for area in frame) for frame in areas.T]
    np.testing.assert_allclose(sum_slices(areas, offsets, _extent(areas, offsets)).ml, slow)


def test_a_slice_beside_a_gap_stands_for_half_of_it() -> None:
    np.testing.assert_allclose(
        slice_heights_mm(np.array([0.0, 10.0, 30.0, 40.0]), 10.0), [10.0, 15.0, 15.0, 10.0]
    )


@pytest.mark.parametrize("step_mm", [8.0, 10.0])
def test_the_sum_is_unbiased_over_the_position_of_the_stack(step_mm: float) -> None:
    errors = [
        sum_slices(areas, offsets, _extent(areas, offsets)).ml[0] / bullet.edv_ml - 1
        for bullet, areas, offsets in _random_hearts(100, step_mm)
    ]
    assert abs(np.mean(errors)) < 0.015
    assert np.std(errors) < 0.05


def test_slices_far_apart_are_measured_better_with_a_moving_valve_plane() -> None:
    ef_errors = []
    for bullet, areas, offsets in _random_hearts(100, 17.7):
        extent = _extent(areas, offsets)
        es = int(np.argmin(bullet.volume_ml))
        estimates = (sum_slices(areas, offsets, extent), integrate(areas, offsets, extent))
        ef_errors.append([100 * (1 - e.ml[es] / e.ml[0]) - bullet.ef_pct for e in estimates])
    plain, moving = np.std(ef_errors, axis=0)
    assert moving < 0.6 * plain
    assert moving < 4.0


def test_the_interval_covers_the_volume_of_slices_far_apart() -> None:
    inside = []
    for bullet, areas, offsets in _random_hearts(100, 17.7):
        estimate = integrate(areas, offsets, _extent(areas, offsets))
        inside.append(abs(estimate.ml[0] - bullet.edv_ml) < Z90 * estimate.sd_ml[0])
    assert np.mean(inside) >= 0.9


def test_the_curve_of_slices_far_apart_does_not_jump() -> None:
    bullet = Bullet(ef_pct=60.0)
    areas, offsets = _areas(bullet, 17.7, 6.0)  # the basal slice passes the valve plane
    assert ((areas >= 30).sum(axis=0).min()) < ((areas >= 30).sum(axis=0).max())
    extent = _extent(areas, offsets)
    true_steps = np.abs(np.diff(bullet.volume_ml)).max()
    assert np.abs(np.diff(integrate(areas, offsets, extent).ml)).max() < 1.5 * true_steps
    assert np.abs(np.diff(sum_slices(areas, offsets, extent).ml)).max() > 2.0 * true_steps


def test_the_valve_plane_descends_towards_the_apex_in_systole() -> None:
    bullet = Bullet()
    areas, offsets = _areas(bullet, 17.7, 6.0)
    plane = valve_plane(areas, offsets, _extent(areas, offsets)).offset_mm
    es = int(np.argmin(bullet.volume_ml))
    descent = bullet.length_mm[0] - bullet.length_mm[es]
    assert plane[es] - plane[0] == pytest.approx(descent, rel=0.25)


def test_an_empty_frame_has_no_volume() -> None:
    bullet = Bullet()
    areas, offsets = _areas(bullet, 17.7, 6.0)
    areas[:, 3] = 0.0
    assert integrate(areas, offsets, _extent(areas, offsets)).ml[3] == 0.0
