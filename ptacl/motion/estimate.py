"""Motion and strain of one slice, from its frames and labels."""

from collections.abc import Callable

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor

from ptacl.motion.config import MotionConfig
from ptacl.motion.fit import fit_motion
from ptacl.motion.network import MotionNetwork, displacement, waves
from ptacl.motion.peaks import strain_peaks
from ptacl.motion.quality import motion_flags, motion_quality
from ptacl.motion.records import SliceMotion
from ptacl.motion.ring import wall_of
from ptacl.motion.slice_data import SliceData, slice_data
from ptacl.motion.strain import strain_curves
from ptacl.signal.heart_labels import Labels
from ptacl.types import Cine

DEFAULT = MotionConfig()
_FEWEST_RV_POINTS = 8


def measure_slice_motion(
    cine: Cine,
    labels: Labels,
    *,
    config: MotionConfig = DEFAULT,
    progress: Callable[[float], None] | None = None,
) -> SliceMotion:
    """Measure the motion and strain of a slice.

    Args:
        cine: the whole beat.
        labels: of every frame, drawn by a segmenter or a person, or exact ones of the simulation.
        config: settings of the fit.
        progress: called with the share of the work done, 0 to 1.

    Raises:
        PtaclError: the frames do not cover the beat, or the first one does not show the wall.
    """
    data = slice_data(cine, labels, config)
    wall = wall_of(labels[0], cine, data.frame)
    network = fit_motion(data, config, progress)
    rings = moved(network, data, torch.from_numpy(wall.points_mm).float(), config)
    rv_wall = None
    if len(data.borders[2]) >= _FEWEST_RV_POINTS:
        rv_wall = moved(network, data, data.borders[2], config)
    strain = strain_curves(
        rings.double().numpy(),
        wall.segment_of_angle,
        cine.frame_times_ms,
        counter_clockwise=wall.counter_clockwise,
        rv_wall_mm=None if rv_wall is None else rv_wall.double().numpy(),
    )
    quality = motion_quality(network, data, config, rings)
    position = cine.slice_position or 0
    return SliceMotion(
        position=position,
        offset_mm=cine.slice_offset_mm,
        strain=strain,
        peaks=strain_peaks(strain, cine.rr_ms),
        rings=_pixels(data, rings),
        segment_of_angle=wall.segment_of_angle,
        quality=quality,
        rv_wall=None if rv_wall is None else _pixels(data, rv_wall),
        flags=motion_flags(quality, wall, data, position, len(cine.frames)),
    )


def moved(
    network: MotionNetwork,
    data: SliceData,
    points_mm: Float[Tensor, "*shape 2"],
    config: MotionConfig,
) -> Float[Tensor, "*shape frames 2"]:
    """Return the positions of material points in every frame, in mm.

    Args:
        network: the fitted motion.
        data: the slice.
        points_mm: positions in the first frame.
        config: settings of the fit.
    """
    flat = points_mm.reshape(-1, 2)
    with torch.no_grad():
        path = flat + displacement(network(flat), waves(data.phases, config.harmonics))
    return path.transpose(0, 1).reshape(*points_mm.shape[:-1], len(path), 2)


def _pixels(data: SliceData, points_mm: Tensor) -> np.ndarray:
    return data.frame.to_pixels(points_mm.double().numpy())
