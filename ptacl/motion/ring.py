"""The wall in the first frame as rings of points, divided into segments."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float64, Int64

from ptacl.errors import PtaclError
from ptacl.motion.records import SEGMENTS
from ptacl.motion.slice_data import Frame
from ptacl.segmentation.contours import contours
from ptacl.signal.heart_labels import RV
from ptacl.types import Cine

ANGLES = 72
"""Points of a ring, 5° apart."""
_TOUCH_MM = 6.0
"""Points of the epicardium nearer to the right ventricle than this belong to the septum: its cavity
ends a septal trabecula's width before the insertion."""
_THINNEST_MM, _MOST_OPEN = 1.0, 0.1
_LEAST_SEPTUM, _MOST_SEPTUM = np.radians(40), np.radians(220)
_USUAL_INSERTION = np.radians(240.0)
"""Direction of the anterior insertion on an image in the usual orientation (septum to the left),
y down: 60° above it."""

Directions = Float64[np.ndarray, " angles"]


@dataclass(frozen=True, slots=True)
class Wall:
    """Rings of the wall in the first frame."""

    points_mm: Float64[np.ndarray, "levels=3 angles 2"]
    """Endocardium, middle and epicardium, from the start of the first segment."""
    segment_of_angle: Int64[np.ndarray, " angles"]
    rv_found: bool
    """Whether the segments are counted from the right ventricle's insertion; else from the usual
    orientation of an image."""
    counter_clockwise: int
    """1 if counter-clockwise on the image is so as seen from the apex, −1 if mirrored."""


def wall_of(labels: np.ndarray, cine: Cine, frame: Frame) -> Wall:
    """Place the rings of the wall.

    Segments are counted from the anterior insertion of the right ventricle, the first one away from
    the septum, the next through it, 60° each about the centre of the epicardium. Which insertion is
    the anterior one follows from the orientation in the files, else it is the upper one.

    Args:
        labels: of the first frame, with muscle.
        cine: its orientation in the patient, if known.
        frame: place of the millimetres.

    Raises:
        PtaclError: the wall does not enclose the cavity.
    """
    endocardium, epicardium = (
        frame.to_mm(contours(labels, outline)[0]) for outline in ("endocardium", "epicardium")
    )
    centre = _centroid(epicardium)
    insertion, septal_side = _insertion(labels, cine, frame, centre, epicardium)
    way = septal_side or -_handedness(cine)
    start = (_usual(cine) if insertion is None else insertion) - way * np.pi / 3
    angles = start + way * 2 * np.pi * np.arange(ANGLES) / ANGLES
    inner, outer = (_at_angles(ring, centre, angles) for ring in (endocardium, epicardium))
    _check_closed(np.linalg.norm(outer - inner, axis=1))
    per_segment = ANGLES // len(SEGMENTS)
    return Wall(
        points_mm=np.stack([inner, (inner + outer) / 2, outer]),
        segment_of_angle=np.repeat(np.arange(len(SEGMENTS)), per_segment),
        rv_found=insertion is not None,
        counter_clockwise=_handedness(cine),
    )


def _check_closed(thickness_mm: Directions) -> None:
    open_share = float((thickness_mm < _THINNEST_MM).mean())
    if open_share > _MOST_OPEN:
        raise PtaclError(
            f"The wall of the left ventricle is open over {100 * open_share:.0f} % of its "
            "circumference in the first frame. Give a slice below the valve plane.",
            code="motion.no_wall",
        )


def _insertion(
    labels: np.ndarray, cine: Cine, frame: Frame, centre: np.ndarray, epicardium: np.ndarray
) -> tuple[float | None, int]:
    """Return the direction of the anterior insertion and the sense of rotation from there into the
    septum; None if the right ventricle does not border on the wall."""
    rows, columns = np.nonzero(labels == RV)
    if not len(rows):
        return None, 0
    rv = frame.to_mm(np.stack([columns, rows], 1))
    dense = _at_angles(epicardium, centre, np.radians(np.arange(360.0)))
    near = np.linalg.norm(dense[:, None] - rv[None], axis=-1).min(axis=1) < _TOUCH_MM
    width = np.radians(np.count_nonzero(near))
    if not _LEAST_SEPTUM < width < _MOST_SEPTUM:
        return None, 0
    angles = np.radians(np.flatnonzero(near).astype(np.float64))
    middle = float(np.angle(np.exp(1j * angles).mean()))
    away = np.angle(np.exp(1j * (angles - middle)))
    ends = [(middle + float(edge), sense) for edge, sense in ((away.min(), 1), (away.max(), -1))]
    up = _anterior(cine)
    return max(ends, key=lambda end: np.cos(end[0]) * up[0] + np.sin(end[0]) * up[1])


def _anterior(cine: Cine) -> tuple[float, float]:
    """Return the direction (column, row) on the image towards the anterior wall."""
    if cine.affine_lps is None:
        return 0.0, -1.0
    # Anterior and superior: the interventricular groove is above and in front of the septum.
    across, down = (cine.affine_lps[:3, axis] @ np.array([0.0, -1.0, 1.0]) for axis in (0, 1))
    return float(across), float(down)


def _handedness(cine: Cine) -> int:
    """Return 1 if the image is seen from the apex, as is usual, −1 if it is mirrored."""
    if cine.affine_lps is None:
        return 1
    return -1 if np.linalg.det(cine.affine_lps[:3, :3]) > 0 else 1


def _usual(cine: Cine) -> float:
    return float(_USUAL_INSERTION) if _handedness(cine) > 0 else float(np.pi - _USUAL_INSERTION)


def _at_angles(ring: np.ndarray, centre: np.ndarray, angles: Directions) -> np.ndarray:
    """Return the points where rays from a centre meet a star-shaped ring."""
    offset = ring - centre
    own = np.arctan2(offset[:, 1], offset[:, 0])
    order = np.argsort(own)
    radius = np.interp(angles, own[order], np.hypot(*offset.T)[order], period=2 * np.pi)
    return centre + radius[:, None] * np.stack([np.cos(angles), np.sin(angles)], 1)


def _centroid(ring: np.ndarray) -> np.ndarray:
    """Return the centre of the area within a ring."""
    following = np.roll(ring, -1, axis=0)
    cross = ring[:, 0] * following[:, 1] - following[:, 0] * ring[:, 1]
    return ((ring + following) * cross[:, None]).sum(axis=0) / (3 * cross.sum())
