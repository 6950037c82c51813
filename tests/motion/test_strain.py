"""Strain and peaks of circles whose lengths are known."""

from dataclasses import replace

import numpy as np
import pytest

from ptacl.motion.peaks import peak
from ptacl.motion.strain import rotation_deg, strain_curves
from tests.motion.made_motion import record, rings

OWNER = np.repeat(np.arange(6), 12)
TIMES = np.arange(4) * 250.0


def test_a_shrinking_circle_has_the_strain_of_its_radius() -> None:
    radii = np.array([[20.0, 15, 10, 20], [24, 20, 16, 24], [28, 26, 24, 28]])
    strain = strain_curves(rings(radii, np.zeros(4)), OWNER, TIMES)
    expected = 100 * (radii / radii[:, :1] - 1)
    np.testing.assert_allclose(strain.global_circumferential_percent, expected, atol=1e-9)
    for segment in range(6):
        np.testing.assert_allclose(strain.circumferential_percent[:, segment], expected)
    thickness = radii[2] - radii[0]
    np.testing.assert_allclose(strain.global_radial_percent, 100 * (thickness / 8 - 1), atol=1e-9)
    np.testing.assert_allclose(strain.length_shares, 1 / 6)


def test_rotation_changes_no_length_and_strain_no_angle() -> None:
    radii = np.array([[20.0, 18, 16, 20]] * 3) + np.array([[0], [4], [8]])
    turned = np.radians([0, 10, 170, -175])
    strain = strain_curves(rings(radii, turned), OWNER, TIMES)
    still = strain_curves(rings(radii, np.zeros(4)), OWNER, TIMES)
    np.testing.assert_allclose(strain.rotation_deg, [0, 10, 170, -175], atol=1e-6)
    np.testing.assert_allclose(
        strain.circumferential_percent, still.circumferential_percent, atol=1e-9
    )
    np.testing.assert_allclose(rotation_deg(rings(radii, np.zeros(4))), 0, atol=1e-9)


def test_a_mirrored_image_turns_the_other_way() -> None:
    paths = rings(np.full((3, 4), 20.0) + np.array([[0], [4], [8]]), np.radians([0, 5, 5, 0]))
    strain = strain_curves(paths, OWNER, TIMES, counter_clockwise=-1)
    np.testing.assert_allclose(strain.rotation_deg, [0, -5, -5, 0], atol=1e-9)


def test_translation_is_no_strain() -> None:
    paths = rings(np.full((3, 4), 20.0) + np.array([[0], [4], [8]]), np.zeros(4))
    paths = paths + np.arange(4)[:, None] * np.array([3.0, -2.0])
    strain = strain_curves(paths, OWNER, TIMES)
    np.testing.assert_allclose(strain.circumferential_percent, 0, atol=1e-9)
    np.testing.assert_allclose(strain.rotation_deg, 0, atol=1e-9)


def test_the_free_wall_is_an_open_line() -> None:
    line = np.stack([np.linspace(0, 30, 5), np.zeros(5)], axis=1)
    moving = np.stack([line, 0.8 * line + 7], axis=1)
    paths = rings(np.full((3, 2), 20.0) + np.array([[0], [4], [8]]), np.zeros(2))
    strain = strain_curves(paths, OWNER, TIMES[:2], rv_wall_mm=moving)
    assert strain.rv_free_wall_percent is not None
    np.testing.assert_allclose(strain.rv_free_wall_percent, [0, -20], atol=1e-9)


def test_the_time_of_a_peak_lies_between_frames() -> None:
    times = np.arange(20) * 50.0
    curve = 10 * np.cos(2 * np.pi * (times - 420) / 1000)  # lowest at 920 ms
    found = peak(curve, times, 1000.0)
    assert found.frame == 18
    assert found.time_ms == pytest.approx(920, abs=2)
    highest = peak(curve, times, 1000.0, shortening=False)
    assert highest.time_ms == pytest.approx(420, abs=2)


def test_a_peak_may_lie_after_the_last_frame() -> None:
    times = np.arange(10) * 100.0
    curve = -np.cos(2 * np.pi * (times - 970) / 1000)
    assert peak(curve, times, 1000.0).time_ms == pytest.approx(970, abs=5)


def test_without_times_there_is_a_frame_and_no_time() -> None:
    found = peak(np.array([0.0, -5, -9, -4]), np.full(4, np.nan), np.nan)
    assert found.frame == 2
    assert np.isnan(found.time_ms)


def test_dispersion_and_rates_follow_from_the_curves() -> None:
    motion = record(frames=40)
    peaks = motion.peaks
    assert peaks.dispersion_ms == pytest.approx(0, abs=1e-6)  # all segments alike
    assert peaks.gcs.time_ms == pytest.approx(500, abs=1)
    assert peaks.systolic_rate_per_s == pytest.approx(-0.2 * np.pi, rel=0.02)
    assert peaks.diastolic_rate_per_s == pytest.approx(0.2 * np.pi, rel=0.02)
    assert peaks.rotation_deg == pytest.approx(5, abs=0.01)


def test_global_strain_is_that_of_the_whole_line_also_with_unequal_segments() -> None:
    motion = record(frames=8)
    shares = np.array([[0.3, 0.2, 0.2, 0.1, 0.1, 0.1]] * 3)
    uneven = replace(motion.strain, length_shares=shares)
    by_hand = sum(shares[1, s] * motion.strain.circumferential_percent[1, s] for s in range(6))
    np.testing.assert_allclose(uneven.gcs_percent, by_hand)
