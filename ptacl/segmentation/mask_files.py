"""Labels as NIfTI: (columns, rows, slices, frames), at the place of the cine in the patient.

Slices of one grid are written into one file, in which slices that are missing or could not be read
are empty; slices of different grids into a file each.
"""

from collections.abc import Sequence
from pathlib import Path

import nibabel
import numpy as np
from jaxtyping import Float64

from ptacl.segmentation.records import CineInspection
from ptacl.signal.heart_labels import Labels
from ptacl.types import Cine

MASKS = "masks.nii.gz"
_OFF_GRID = 0.2
"""Slices this share of a distance away from a regular grid do not fit one file."""
_SINGLE_SLICE_MM = 1.0
"""Written as the thickness of a single slice, which NIfTI needs and the cine does not know."""
_LPS_TO_RAS = np.diag([-1.0, -1.0, 1.0, 1.0])


def write_masks(inspection: CineInspection, folder: Path) -> list[Path]:
    """Write the labels of an inspection.

    Args:
        inspection: the inspection.
        folder: target folder, which exists.

    Returns:
        ``masks.nii.gz``, or ``masks_slice0.nii.gz`` … where the slices do not share one grid.
    """
    slices, labels = inspection.slices, inspection.labels
    planes = _planes(slices)
    if planes is not None:
        _write(folder / MASKS, slices, labels, planes)
        return [folder / MASKS]
    paths = []
    for number, (cine, own) in enumerate(zip(slices, labels, strict=True)):
        position = number if cine.slice_position is None else cine.slice_position
        path = folder / f"masks_slice{position}.nii.gz"
        _write(path, [cine], [own], [0])
        paths.append(path)
    return paths


def _planes(slices: Sequence[Cine]) -> list[int] | None:
    """Return the index of each slice in a common image; None if there is no common grid."""
    first = slices[0]
    same = all(
        cine.frames.shape == first.frames.shape
        and np.allclose(cine.spacing_mm, first.spacing_mm, rtol=1e-3)
        and (cine.affine_lps is None) == (first.affine_lps is None)
        for cine in slices
    )
    if not same:
        return None
    if len(slices) == 1:
        return [0]
    offsets = [cine.slice_offset_mm for cine in slices]
    if None in offsets:
        return list(range(len(slices)))
    distances = np.array(offsets, dtype=np.float64) - float(offsets[0] or 0.0)
    places = distances / np.diff(distances).min()
    planes = np.rint(places)
    if np.abs(places - planes).max() > _OFF_GRID or _is_sheared(slices, planes):
        return None
    return [int(plane) for plane in planes]


def _is_sheared(slices: Sequence[Cine], planes: Float64[np.ndarray, " slices"]) -> bool:
    """Return whether the corners of the slices do not follow one straight line."""
    corners = [cine.affine_lps[:3, 3] for cine in slices if cine.affine_lps is not None]
    if len(corners) < 2:
        return False
    step = (corners[-1] - corners[0]) / planes[-1]
    expected = corners[0] + planes[:, None] * step
    return bool(np.abs(np.array(corners) - expected).max() > min(slices[0].spacing_mm))


def _write(
    path: Path, slices: Sequence[Cine], labels: Sequence[Labels], planes: Sequence[int]
) -> None:
    first = slices[0]
    frames, rows, columns = labels[0].shape
    voxels = np.zeros((columns, rows, planes[-1] + 1, frames), np.uint8)
    for plane, own in zip(planes, labels, strict=True):
        voxels[:, :, plane] = own.transpose(2, 1, 0)
    image = nibabel.Nifti1Image(voxels, _affine_ras(slices, planes))
    beat = frames if np.isfinite(first.rr_ms) else 0
    row_mm, column_mm = first.spacing_mm
    image.header.set_zooms(
        (column_mm, row_mm, _step_mm(slices, planes), first.rr_ms / frames if beat else 0.0)
    )
    image.header.set_xyzt_units("mm", "msec")
    nibabel.save(image, path)


def _step_mm(slices: Sequence[Cine], planes: Sequence[int]) -> float:
    first, last = slices[0].slice_offset_mm, slices[-1].slice_offset_mm
    if first is None or last is None or planes[-1] == 0:
        return _SINGLE_SLICE_MM
    return (last - first) / planes[-1]


def _affine_ras(slices: Sequence[Cine], planes: Sequence[int]) -> Float64[np.ndarray, "4 4"] | None:
    first, last = slices[0].affine_lps, slices[-1].affine_lps
    if first is None or last is None:
        return None
    affine = np.array(first, dtype=np.float64)
    if planes[-1]:
        affine[:3, 2] = (last[:3, 3] - first[:3, 3]) / planes[-1]
    return _LPS_TO_RAS @ affine
