"""Conversion of stored pixels to values: stored bits, rescale of each frame, photometric inversion.

Standard: DICOM PS3.3 C.7.6.3.1 (image pixel), C.11.1 and C.7.6.16.2.9 (rescale slope and
intercept), PS3.5 8.1.1 (bits stored, high bit: other bits are not part of the pixel).
Windows and real-world value mappings are not applied.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from pydicom.dataset import Dataset

from ptacl.errors import BadInput
from ptacl.io.cine.dicom.frame_header import FrameHeader
from ptacl.types import CineFrames


@dataclass(frozen=True, slots=True)
class StoredImage:
    """A decoded image before rescaling."""

    pixels: np.ndarray
    """(rows, columns), stored bits only."""
    range: tuple[int, int]
    """Lowest and highest representable value."""
    beyond: bool
    """Whether bits outside the stored bits are set."""


def adjust_bits_stored(dataset: Dataset) -> int:
    """Adjust BitsStored of a dataset with pixels that do not start at the lowest bit.

    `pydicom` masks the bits above BitsStored and ignores HighBit.

    Returns:
        The number of bits by which the decoded pixels must be shifted down; usually 0.
    """
    allocated, stored = int(dataset.BitsAllocated), int(dataset.BitsStored)
    high = int(dataset.get("HighBit", stored - 1))
    if dataset.file_meta.TransferSyntaxUID.is_encapsulated or not stored - 1 < high < allocated:
        return 0
    dataset.BitsStored = high + 1
    return high + 1 - stored


def shift_down(pixels: Sequence[np.ndarray], shift: int) -> list[np.ndarray]:
    """Remove the low bits that are not part of the pixels.

    If any of these bits is set, HighBit is wrong and the pixels are returned unchanged.
    """
    if not shift or any((image & ((1 << shift) - 1)).any() for image in pixels):
        return list(pixels)
    return [image >> shift for image in pixels]


def stored_range(dataset: Dataset, shift: int) -> tuple[int, int]:
    """Return the lowest and the highest representable pixel value of a dataset."""
    bits = int(dataset.BitsStored) - shift
    if int(dataset.get("PixelRepresentation") or 0):
        return -(1 << (bits - 1)), (1 << (bits - 1)) - 1
    return 0, (1 << bits) - 1


def sets_bits_beyond(dataset: Dataset) -> bool:
    """Return whether uncompressed 16-bit pixels set bits above the stored ones, except a sign."""
    stored = int(dataset.BitsStored)
    if int(dataset.BitsAllocated) != 16 or stored >= 16 or "PixelData" not in dataset:
        return False
    if dataset.file_meta.TransferSyntaxUID.is_encapsulated or not dataset.original_encoding[1]:
        return False
    raw = np.frombuffer(dataset.PixelData, "<u2", len(dataset.PixelData) // 2)
    above = raw >> stored
    if not above.any():
        return False
    if not int(dataset.get("PixelRepresentation") or 0):
        return True
    negative = (raw >> (stored - 1)) & 1 == 1
    return bool((above[negative] != above.dtype.type((1 << (16 - stored)) - 1)).any()) or bool(
        above[~negative].any()
    )


def as_values(frames: Sequence[FrameHeader], images: Sequence[StoredImage]) -> CineFrames:
    """Convert all frames to values on a common scale.

    Args:
        frames: headers of the frames.
        images: their decoded pixels.

    Returns:
        (frames, rows, columns); 8-bit pixels unchanged, others as 32-bit floats.

    Raises:
        BadInput: a rescale slope is 0.
    """
    for frame in frames:
        if frame.slope == 0:
            raise BadInput(
                frame.file,
                "its rescale slope is 0",
                "export the original series",
                code="file.damaged",
            )
    unscaled = all(frame.slope == 1 and frame.intercept == 0 for frame in frames)
    inversion_offset = _inversion_offset(frames, images)
    if unscaled and all(image.pixels.dtype == np.uint8 for image in images):
        pairs = zip(frames, images, strict=True)
        return np.stack([255 - i.pixels if f.low_is_white else i.pixels for f, i in pairs])
    stack = np.empty((len(images), *images[0].pixels.shape), np.float32)
    with np.errstate(over="ignore", invalid="ignore"):  # refused by check_cine
        for index, (frame, image) in enumerate(zip(frames, images, strict=True)):
            values = image.pixels.astype(np.float64) * frame.slope + frame.intercept
            stack[index] = inversion_offset - values if frame.low_is_white else values
    return stack


def _inversion_offset(frames: Sequence[FrameHeader], images: Sequence[StoredImage]) -> float:
    """Return the sum of the extreme values of all MONOCHROME1 frames; minus a value, it inverts."""
    limits = [
        frame.slope * limit + frame.intercept
        for frame, image in zip(frames, images, strict=True)
        if frame.low_is_white
        for limit in image.range
    ]
    return max(limits) + min(limits) if limits else 0.0
