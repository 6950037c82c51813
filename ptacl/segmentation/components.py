"""Anatomy of the labels: one left ventricle, one right ventricle, no holes, a smooth cavity."""

from collections.abc import Sequence

import numpy as np
from jaxtyping import Bool
from scipy import ndimage

from ptacl.signal.heart_labels import LV, MYOCARDIUM, RV, Labels

CLOSING_MM = 15.0
"""Radius of the closing that takes papillary muscles into the cavity."""
Mask = Bool[np.ndarray, "..."]


def keep_one_heart(
    slices: Sequence[Labels], spacings_mm: Sequence[tuple[float, float]]
) -> tuple[Labels, ...]:
    """Remove what is not connected with the heart, and fill holes of the cavity.

    The left ventricle is the largest connected piece of cavity and muscle through all slices and
    frames, the right ventricle the largest piece of its own label. Within a frame the cavity is one
    piece; another piece of it becomes muscle. Papillary muscles that lean on the wall leave
    notches in the cavity; they are part of it (ACDC), so that the notches are closed as far as
    there is muscle.

    Args:
        slices: labels from base to apex; slices of other sizes or frames are not linked.
        spacings_mm: row and column spacing of each slice.

    Returns:
        New labels, the given ones unchanged.
    """
    cleaned = [labels.copy() for labels in slices]
    if len({labels.shape for labels in slices}) == 1:
        volume = np.stack(cleaned)
        _keep_largest(volume)
        cleaned = list(volume)
    else:
        for labels in cleaned:
            _keep_largest(labels)
    for labels, spacing_mm in zip(cleaned, spacings_mm, strict=True):
        for frame in labels:
            _mend_frame(frame, spacing_mm)
    return tuple(cleaned)


def _keep_largest(labels: np.ndarray) -> None:
    left = (labels == LV) | (labels == MYOCARDIUM)
    labels[left & ~_largest(left)] = 0
    right = labels == RV
    labels[right & ~_largest(right)] = 0


def _mend_frame(frame: np.ndarray, spacing_mm: tuple[float, float]) -> None:
    """Leave one cavity without holes and notches in a frame; other pieces of it become muscle."""
    cavity = frame == LV
    if not cavity.any():
        return
    main = ndimage.binary_fill_holes(_largest(cavity))
    frame[cavity & ~main] = MYOCARDIUM
    frame[main] = LV
    frame[_closed(main, spacing_mm) & (frame == MYOCARDIUM)] = LV


def _closed(mask: Mask, spacing_mm: tuple[float, float]) -> Mask:
    """Close a mask by a disc, whose radius is in mm also where pixels are not square."""
    rows, columns = ndimage.find_objects(mask.astype(np.uint8))[0]
    border = [int(CLOSING_MM / step) + 2 for step in spacing_mm]
    padded = np.pad(mask[rows, columns], [(size, size) for size in border])
    grown = ndimage.distance_transform_edt(~padded, sampling=spacing_mm) <= CLOSING_MM
    shrunk = ndimage.distance_transform_edt(grown, sampling=spacing_mm) > CLOSING_MM
    closed = mask.copy()
    inner = shrunk[border[0] : -border[0], border[1] : -border[1]]
    closed[rows, columns] |= inner
    return closed


def _largest(mask: Mask) -> Mask:
    """Return the largest connected piece of a mask."""
    pieces, count = ndimage.label(mask)
    if count <= 1:
        return mask
    sizes = np.bincount(pieces.ravel())
    sizes[0] = 0
    return pieces == sizes.argmax()
