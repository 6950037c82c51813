"""Pixel decoding of DICOM frames, uncompressed or compressed."""

import warnings
from collections import defaultdict
from collections.abc import Sequence

import numpy as np
from pydicom.dataset import Dataset
from pydicom.pixels import iter_pixels

from ptacl.errors import BadInput
from ptacl.io.cine.dicom.frame_header import FrameHeader
from ptacl.io.cine.dicom.pixel_values import (
    StoredImage,
    adjust_bits_stored,
    as_values,
    sets_bits_beyond,
    shift_down,
    stored_range,
)
from ptacl.io.cine.dicom.series import MOST_HEADER_BYTES
from ptacl.io.containers.archive import StoredFiles
from ptacl.io.containers.dicom_file import open_dicom
from ptacl.types import Caveat, CineFrames

MOST_SIDE = 4096
MOST_PIXELS = 2**26
"""Maximum of a slice: 50 frames of 1024 × 1024 are 5 · 10⁷."""
_MOST_BYTES = 400_000_000
"""Maximum of a file with a whole stack: 512 × 512 × 15 × 50 pixels of 16 bits."""


def decode(
    where: str, files: StoredFiles, frames: Sequence[FrameHeader]
) -> tuple[CineFrames, list[Caveat]]:
    """Decode frames in the given order.

    Args:
        where: name for messages.
        files: all files.
        frames: headers of the frames.

    Returns:
        Pixels as of `as_values`, and caveats.

    Raises:
        BadInput: the pixels are truncated, too large, of different sizes, or compressed in an
            unsupported way.
    """
    shapes = {frame.shape for frame in frames}
    if len(shapes) > 1:
        raise BadInput(
            where,
            "its frames differ in size",
            "export the series again",
            code="cine.unequal_frames",
        )
    rows, columns = shapes.pop()
    if max(rows, columns) > MOST_SIDE or rows * columns * len(frames) > MOST_PIXELS:
        message = f"its header claims {len(frames)} frames of {rows} × {columns} pixels"
        raise BadInput(where, message, "export it again", code="file.damaged")
    indices_by_file: dict[str, list[int]] = defaultdict(list)
    for index, frame in enumerate(frames):
        indices_by_file[frame.file].append(index)
    images: dict[int, StoredImage] = {}
    for file, indices in indices_by_file.items():
        content = _content(files, file, single_frame=all(frames[i].index == 0 for i in indices))
        images |= zip(indices, _images(file, content, [frames[i] for i in indices]), strict=True)
    in_order = [images[index] for index in range(len(frames))]
    return as_values(frames, in_order), _extra_bits_caveats(in_order)


def _extra_bits_caveats(images: Sequence[StoredImage]) -> list[Caveat]:
    if not any(image.beyond for image in images):
        return []
    text = (
        "Bits outside the stored bits are set in the pixels (overlays, or a wrong header); they "
        "were ignored."
    )
    return [Caveat("bits_beyond_stored", text)]


def _content(files: StoredFiles, file: str, single_frame: bool) -> bytes:
    # Unpack no more than such images take, independent of the claimed size.
    return files.head(file, MOST_HEADER_BYTES + 4 * MOST_SIDE**2 if single_frame else _MOST_BYTES)


def _images(file: str, content: bytes, frames: Sequence[FrameHeader]) -> list[StoredImage]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            dataset = open_dicom(file, content)
            beyond = sets_bits_beyond(dataset)
            shift = adjust_bits_stored(dataset)
            images = shift_down(_decoded(dataset, [frame.index for frame in frames]), shift)
            limits = stored_range(dataset, shift)
        except MemoryError:
            raise
        except Exception as error:  # damaged, or compressed by an unsupported codec
            message = "its pixels are truncated, or compressed in an unsupported way"
            raise BadInput(
                file, message, "export it again, uncompressed", code="file.compression"
            ) from error
    if any(image.shape != frames[0].shape for image in images):
        raise BadInput(
            file, "its pixels do not fit its header", "export it again", code="file.damaged"
        )
    return [StoredImage(image, limits, beyond) for image in images]


def _decoded(dataset: Dataset, indices: Sequence[int]) -> list[np.ndarray]:
    if int(dataset.get("NumberOfFrames") or 1) == 1:
        return [dataset.pixel_array] * len(indices)
    unique = sorted(set(indices))
    images = dict(zip(unique, iter_pixels(dataset, indices=unique), strict=True))
    return [images[index] for index in indices]
