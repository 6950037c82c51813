"""Hearts of known volume, as labels and cines: bullets that shorten, twist-free and noise-free."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from ptacl.segmentation.labeller import ProgressShare
from ptacl.signal.heart_labels import LV, MYOCARDIUM, RV, Labels
from ptacl.types import Cine, ModelInfo

EXPERT = ModelInfo("expert", "1", synthetic=False)


@dataclass(frozen=True)
class Bullet:
    """A left ventricle: a cylinder from the base to its middle, then half an ellipsoid."""

    edv_ml: float = 150.0
    ef_pct: float = 60.0
    length_factor: float = 1.64
    shortening: float = 0.129
    wall_mm: float = 9.0
    frames: int = 25
    rr_ms: float = 900.0

    @property
    def share(self) -> np.ndarray:
        """Contraction of each frame, 0 at end-diastole and 1 at end-systole."""
        time = np.arange(self.frames) / self.frames
        down = 0.5 - 0.5 * np.cos(np.pi * np.clip(time / 0.36, 0, 1))
        up = 0.5 + 0.5 * np.cos(np.pi * np.clip((time - 0.36) / 0.45, 0, 1))
        return np.where(time < 0.36, down, up)

    @property
    def volume_ml(self) -> np.ndarray:
        """Volume of the cavity in each frame."""
        return self.edv_ml * (1 - self.ef_pct / 100 * self.share)

    @property
    def length_mm(self) -> np.ndarray:
        """Length of the cavity in each frame; the apex rests, the base descends."""
        return 10 * self.length_factor * self.edv_ml ** (1 / 3) * (1 - self.shortening * self.share)

    def area_mm2(self, depth_mm: float) -> np.ndarray:
        """Area of the cavity in each frame at a depth below the end-diastolic base."""
        length = self.length_mm
        base = length[0] - length
        largest = 1000 * self.volume_ml / length * 6 / 5
        beyond = np.clip((depth_mm - base - length / 2) / (length / 2), 0, None)
        inside = (depth_mm >= base) & (depth_mm <= length[0])
        return np.where(inside, largest * np.clip(1 - beyond**2, 0, None), 0.0)

    def depths_mm(self, step_mm: float, start_mm: float) -> np.ndarray:
        """Depths of slices from above the base to below the apex."""
        return np.arange(start_mm - step_mm, self.length_mm[0] + step_mm, step_mm)


def labels_of(bullet: Bullet, depth_mm: float, *, size: int = 96, pixel_mm: float = 1.5) -> Labels:
    """Draw the labels of a slice: discs, the right ventricle a disc beside the left one."""
    axis = (np.arange(size) - size / 2 + 0.5) * pixel_mm
    distance = np.hypot(axis[:, None], axis[None, :])
    to_rv = np.hypot(axis[:, None], axis[None, :] + 34.0)
    labels = np.zeros((bullet.frames, size, size), np.uint8)
    for frame, area in enumerate(bullet.area_mm2(depth_mm)):
        if area > 0:
            radius = np.sqrt(area / np.pi)
            labels[frame][to_rv < 0.7 * radius + 8] = RV
            labels[frame][distance < radius + bullet.wall_mm] = MYOCARDIUM
            labels[frame][distance < radius] = LV
    return labels


def cine_of(labels: Labels, bullet: Bullet, position: int, count: int, offset_mm: float) -> Cine:
    """Return a cine on the grid of labels; its intensities are 60 times the labels, and noise."""
    noise = np.random.default_rng(position).integers(0, 10, labels.shape)
    times = np.arange(bullet.frames) * bullet.rr_ms / bullet.frames
    return Cine(
        (labels * 60 + noise).astype(np.uint8),
        (1.5, 1.5),
        times,
        bullet.rr_ms,
        "simulated",
        position,
        count,
        slice_offset_mm=offset_mm,
    )


def stack_of(
    bullet: Bullet, step_mm: float = 10.0, start_mm: float = 4.0
) -> tuple[list[Cine], list[Labels]]:
    """Return the slices of a heart from base to apex and their labels."""
    depths = bullet.depths_mm(step_mm, start_mm)
    labels = [labels_of(bullet, depth) for depth in depths]
    cines = [
        cine_of(own, bullet, position, len(depths), position * step_mm)
        for position, own in enumerate(labels)
    ]
    return cines, labels


class IntensityLabeller:
    """Labels cines of `cine_of`, whose intensities are labels: a segmenter without a network."""

    info = ModelInfo("intensities", "test", synthetic=True)

    def label(
        self, slices: Sequence[Cine], progress: ProgressShare | None = None
    ) -> tuple[Labels, ...]:
        """Return the labels of the slices."""
        if progress:
            progress(1.0)
        return tuple(np.rint(cine.frames / 60).astype(np.uint8) for cine in slices)


def moved(cines: Sequence[Cine], offsets_mm: Sequence[float | None]) -> list[Cine]:
    """Return the slices with other offsets."""
    return [
        replace(cine, slice_offset_mm=offset)
        for cine, offset in zip(cines, offsets_mm, strict=True)
    ]
