"""Strain of moving rings: lengths of material lines, relative to the first frame."""

import numpy as np
from jaxtyping import Float64, Int64

from ptacl.motion.records import SEGMENTS, PerFrame, StrainCurves

Moving = Float64[np.ndarray, "levels=3 angles frames 2"]


def strain_curves(
    rings_mm: Moving,
    segment_of_angle: Int64[np.ndarray, " angles"],
    frame_times_ms: PerFrame,
    *,
    counter_clockwise: int = 1,
    rv_wall_mm: Float64[np.ndarray, "points frames 2"] | None = None,
) -> StrainCurves:
    """Measure the strain of a slice.

    Args:
        rings_mm: material points of endocardium, middle and epicardium, (x, y) with y down.
        segment_of_angle: segment of the piece between each point and the next.
        frame_times_ms: of the frames.
        counter_clockwise: −1 if the image is mirrored (`ring.Wall`).
        rv_wall_mm: material points of the right ventricle's free wall, an open line.

    Returns:
        The curves; strain of a line is its length over that in the first frame, minus 1.
    """
    pieces = np.linalg.norm(np.roll(rings_mm, -1, axis=1) - rings_mm, axis=-1)
    length = np.stack(
        [pieces[:, segment_of_angle == own].sum(axis=1) for own in range(len(SEGMENTS))], axis=1
    )
    thickness = np.linalg.norm(rings_mm[2] - rings_mm[0], axis=-1)
    thickening = thickness / thickness[:, :1]
    radial = [thickening[segment_of_angle == own].mean(axis=0) for own in range(len(SEGMENTS))]
    at_rest = length[:, :, :1]
    return StrainCurves(
        frame_times_ms=np.asarray(frame_times_ms, np.float64),
        circumferential_percent=100 * (length / at_rest - 1),
        radial_percent=100 * (np.stack(radial) - 1),
        length_shares=at_rest[..., 0] / at_rest[..., 0].sum(axis=1, keepdims=True),
        rotation_deg=rotation_deg(rings_mm) * counter_clockwise,
        rv_free_wall_percent=None if rv_wall_mm is None else _open_line(rv_wall_mm),
    )


def rotation_deg(rings_mm: Moving) -> PerFrame:
    """Return the mean rotation of the wall about the centre of its epicardium in degrees.

    Args:
        rings_mm: see `strain_curves`; positive is counter-clockwise on the image.
    """
    centre = rings_mm[2].mean(axis=0)
    offset = rings_mm - centre
    turned = offset[..., 0] + 1j * offset[..., 1]
    # The first frame's direction is divided out before the angle is taken: no jumps at ± 180°.
    angle = np.angle(turned * np.conj(turned[:, :, :1]))
    return -np.degrees(angle.mean(axis=(0, 1)))


def _open_line(points_mm: Float64[np.ndarray, "points frames 2"]) -> PerFrame:
    length = np.linalg.norm(np.diff(points_mm, axis=0), axis=-1).sum(axis=0)
    return 100 * (length / length[0] - 1)
