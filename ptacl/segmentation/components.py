"""Anatomy of the labels: one left ventricle, one right ventricle, no holes."""

from collections.abc import Sequence

import numpy as np
from jaxtyping import Bool
from scipy import ndimage

from ptacl.heart_labels import LV, MYOCARDIUM, RV, Labels

Mask = Bool[np.ndarray, "..."]


def keep_one_heart(slices: Sequence[Labels]) -> tuple[Labels, ...]:
    """Remove what is not connected with the heart, and fill holes of the cavity.

    The left ventricle is the largest connected piece of cavity and muscle through all slices and
    frames, the right ventricle the largest piece of its own label. Within a frame the cavity is one
    piece; another piece of it becomes muscle.

    Args:
        slices: labels from base to apex; slices of other sizes or frames are not linked.

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
    for labels in cleaned:
        for frame in labels:
            _mend_frame(frame)
    return tuple(cleaned)


def _keep_largest(labels: np.ndarray) -> None:
    left = (labels == LV) | (labels == MYOCARDIUM)
    labels[left & ~_largest(left)] = 0
    right = labels == RV
    labels[right & ~_largest(right)] = 0


def _mend_frame(frame: np.ndarray) -> None:
    """Leave one cavity without holes in a frame; other pieces of it become muscle."""
    cavity = frame == LV
    if not cavity.any():
        return
    main = ndimage.binary_fill_holes(_largest(cavity))
    frame[cavity & ~main] = MYOCARDIUM
    frame[main] = LV


def _largest(mask: Mask) -> Mask:
    """Return the largest connected piece of a mask."""
    pieces, count = ndimage.label(mask)
    if count <= 1:
        return mask
    sizes = np.bincount(pieces.ravel())
    sizes[0] = 0
    return pieces == sizes.argmax()
