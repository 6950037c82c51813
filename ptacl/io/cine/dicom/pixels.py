"""The pixels of some frames of DICOM files, plain or compressed."""

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
    as_values,
    high_bits_first,
    sets_bits_beyond,
    shifted,
    stored_range,
)
from ptacl.io.cine.dicom.series import MOST_HEADER_BYTES
from ptacl.io.containers.archive import StoredFiles
from ptacl.io.containers.dicom_file import open_dicom
from ptacl.types import Caveat, CineFrames

MOST_SIDE = 4096
MOST_PIXELS = 2**26
"""Of a slice: 50 frames of 1024 × 1024 are 5 · 10⁷."""
_MOST_BYTES = 400_000_000
"""Of the file that holds a whole stack; 512 × 512 × 15 × 50 pixels of 16 bits take as much."""


def decode(
    where: str, files: StoredFiles, frames: Sequence[FrameHeader]
) -> tuple[CineFrames, list[Caveat]]:
    """The values of frames in the given order, 8-bit pixels as they are, others as 32-bit floats;
    and what must be known of them.

    Raises:
        BadInput: cut short, too large, of unequal sizes, or compressed in a way that is not read.
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
        found = f"its header claims {len(frames)} frames of {rows} × {columns} pixels"
        raise BadInput(where, found, "export it again", code="file.damaged")
    places: dict[str, list[int]] = defaultdict(list)
    for place, frame in enumerate(frames):
        places[frame.file].append(place)
    images: dict[int, StoredImage] = {}
    for file, own in places.items():
        content = _content(files, file, alone=all(frames[i].index == 0 for i in own))
        images |= zip(own, _images(file, content, [frames[i] for i in own]), strict=True)
    in_order = [images[place] for place in range(len(frames))]
    return as_values(frames, in_order), _told(in_order)


def _told(images: Sequence[StoredImage]) -> list[Caveat]:
    if not any(image.beyond for image in images):
        return []
    text = (
        "Bits beyond the stored ones are set in the pixels (overlays, or a wrong header); they "
        "were left out."
    )
    return [Caveat("bits_beyond_stored", text)]


def _content(files: StoredFiles, file: str, alone: bool) -> bytes:
    # No more is unpacked than such images take, whatever else a file claims to hold.
    return files.head(file, MOST_HEADER_BYTES + 4 * MOST_SIDE**2 if alone else _MOST_BYTES)


def _images(file: str, content: bytes, frames: Sequence[FrameHeader]) -> list[StoredImage]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            dataset = open_dicom(file, content)
            beyond = sets_bits_beyond(dataset)
            shift = high_bits_first(dataset)
            images = shifted(_decoded(dataset, [frame.index for frame in frames]), shift)
            limits = stored_range(dataset, shift)
        except MemoryError:
            raise
        except Exception as error:  # damaged, or compressed in a way that is not installed
            found_ = "its pixels are cut short, or compressed in a way that is not read here"
            raise BadInput(
                file, found_, "export it again, uncompressed", code="file.compression"
            ) from error
    if any(image.shape != frames[0].shape for image in images):
        raise BadInput(
            file, "its pixels do not fit its header", "export it again", code="file.damaged"
        )
    return [StoredImage(image, limits, beyond) for image in images]


def _decoded(dataset: Dataset, indices: Sequence[int]) -> list[np.ndarray]:
    if int(dataset.get("NumberOfFrames") or 1) == 1:
        return [dataset.pixel_array] * len(indices)
    wanted = sorted(set(indices))
    found = dict(zip(wanted, iter_pixels(dataset, indices=wanted), strict=True))
    return [found[index] for index in indices]
