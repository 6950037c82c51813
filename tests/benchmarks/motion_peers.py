"""Strain without a model of the motion: from contours alone, and by TV-L1 optical flow."""

import importlib

import numpy as np
from scipy.ndimage import map_coordinates

from ptacl.motion.records import StrainCurves
from ptacl.motion.ring import wall_of
from ptacl.motion.slice_data import Frame
from ptacl.motion.strain import strain_curves
from ptacl.segmentation.contours import contours
from ptacl.synthetic.wall.strain import MovingHeart


def contour_strain(heart: MovingHeart) -> StrainCurves:
    """Strain of the borders of the labels, whose points keep their angle about the centre.

    This is what contours alone can say: they do not show rotation, and no material point.
    """
    frame = Frame((0.0, 0.0), heart.cine.spacing_mm)
    wall = wall_of(heart.labels[0], heart.cine, frame)
    centre = _centre(wall.points_mm[2])
    angles = np.arctan2(*(wall.points_mm[2] - centre).T[::-1])
    paths = []
    for labels in heart.labels:
        inner, outer = (
            frame.to_mm(contours(labels, name)[0]) for name in ("endocardium", "epicardium")
        )
        middle = _centre(outer)
        rings = [_radii(ring, middle, angles) for ring in (inner, outer)]
        rays = np.stack([np.cos(angles), np.sin(angles)], axis=1)
        ends = [middle + radius[:, None] * rays for radius in rings]
        paths.append(np.stack([ends[0], (ends[0] + ends[1]) / 2, ends[1]]))
    moving = np.stack(paths, axis=2)
    return strain_curves(moving, wall.segment_of_angle, heart.cine.frame_times_ms)


def flow_strain(heart: MovingHeart) -> StrainCurves | None:
    """Strain of the same rings moved by TV-L1 flow; None without scikit-image."""
    try:
        registration = importlib.import_module("skimage.registration")
    except ImportError:
        return None
    frame = Frame((0.0, 0.0), heart.cine.spacing_mm)
    wall = wall_of(heart.labels[0], heart.cine, frame)
    pixels = frame.to_pixels(wall.points_mm)  # column, row
    images = heart.cine.frames.astype(np.float32) / 255
    paths = []
    for image in images:
        rows, columns = registration.optical_flow_tvl1(images[0], image)
        at = [pixels[..., 1].ravel(), pixels[..., 0].ravel()]
        shift = [map_coordinates(own, at, order=1) for own in (columns, rows)]
        paths.append(pixels + np.stack(shift, axis=-1).reshape(pixels.shape))
    moving = frame.to_mm(np.stack(paths, axis=2))
    return strain_curves(moving, wall.segment_of_angle, heart.cine.frame_times_ms)


def _centre(ring: np.ndarray) -> np.ndarray:
    return ring.mean(axis=0)


def _radii(ring: np.ndarray, centre: np.ndarray, angles: np.ndarray) -> np.ndarray:
    offset = ring - centre
    own = np.arctan2(offset[:, 1], offset[:, 0])
    order = np.argsort(own)
    return np.interp(angles, own[order], np.hypot(*offset.T)[order], period=2 * np.pi)
