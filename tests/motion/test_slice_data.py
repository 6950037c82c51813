"""The window of a slice: where its millimetres lie, and its borders."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from ptacl.motion.config import MotionConfig
from ptacl.motion.sampling import sample_mm
from ptacl.motion.slice_data import Frame, slice_data
from ptacl.signal.heart_labels import LV, MYOCARDIUM
from tests.motion.made_motion import heart

CONFIG = MotionConfig()


def test_pixels_and_millimetres_are_inverse() -> None:
    frame = Frame((30.0, 20.0), (1.5, 2.0))
    np.testing.assert_allclose(frame.to_mm(np.array([[32.0, 24.0]])), [[4.0, 6.0]])
    points = np.random.default_rng(0).normal(size=(3, 5, 2))
    np.testing.assert_allclose(frame.to_pixels(frame.to_mm(points)), points)


def test_the_grid_shows_the_cine_at_its_place() -> None:
    """A pixel's value is found again at the millimetres of its centre."""
    one = heart()
    data = slice_data(one.cine, one.labels, MotionConfig(spacing_mm=0.6))
    rows, columns = np.nonzero(one.labels[0] == LV)
    at = data.frame.to_mm(np.stack([columns, rows], 1).astype(float))
    points = torch.from_numpy(at).float()[None]
    found = sample_mm(data.images[:1], points, data.half_mm)[0, 0].numpy()
    values = one.cine.frames[0][rows, columns].astype(float)
    assert np.corrcoef(found, values)[0, 1] > 0.97


def test_distances_are_negative_inside_and_borders_lie_between() -> None:
    one = heart()
    data = slice_data(one.cine, one.labels, CONFIG)
    centre = torch.from_numpy(
        data.frame.to_mm(np.argwhere(one.labels[0] == LV).mean(axis=0)[None, ::-1])
    ).float()
    inside = sample_mm(data.distances[:1], centre[None], data.half_mm)[0, :, 0]
    assert inside[0] < -5 and inside[1] < -5 and inside[2] > 0
    for outline, points in enumerate(data.borders):
        off = sample_mm(data.distances[:1], points[None], data.half_mm)[0, outline]
        assert off.abs().mean() < 0.6
    assert data.wall.sum() * CONFIG.spacing_mm**2 == pytest.approx(
        (one.labels[0] == MYOCARDIUM).sum() * 2.4**2, rel=0.25
    )


def test_phases_follow_the_times_of_the_frames() -> None:
    one = heart()
    times = np.asarray(one.cine.frame_times_ms)
    late = replace(one.cine, frame_times_ms=times + 30.0)
    torch.testing.assert_close(
        slice_data(late, one.labels, CONFIG).phases,
        torch.from_numpy(times / one.cine.rr_ms).float(),
    )
    unknown = replace(one.cine, frame_times_ms=np.full(50, np.nan))
    even = slice_data(unknown, one.labels, CONFIG).phases
    torch.testing.assert_close(even, torch.arange(50) / 50)
