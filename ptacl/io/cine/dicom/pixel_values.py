"""Stored pixels → values: the bits that count, the rescale of each frame, and which end is white.

Standard: DICOM PS3.3 C.7.6.3.1 (image pixel), C.11.1 and C.7.6.16.2.9 (rescale slope and
intercept), PS3.5 8.1.1 (bits stored, high bit: what lies beyond them is no part of the pixel).
Windows and real-world values are for display and for quantities, and are not applied.
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
    """A decoded image whose values are not looked at yet."""

    pixels: np.ndarray
    """(rows, columns), the bits that count alone."""
    range: tuple[int, int]
    """Lowest and highest value that it could hold."""
    beyond: bool
    """Whether bits are set that are no part of the pixels."""


def high_bits_first(dataset: Dataset) -> int:
    """Let a dataset whose pixels do not end at its lowest bit be decoded to its highest one.

    `pydicom` masks what lies above BitsStored and does not ask for HighBit.

    Returns:
        by how many bits its pixels are to be shifted down then; usually 0.
    """
    allocated, stored = int(dataset.BitsAllocated), int(dataset.BitsStored)
    high = int(dataset.get("HighBit", stored - 1))
    if dataset.file_meta.TransferSyntaxUID.is_encapsulated or not stored - 1 < high < allocated:
        return 0
    dataset.BitsStored = high + 1
    return high + 1 - stored


def shifted(pixels: Sequence[np.ndarray], shift: int) -> list[np.ndarray]:
    """Without the low bits that are no part of the pixels; where these are set, the high bit was
    said wrongly.
    """
    if not shift or any((image & ((1 << shift) - 1)).any() for image in pixels):
        return list(pixels)
    return [image >> shift for image in pixels]


def stored_range(dataset: Dataset, shift: int) -> tuple[int, int]:
    """Lowest and highest value that the pixels of a dataset can hold."""
    bits = int(dataset.BitsStored) - shift
    if int(dataset.get("PixelRepresentation") or 0):
        return -(1 << (bits - 1)), (1 << (bits - 1)) - 1
    return 0, (1 << bits) - 1


def sets_bits_beyond(dataset: Dataset) -> bool:
    """Whether plain 16-bit pixels set bits above the stored ones, other than those of a sign."""
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
    sign = (raw >> (stored - 1)) & 1 == 1
    return bool((above[sign] != above.dtype.type((1 << (16 - stored)) - 1)).any()) or bool(
        above[~sign].any()
    )


def as_values(frames: Sequence[FrameHeader], images: Sequence[StoredImage]) -> CineFrames:
    """Values of all frames on one scale: 8-bit pixels as they are, others as 32-bit floats.

    Raises:
        BadInput: a rescale slope of 0.
    """
    for frame in frames:
        if frame.slope == 0:
            raise BadInput(
                frame.file,
                "its rescale slope is 0",
                "export the original series",
                code="file.damaged",
            )
    plain = all(frame.slope == 1 and frame.intercept == 0 for frame in frames)
    turn = _turning(frames, images)
    if plain and all(image.pixels.dtype == np.uint8 for image in images):
        pairs = zip(frames, images, strict=True)
        return np.stack([255 - i.pixels if f.low_is_white else i.pixels for f, i in pairs])
    whole = np.empty((len(images), *images[0].pixels.shape), np.float32)
    with np.errstate(over="ignore", invalid="ignore"):  # refused with the cine
        for place, (frame, image) in enumerate(zip(frames, images, strict=True)):
            values = image.pixels.astype(np.float64) * frame.slope + frame.intercept
            whole[place] = turn - values if frame.low_is_white else values
    return whole


def _turning(frames: Sequence[FrameHeader], images: Sequence[StoredImage]) -> float:
    """White and black of all MONOCHROME1 frames together: minus a value, that value turned."""
    ends = [
        frame.slope * end + frame.intercept
        for frame, image in zip(frames, images, strict=True)
        if frame.low_is_white
        for end in image.range
    ]
    return max(ends) + min(ends) if ends else 0.0
