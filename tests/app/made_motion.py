"""Motion of a round wall that shortens by a known amount, for pages that show strain."""

import numpy as np

from ptacl.motion.peaks import strain_peaks
from ptacl.motion.records import MotionQuality, SliceMotion
from ptacl.motion.strain import strain_curves
from ptacl.segmentation.records import QualityFlag

ANGLES = 72


def made_motion(
    frames: int = 50,
    rr_ms: float = 1000.0,
    shortening: float = 0.2,
    flags: tuple[QualityFlag, ...] = (),
) -> SliceMotion:
    """The motion of three circles that shrink and widen once; the mid-wall by ``shortening``."""
    turn = 2 * np.pi * np.arange(ANGLES) / ANGLES
    circle = np.stack([np.cos(turn), np.sin(turn)], -1)
    squeeze = np.sin(np.pi * np.arange(frames) / frames) ** 2
    rings = np.stack(
        [
            31.5 + radius * circle[:, None] * (1 - share * squeeze)[None, :, None]
            for radius, share in ((10.0, 1.4 * shortening), (12.0, shortening), (14.0, 0.05))
        ]
    )
    segment = np.arange(ANGLES) * 6 // ANGLES
    times_ms = rr_ms * np.arange(frames) / frames
    strain = strain_curves(rings, segment, times_ms)
    quality = MotionQuality(np.full(frames, 0.9), 0.1, 0.1, 0.1, 0.1, 0.0)
    return SliceMotion(
        0, None, strain, strain_peaks(strain, rr_ms), rings, segment, quality, flags=flags
    )
