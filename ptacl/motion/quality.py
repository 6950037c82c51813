"""How well a fitted motion explains the images, and the flags of what is doubtful."""

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor

from ptacl.motion.closure import closure_mm
from ptacl.motion.config import MotionConfig
from ptacl.motion.losses import area_ratio, local_correlation
from ptacl.motion.network import MotionNetwork, displacement, waves
from ptacl.motion.records import MotionQuality
from ptacl.motion.ring import Wall
from ptacl.motion.sampling import sample_mm
from ptacl.motion.slice_data import SliceData
from ptacl.segmentation.records import QualityFlag

_LEAST_SIMILARITY = 0.6
"""Mean over the beat below which the motion does not explain the images."""
_MOST_CLOSURE_PIXELS = 1.5
_MOST_INVERSE_PIXELS = 1.0
_MOST_CONTOUR_MM = 2.5
_MOST_FOLDED = 0.005
_FEWEST_FRAMES = 15
"""Frames of a beat below which times to peak are coarse."""


def motion_quality(
    network: MotionNetwork,
    data: SliceData,
    config: MotionConfig,
    rings_mm: Float[Tensor, "levels angles frames 2"],
) -> MotionQuality:
    """Measure how far a motion can be trusted.

    Args:
        network: the fitted motion.
        data: the slice.
        config: settings of the fit.
        rings_mm: material points of the wall.
    """
    time = waves(data.phases, config.harmonics)
    window = 2 * round(config.window_mm / config.spacing_mm / 2) + 1
    with torch.no_grad():
        fields = network(data.grid)
        moved = data.grid + displacement(fields, time)
        pulled = sample_mm(data.images, moved, data.half_mm).view_as(data.images)
        similarity = local_correlation(pulled, data.images[:1], window)[:, data.region].mean(1)
        returned = _returned(fields, time, moved, data)
        ratio = area_ratio(moved.view(len(time), *data.region.shape, 2), config.spacing_mm)
        path = rings_mm.permute(2, 0, 1, 3).reshape(len(time), -1, 2)[:, ::3]
        closure = closure_mm(data.images, path, data.half_mm)
        contour = _contour_mm(network, data, time)
    pixel_mm = float(np.sqrt(np.prod(data.frame.spacing_mm)))
    return MotionQuality(
        similarity=similarity.double().numpy(),
        inverse_consistency_pixels=returned / pixel_mm,
        closure_mm=closure,
        closure_pixels=closure / pixel_mm,
        contour_mm=contour,
        folded_share=float((ratio[:, data.wall[:-1, :-1]] <= 0).float().mean()),
    )


def motion_flags(
    quality: MotionQuality, wall: Wall, data: SliceData, position: int, frames: int
) -> tuple[QualityFlag, ...]:
    """Return the flags of a slice.

    Args:
        quality: of the motion.
        wall: rings and segments.
        data: the slice.
        position: of the slice.
        frames: of the beat.
    """
    similarity = float(quality.similarity.mean())
    found = [
        (similarity < _LEAST_SIMILARITY, "motion_not_followed",
         f"The motion explains the images poorly (correlation {similarity:.2f}): frames may be out "
         "of order or corrupted."),
        (quality.closure_pixels > _MOST_CLOSURE_PIXELS, "motion_not_closed",
         f"Points followed from frame to frame miss their start by {quality.closure_mm:.1f} mm "
         "after one beat."),
        (quality.inverse_consistency_pixels > _MOST_INVERSE_PIXELS, "motion_not_inverse",
         "The motion there and that back differ by "
         f"{quality.inverse_consistency_pixels:.1f} pixels."),
        (quality.contour_mm > _MOST_CONTOUR_MM, "motion_off_contours",
         f"The moved borders are {quality.contour_mm:.1f} mm from the contours of the frames."),
        (quality.folded_share > _MOST_FOLDED, "motion_folded",
         "The motion folds the wall in some frames."),
    ]  # fmt: skip
    flags = [QualityFlag(code, text, "check", position) for wrong, code, text in found if wrong]
    if not wall.rv_found:
        text = (
            "The right ventricle was not found beside the wall: segments are numbered as on an "
            "image with the septum to the left, and may be shifted."
        )
        flags.append(QualityFlag("segments_from_image", text, "check", position))
    if not len(data.borders[2]):
        text = "The free wall of the right ventricle is not visible, and not measured."
        flags.append(QualityFlag("rv_wall_missing", text, "info", position))
    if frames < _FEWEST_FRAMES:
        text = f"With {frames} frames in a beat, times to peak and strain rates are coarse."
        flags.append(QualityFlag("few_frames", text, "info", position))
    return tuple(flags)


def _returned(fields: Tensor, time: Tensor, moved: Tensor, data: SliceData) -> float:
    """Return the mean distance in mm of wall points from their start, there and back."""
    back = displacement(fields, time, backward=True)
    back = back.transpose(1, 2).reshape(len(time), 2, *data.region.shape)
    wall = data.wall.flatten()
    arrived = moved[:, wall]
    found = arrived + sample_mm(back, arrived, data.half_mm).transpose(1, 2)
    return float((found - data.grid[wall]).norm(dim=-1).mean())


def _contour_mm(network: MotionNetwork, data: SliceData, time: Tensor) -> float:
    """Return the mean distance of both moved borders of the wall from those of the labels."""
    off = []
    for outline, points in enumerate(data.borders[:2]):
        moved = points + displacement(network(points), time)
        distances = data.distances[:, outline : outline + 1]
        off.append(sample_mm(distances, moved, data.half_mm).abs().mean())
    return float(torch.stack(off).mean())
