"""A NIfTI-1 or NIfTI-2 image in one file, plain or gzipped, opened without its voxels.

Format: Cox et al. 2004, NIfTI-1 data format; read with `nibabel`.
"""

import gzip
import io
import zlib
from dataclasses import dataclass

import nibabel
import numpy as np
from jaxtyping import Float64

from ptacl.errors import BadInput
from ptacl.io.archive import StoredFiles
from ptacl.io.slices import runs_to_apex
from ptacl.types import CineFrames

MOST_BYTES = 512 * 1024**2
"""Of the unpacked image; 512 × 512 × 15 × 50 pixels of 16 bits take 0.4 GB."""
_MAGICS = {348: (344, b"n+1\x00"), 540: (4, b"n+2\x00")}
"""Size of the header → where its magic lies, and the magic of a single file."""
_HEAD_BYTES, _HEADER_BYTES = 4096, 600


@dataclass(frozen=True, slots=True)
class NiftiImage:
    """An image whose slices are read when asked for."""

    where: str
    content: bytes
    """As it lies in the file; gzipped or not."""
    claimed: int
    """Bytes that its header claims, unpacked."""
    header: nibabel.Nifti1Header
    shape: tuple[int, ...]
    """(x, y, slices) or (x, y, slices, time)."""
    affine_lps: Float64[np.ndarray, "4 4"]
    """Grid → (left, posterior, superior) in mm; as DICOM stores a stack where nothing is said."""

    @property
    def zooms(self) -> tuple[float, float, float, float]:
        """Spacing of x, y, slices in mm, and of time in the header's unit."""
        # The header holds 32 bits: the shortest decimal gives 2.4 back, not 2.4000000953.
        x, y, z, t = (float(str(np.float32(abs(zoom)))) for zoom in self.header["pixdim"][1:5])
        return x, y, z, t

    @property
    def spacing_mm(self) -> tuple[float, float]:
        """Row and column spacing of a slice."""
        return self.zooms[1], self.zooms[0]

    @property
    def _from_base(self) -> bool:
        """Whether the first slice in the file is the basal one."""
        direction = self.affine_lps[:3, 2]
        # No short axis is parallel to an axis of the body: such an affine stands in for a lost one
        # (ACDC), and stacks are stored from the base.
        lost = np.count_nonzero(np.abs(direction) > 1e-4 * np.abs(direction).max()) < 2
        return bool(lost or runs_to_apex(direction))

    def slice_frames(self, position: int) -> CineFrames:
        """(time, rows, columns) of a slice; rows run to the feet or the back, columns to the left.

        Args:
            position: of the slice, counted from base to apex.

        Raises:
            BadInput: the file is cut short.
        """
        stream = _stream(self.content)
        number = position if self._from_base else self.shape[2] - 1 - position
        try:
            planes = np.asanyarray(_kind(self.header).from_stream(stream).dataobj[:, :, number])
            stream.seek(self.claimed - 1)
            whole = stream.read(2**16)  # to its end, where gzip checks its sum
        except (OSError, EOFError, ValueError, zlib.error) as error:
            raise self._cut_short() from error
        if not whole:
            raise self._cut_short()
        return _upright(planes.reshape(*self.shape[:2], -1), self.affine_lps)

    def _cut_short(self) -> BadInput:
        found = f"it is damaged or cut short: its header claims {self.claimed:,} bytes"
        return BadInput(self.where, found, "copy or export it again")


def is_nifti(content: bytes) -> bool:
    """Whether content is a NIfTI image, plain or gzipped, in one file or the half of two."""
    return _magic(_unzipped(content)) is not None


def open_nifti(name: str, files: StoredFiles) -> NiftiImage:
    """The image with its header alone looked at; no more is unpacked than the header claims.

    Raises:
        BadInput: half of a pair of files, too large, flat, or in colour.
    """
    start = files.head(name, _HEAD_BYTES)
    head = _unzipped(start)
    magic = _magic(head)
    if magic is None or b"i" in magic:
        raise BadInput(name, "it is half of a NIfTI in two files", "save it as one .nii file")
    kind = nibabel.Nifti1Header if magic == b"n+1\x00" else nibabel.Nifti2Header
    header = kind.from_fileobj(io.BytesIO(head), check=False)
    shape = tuple(int(n) for n in header.get_data_shape())
    dtype = header.get_data_dtype()
    claimed = int(np.prod(shape, dtype=object)) * dtype.itemsize + int(header.get_data_offset())
    if not 0 < claimed <= MOST_BYTES:
        raise BadInput(name, f"its header claims {claimed / 1e9:,.1f} GB", "export it again")
    if len(shape) < 3:
        found = f"it is a picture of {' × '.join(map(str, shape))}"
        raise BadInput(name, found, "give a 4D NIfTI with the whole cine, time last")
    if dtype.kind not in "iuf":
        raise BadInput(name, "its pixels are colours or complex numbers", "export it in grey")
    # Gzip makes nothing longer by more than a thousandth.
    content = files.head(name, claimed + claimed // 500 + _HEAD_BYTES)
    shape = (*shape[:4], *(n for n in shape[4:] if n != 1))
    return NiftiImage(name, content, claimed, header, shape, _affine_lps(header))


def _kind(header: nibabel.Nifti1Header) -> type[nibabel.Nifti1Image]:
    two = isinstance(header, nibabel.Nifti2Header)
    return nibabel.Nifti2Image if two else nibabel.Nifti1Image


def _stream(content: bytes) -> io.BufferedIOBase:
    raw = io.BytesIO(content)
    return gzip.GzipFile(fileobj=raw) if content[:2] == b"\x1f\x8b" else raw


def _unzipped(content: bytes) -> bytes:
    if content[:2] != b"\x1f\x8b":
        return content[:_HEADER_BYTES]
    try:
        return zlib.decompressobj(wbits=31).decompress(content[:_HEAD_BYTES], _HEADER_BYTES)
    except zlib.error:
        return b""


def _magic(head: bytes) -> bytes | None:
    for size, (place, magic) in _MAGICS.items():
        right_size = size in (int.from_bytes(head[:4], order) for order in ("little", "big"))
        found = head[place : place + 4]
        if right_size and found in (magic, magic.replace(b"+", b"i")):
            return found
    return None


def _affine_lps(header: nibabel.Nifti1Header) -> Float64[np.ndarray, "4 4"]:
    if int(header["sform_code"]) <= 0 and int(header["qform_code"]) <= 0:
        return np.diag([1.0, 1.0, -1.0, 1.0])
    affine = np.asarray(header.get_best_affine(), dtype=np.float64)
    return np.diag([-1.0, -1.0, 1.0, 1.0]) @ affine


def _upright(planes: np.ndarray, affine_lps: np.ndarray) -> CineFrames:
    """(x, y, time) → (time, rows, columns), flipped where an axis runs against DICOM's way."""
    for axis in (0, 1):
        left, back, up = affine_lps[:3, axis]
        main = max((left, back, -up), key=abs)
        planes = np.flip(planes, axis) if main < 0 else planes
    frames = np.ascontiguousarray(planes.transpose(2, 1, 0))
    return frames if frames.dtype == np.uint8 else frames.astype(np.float32)
