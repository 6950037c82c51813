"""One slice: the bullet, its interval, and what cancels."""

import numpy as np
import pytest

from ptacl.segmentation.area_length import (
    ejection_fraction_of,
    expected_length_mm,
    mass_by_area_length,
    volume_by_area_length,
)
from ptacl.segmentation.uncertainty import Z90, ejection_fraction, volume_at
from tests.segmentation.made_hearts import Bullet


def _mid_area(bullet: Bullet) -> np.ndarray:
    return bullet.area_mm2(0.45 * bullet.length_mm[0])


def test_a_bullet_of_the_usual_length_is_measured_exactly() -> None:
    bullet = Bullet(edv_ml=143.0, ef_pct=60.0, shortening=(2.9 + 0.167 * 60) / 100)
    area = _mid_area(bullet)
    estimate = volume_by_area_length(area, area)
    ends = [0, int(np.argmin(bullet.volume_ml))]
    np.testing.assert_allclose(estimate.ml[ends], bullet.volume_ml[ends], rtol=1e-6)
    np.testing.assert_allclose(estimate.ml, bullet.volume_ml, rtol=0.01)
    assert expected_length_mm(area[0]) == pytest.approx(bullet.length_mm[0])


def test_the_length_solves_the_population_relation() -> None:
    length = 60.0  # found step by step, the slow way
    for _ in range(200):
        volume = 5 / 6 * 1800 * length / 1000
        length = 0.5 * length + 0.5 * 16.4 * volume ** (1 / 3)
    assert expected_length_mm(1800.0) == pytest.approx(length, rel=1e-9)


def test_the_ejection_fraction_solves_its_equation() -> None:
    for ratio in (0.3, 0.5, 0.9):
        ef = ejection_fraction_of(ratio)
        assert ef == pytest.approx(100 * (1 - ratio * (1 - (2.9 + 0.167 * ef) / 100)))


def test_people_of_another_length_are_inside_the_interval() -> None:
    random, inside = np.random.default_rng(0), []
    for _ in range(200):
        bullet = Bullet(length_factor=1.64 * np.exp(0.068 * random.standard_normal()))
        area = _mid_area(bullet)
        measured = volume_at(volume_by_area_length(area, area), 0)
        inside.append(measured.low <= bullet.edv_ml <= measured.high)
    assert np.mean(inside) > 0.9


def test_the_length_cancels_in_the_ejection_fraction() -> None:
    short, long = (Bullet(length_factor=factor) for factor in (1.45, 1.85))
    values = []
    for bullet in (short, long):
        area = _mid_area(bullet)
        estimate = volume_by_area_length(area, area)
        es = int(np.argmin(area))
        measured = ejection_fraction(estimate, 0, es)
        assert measured is not None
        relative_ef = (measured.high - measured.low) / measured.value
        relative_volume = 2 * Z90 * estimate.sd_ml[0] / estimate.ml[0]
        assert relative_ef < 0.5 * relative_volume
        values.append(measured.value)
    assert values[0] == pytest.approx(values[1])


def test_the_mass_is_that_of_a_bullet_around_the_cavity() -> None:
    cavity, wall, length = 1800.0, 1900.0, expected_length_mm(1800.0)
    thickness = np.sqrt((cavity + wall) / np.pi) - np.sqrt(cavity / np.pi)
    outer = 5 / 6 * (cavity + wall) * (length + thickness) / 1000
    measured = mass_by_area_length(cavity, wall)
    assert measured.value == pytest.approx(1.05 * (outer - 5 / 6 * cavity * length / 1000))
    assert measured.low < measured.value < measured.high
    assert measured.method == "area-length"
