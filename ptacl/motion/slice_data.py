"""A slice as the estimation sees it: images and borders on a grid about the ventricles."""

from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Bool, Float
from scipy import ndimage
from torch import Tensor

from ptacl.errors import PtaclError
from ptacl.motion.config import MotionConfig
from ptacl.motion.sampling import sample
from ptacl.segmentation.contours import ENCLOSED, OUTLINES, contours
from ptacl.signal.heart_labels import LV, MYOCARDIUM, Labels
from ptacl.types import Cine

_REACH_MM = 10.0
"""Distances to a border are clipped here: what is farther tells nothing more."""
_MOST_REACH_MM = 80.0
"""Half of the largest window; labels beyond are no heart."""
_FEWEST_PIXELS = 12
_FREE_WALL_MM = 4.0
"""Points of the right ventricle's border nearer to the left one belong to the septum."""
Points = Float[Tensor, "_points 2"]


@dataclass(frozen=True, slots=True)
class Frame:
    """Place of the window's grid in the cine."""

    centre_px: tuple[float, float]
    """Column and row of the centre of the ventricles in the first frame."""
    spacing_mm: tuple[float, float]
    """Row and column spacing of the cine."""

    def to_mm(self, pixels: np.ndarray) -> np.ndarray:
        """Convert (column, row) to (x, y) in mm from the centre."""
        return (pixels - np.array(self.centre_px)) * np.array(self.spacing_mm[::-1])

    def to_pixels(self, mm: np.ndarray) -> np.ndarray:
        """Convert (x, y) in mm from the centre to (column, row)."""
        return mm / np.array(self.spacing_mm[::-1]) + np.array(self.centre_px)


@dataclass(frozen=True, slots=True)
class SliceData:
    """Images and borders of a slice. Positions in mm, (x, y) from the centre of the grid."""

    frame: Frame
    phases: Float[Tensor, " frames"]
    images: Float[Tensor, "frames 1 rows columns"]
    """On the grid; SD 1 over the region."""
    distances: Float[Tensor, "frames outlines=3 rows columns"]
    """Signed distance to endocardium, epicardium and right ventricle in mm, negative inside."""
    half_mm: Float[Tensor, "2"]
    """Distance from the centre of the grid to its outermost pixels, along x and y."""
    grid: Points
    """Positions of the pixels of the grid, row by row."""
    region: Bool[Tensor, "rows columns"]
    """Ventricles and margin in the first frame."""
    wall: Bool[Tensor, "rows columns"]
    """Muscle in the first frame."""
    borders: tuple[Points, ...]
    """Points of the three borders in the first frame; the last one is the right ventricle's free
    wall and may be empty."""


def slice_data(cine: Cine, labels: Labels, config: MotionConfig) -> SliceData:
    """Cut the window of a slice.

    Args:
        cine: the whole beat.
        labels: of every frame.
        config: spacing and margin.

    Raises:
        PtaclError: the first frame does not show a left ventricle with its wall, or the frames do
            not cover the beat.
    """
    _check(cine, labels)
    frame, half_mm = _window(cine, labels, config)
    line_x, line_y = (
        torch.linspace(-half, half, 2 * round(half / config.spacing_mm) + 1)
        for half in half_mm.tolist()
    )
    y, x = torch.meshgrid(line_y, line_x, indexing="ij")
    grid = torch.stack([x, y], dim=-1).view(-1, 2)

    def on_grid(stack: np.ndarray) -> Tensor:
        return _resampled(stack, frame, grid).view(len(stack), *x.shape)

    images = on_grid(np.asarray(cine.frames, dtype=np.float32))
    distances = [on_grid(_distances(labels, own, frame)) for own in ENCLOSED.values()]
    inside = torch.minimum(distances[1][0], distances[2][0])
    region = inside < config.margin_mm
    images = (images - images[:, region].mean()) / images[:, region].std().clamp(min=1e-6)
    return SliceData(
        frame=frame,
        phases=_phases(cine),
        images=images[:, None],
        distances=torch.stack(distances, 1),
        half_mm=half_mm,
        grid=grid,
        region=region,
        wall=(distances[0][0] > 0) & (distances[1][0] < 0),
        borders=_borders(labels[0], frame),
    )


def _check(cine: Cine, labels: Labels) -> None:
    if cine.two_phases or len(cine.frames) < 8:
        raise PtaclError(
            f"Motion needs the whole beat; the cine has {len(cine.frames)} frames. Give a cine "
            "with at least 8 frames over the R–R interval.",
            code="motion.not_a_beat",
        )
    if min(np.count_nonzero(labels[0] == own) for own in (LV, MYOCARDIUM)) < _FEWEST_PIXELS:
        raise PtaclError(
            "The first frame shows no left ventricle with its wall, so there is no motion to "
            "measure. Give a slice between base and apex.",
            code="motion.no_wall",
        )


def _phases(cine: Cine) -> Tensor:
    """Return the share of the beat of each frame, 0 in the first; evenly spaced without times."""
    count = len(cine.frames)
    phases = np.arange(count) / count
    if np.isfinite(cine.frame_times_ms).all() and np.isfinite(cine.rr_ms):
        times = np.asarray(cine.frame_times_ms, np.float64)
        if (np.diff(times) > 0).all() and times[-1] - times[0] < cine.rr_ms:
            phases = (times - times[0]) / cine.rr_ms
    return torch.from_numpy(phases).float()


def _window(cine: Cine, labels: Labels, config: MotionConfig) -> tuple[Frame, Tensor]:
    """Return the window about both ventricles in the first frame with its half sides in mm."""
    columns, rows = (np.flatnonzero((labels[0] > 0).any(axis=axis)) for axis in (0, 1))
    low, high = np.array([columns[0], rows[0]]), np.array([columns[-1], rows[-1]])
    reach = (high - low) / 2 * np.array(cine.spacing_mm[::-1])
    half = np.minimum(reach, _MOST_REACH_MM) + config.margin_mm
    centre = (low + high) / 2
    half = np.ceil(half / config.spacing_mm) * config.spacing_mm
    frame = Frame((float(centre[0]), float(centre[1])), cine.spacing_mm)
    return frame, torch.from_numpy(half).float()


def _resampled(stack: np.ndarray, frame: Frame, grid: Points) -> Tensor:
    rows, columns = stack.shape[1:]
    pixels = frame.to_pixels(grid.numpy())
    unit = 2 * (pixels + 0.5) / np.array([columns, rows]) - 1
    places = torch.from_numpy(unit).float()[None, :, None].expand(len(stack), -1, -1, -1)
    images = torch.from_numpy(np.ascontiguousarray(stack, np.float32))[:, None]
    return sample(images, places)[:, 0]


def _distances(labels: Labels, enclosed: tuple[int, ...], frame: Frame) -> np.ndarray:
    """Return the signed distance in mm of each pixel to a border; the whole reach if absent."""
    result = np.full(labels.shape, _REACH_MM, np.float32)
    for number, own in enumerate(np.isin(labels, enclosed)):
        if own.any():
            inside, outside = (
                ndimage.distance_transform_edt(mask, sampling=frame.spacing_mm)
                for mask in (own, ~own)
            )
            half = 0.5 * min(frame.spacing_mm)
            signed = np.where(own, half - inside, outside - half)
            result[number] = ndimage.gaussian_filter(np.clip(signed, -_REACH_MM, _REACH_MM), 0.7)
    return result


def _borders(labels: np.ndarray, frame: Frame) -> tuple[Points, ...]:
    found: list[Points] = []
    for outline in OUTLINES:
        rings = contours(labels, outline)
        points = frame.to_mm(rings[0]) if rings else np.zeros((0, 2))
        if outline == "rv" and len(points):
            gap = np.linalg.norm(points[:, None] - found[1].numpy()[None], axis=-1).min(axis=1)
            points = points[gap > _FREE_WALL_MM]
        found.append(torch.from_numpy(points).float())
    return tuple(found)
