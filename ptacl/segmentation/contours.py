"""Contours of labelled frames, and labels of contours that a person has moved.

A contour is a closed ring of points at subpixel positions; a structure in two parts has two rings,
and a hole is a ring too. Labels are the truth: contours are drawn from them, and a moved contour
changes only the pixels between its old and its new place, so that the rest stays as it was.
"""

from collections.abc import Sequence
from typing import Literal, get_args

import numpy as np
from contourpy import LineType, contour_generator
from jaxtyping import Bool, Float32, UInt8
from scipy.ndimage import gaussian_filter

from ptacl.signal.heart_labels import LV, MYOCARDIUM, RV

Outline = Literal["endocardium", "epicardium", "rv"]
OUTLINES: tuple[Outline, ...] = get_args(Outline)
ENCLOSED: dict[Outline, tuple[int, ...]] = {
    "endocardium": (LV,),
    "epicardium": (LV, MYOCARDIUM),
    "rv": (RV,),
}
"""Labels that each contour encloses."""

Ring = Float32[np.ndarray, "_ 2"]
"""Closed ring of points (column, row) in pixels; integers are centres of pixels. The last point is
joined to the first."""
FrameLabels = UInt8[np.ndarray, "rows columns"]
Mask = Bool[np.ndarray, "rows columns"]

_MARGIN = 2
_SMOOTH_PIXELS = 0.6
"""Rounds the stairs of the pixels; a circle of 5 pixels shrinks by 0.04."""
_POINT_STEP_PIXELS = 1.25
_FEWEST_POINTS, _MOST_POINTS = 12, 200
_FARTHEST_PIXELS = 4096.0
_SMALLEST_PIXELS = 3.0
"""Rings around a smaller area are not drawn, unless they are the only one."""


def contours(frame: FrameLabels, outline: Outline) -> tuple[Ring, ...]:
    """Return the rings of one contour in a frame, the largest first; empty where it is absent.

    Args:
        frame: labels of one frame.
        outline: which contour.

    Example:
        >>> frame = np.zeros((20, 20), np.uint8)
        >>> frame[5:15, 5:15] = LV
        >>> [(float(ring.min()), float(ring.max())) for ring in contours(frame, "endocardium")]
        [(4.5, 14.5)]
    """
    mask = enclosed(frame, outline)
    if not mask.any():
        return ()
    top, left = (int(np.flatnonzero(mask.any(axis=axis))[0]) for axis in (1, 0))
    bottom, right = (int(np.flatnonzero(mask.any(axis=axis))[-1]) + 1 for axis in (1, 0))
    padded = np.pad(mask[top:bottom, left:right].astype(np.float32), _MARGIN)
    lines = _lines(gaussian_filter(padded, _SMOOTH_PIXELS)) or _lines(padded)
    corner = np.array([left - _MARGIN, top - _MARGIN])
    rings = sorted((_even(line + corner) for line in lines), key=_area, reverse=True)
    return tuple(ring for ring in rings if _area(ring) >= _SMALLEST_PIXELS) or tuple(rings[:1])


def enclosed(frame: FrameLabels, outline: Outline) -> Mask:
    """Return which pixels of a frame a contour encloses."""
    return np.isin(frame, ENCLOSED[outline])


def filled(rings: Sequence[Ring], shape: tuple[int, int]) -> Mask:
    """Return the pixels whose centres are inside an odd number of rings.

    Args:
        rings: closed rings; parts beyond the image are cut off.
        shape: rows and columns of the image.
    """
    rows, columns = shape
    crossings = np.zeros((rows, columns + 1), np.int64)
    for ring in rings:
        points = np.asarray(ring, np.float64)
        for (x0, y0), (x1, y1) in zip(points, np.roll(points, -1, axis=0), strict=True):
            (x0, y0), (x1, y1) = sorted([(x0, y0), (x1, y1)], key=lambda point: point[1])
            # A row is crossed from its lower end on and before its upper: no vertex counts twice.
            crossed = np.arange(max(int(np.ceil(y0)), 0), min(int(np.ceil(y1)), rows))
            at = x0 + (crossed - y0) * ((x1 - x0) / (y1 - y0 or 1.0))
            np.add.at(crossings, (crossed, np.clip(np.ceil(at).astype(int), 0, columns)), 1)
    return crossings.cumsum(axis=1)[:, :columns] % 2 == 1


def moved(frame: FrameLabels, outline: Outline, index: int, ring: Ring) -> FrameLabels:
    """Return the labels of a frame after one ring of a contour was moved.

    What the endocardium gains becomes cavity, what it loses muscle. What the epicardium gains
    becomes muscle, what it loses, of the cavity too, background. The right ventricle never takes
    from the left one.

    Args:
        frame: labels of the frame.
        outline: the contour.
        index: which ring of `contours` was moved; one past the last adds a ring.
        ring: its new points, which may lie beyond the image.

    Raises:
        ValueError: there is no such ring, or the points make no ring.
    """
    former = contours(frame, outline)
    points = np.asarray(ring, np.float32)
    if points.ndim != 2 or points.shape[1:] != (2,) or len(points) < 3:
        raise ValueError(f"a ring takes at least three points (column, row), not {points.shape}")
    if not (np.isfinite(points).all() and np.abs(points).max() <= _FARTHEST_PIXELS):
        raise ValueError("the points of a ring are positions in pixels")
    if not 0 <= index <= len(former):
        raise ValueError(f"the {outline} has {len(former)} rings, none with the index {index}")
    shape = (frame.shape[0], frame.shape[1])
    before = filled(former, shape)
    after = filled([*former[:index], points, *former[index + 1 :]], shape)
    return _relabelled(frame, outline, gained=after & ~before, lost=before & ~after)


def _relabelled(frame: FrameLabels, outline: Outline, *, gained: Mask, lost: Mask) -> FrameLabels:
    result = frame.copy()
    if outline == "endocardium":
        result[lost & (frame == LV)] = MYOCARDIUM
        result[gained] = LV
    elif outline == "epicardium":
        result[lost & (frame != RV)] = 0
        result[gained & (frame != LV)] = MYOCARDIUM
    else:
        result[lost & (frame == RV)] = 0
        result[gained & (frame == 0)] = RV
    return result


def _lines(field: Float32[np.ndarray, "rows columns"]) -> list[np.ndarray]:
    """Return the closed lines at one half."""
    found = contour_generator(z=field, line_type=LineType.Separate).lines(0.5)
    return [np.asarray(line)[:-1] for line in found if len(line) > 3]


def _even(line: np.ndarray) -> Ring:
    """Return the points of a line at even distances along it."""
    closed = np.concatenate([line, line[:1]])
    along = np.append(0.0, np.cumsum(np.hypot(*np.diff(closed, axis=0).T)))
    count = int(np.clip(round(along[-1] / _POINT_STEP_PIXELS), _FEWEST_POINTS, _MOST_POINTS))
    places = np.arange(count) * (along[-1] / count)
    return np.stack([np.interp(places, along, axis) for axis in closed.T], 1).astype(np.float32)


def _area(ring: Ring) -> float:
    """Return the area within a ring in pixels."""
    x, y = np.asarray(ring, np.float64).T
    return float(abs(x @ np.roll(y, -1) - y @ np.roll(x, -1)) / 2)
