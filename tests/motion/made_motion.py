"""Small inputs of the motion tests: a simulated slice, and records without a fit."""

from functools import cache

import numpy as np

from ptacl.motion.config import MotionConfig
from ptacl.motion.estimate import measure_slice_motion
from ptacl.motion.peaks import strain_peaks
from ptacl.motion.records import MotionInspection, MotionQuality, SliceMotion
from ptacl.motion.strain import strain_curves
from ptacl.synthetic.wall.material import Twist
from ptacl.synthetic.wall.strain import MovingHeart, simulate_strain
from ptacl.types import ModelInfo

QUICK = MotionConfig(steps=60, spacing_mm=3.0)
EXACT = ModelInfo("exact", "1", synthetic=True)


@cache
def heart() -> MovingHeart:
    """A healthy heart whose slice turns by 8°."""
    return simulate_strain(11, 0, twist=Twist(8.0, 8.0))


@cache
def fitted() -> SliceMotion:
    """Its motion, fitted once for all tests."""
    return measure_slice_motion(heart().cine, heart().labels, config=QUICK)


def rings(radii: np.ndarray, turn_rad: np.ndarray, angles: int = 72) -> np.ndarray:
    """Circles (levels, angles, frames, 2) of given radii (levels, frames) that rotate
    counter-clockwise on the image, about (3, 4)."""
    angle = np.pi / 3 - 2 * np.pi * np.arange(angles)[None, :, None] / angles - turn_rad
    x, y = radii[:, None] * np.cos(angle), radii[:, None] * np.sin(angle)
    return np.stack([x + 3, y + 4], axis=-1)


def record(frames: int = 10, position: int = 0, turn_deg: float = 5.0) -> SliceMotion:
    """A record of a circle that shortens by 20 % and thickens, without a fit."""
    share = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(frames) / frames)
    radii = np.outer([25, 30, 35], 1 - 0.2 * share) + np.outer([0, 0, 3], share)
    paths = rings(radii, np.radians(turn_deg) * share)
    owner = np.repeat(np.arange(6), 12)
    strain = strain_curves(paths, owner, np.arange(frames) * 1000.0 / frames)
    quality = MotionQuality(np.full(frames, 0.9), 0.2, 0.5, 0.3, 0.4, 0.0)
    peaks = strain_peaks(strain, 1000.0)
    return SliceMotion(position, None, strain, peaks, paths, owner, quality)


def inspection(count: int = 1) -> MotionInspection:
    """Records of some slices with the turn growing towards the apex."""
    one = heart()
    motions = tuple(record(position=n, turn_deg=4.0 * n - 4) for n in range(count))
    return MotionInspection("made", (one.cine,) * count, (one.labels,) * count, motions, EXACT)
