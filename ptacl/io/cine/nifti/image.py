"""A NIfTI-1 or NIfTI-2 image, plain or gzipped, in one file or as header and voxels in two, opened
without its voxels.

Format: Cox et al. 2004, NIfTI-1 data format; read with `nibabel`.
"""

import gzip
import io
import re
import zlib
from dataclasses import dataclass

import nibabel
import nibabel.nifti2
import numpy as np
from jaxtyping import Float64
from nibabel.arrayproxy import ArrayProxy

from ptacl.errors import BadInput
from ptacl.io.cine.nifti.axes import NiftiShape, shape_of
from ptacl.io.cine.slice_selection import runs_to_apex
from ptacl.io.containers.archive import StoredFiles
from ptacl.types import CineFrames

MOST_BYTES = 512 * 1024**2
"""Of the unpacked image; 512 × 512 × 15 × 50 pixels of 16 bits take 0.4 GB."""
_MAGICS = {348: (344, b"n+1\x00"), 540: (4, b"n+2\x00")}
"""Size of the header → where its magic lies, and the magic of a single file."""
_HEAD_BYTES, _HEADER_BYTES = 4096, 600
_KINDS = {
    b"n+1": nibabel.Nifti1Header,
    b"ni1": nibabel.nifti1.Nifti1PairHeader,
    b"n+2": nibabel.Nifti2Header,
    b"ni2": nibabel.nifti2.Nifti2PairHeader,
}


@dataclass(frozen=True, slots=True)
class NiftiImage:
    """An image whose slices are read when asked for."""

    where: str
    content: bytes
    """The file of its voxels as it lies there; gzipped or not."""
    claimed: int
    """Bytes that its header claims in that file, unpacked."""
    header: nibabel.Nifti1Header
    form: NiftiShape
    affine_lps: Float64[np.ndarray, "4 4"]
    """Grid → (left, posterior, superior) in mm; as DICOM stores a stack where nothing is said."""

    @property
    def shape(self) -> tuple[int, ...]:
        """(x, y, slices) or (x, y, slices, time)."""
        return self.form.sizes

    @property
    def spacing_mm(self) -> tuple[float, float]:
        """Row and column spacing of a slice."""
        return self.form.spacing_mm[1], self.form.spacing_mm[0]

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
            voxels = ArrayProxy(stream, self.header)
            # A third axis that is time holds one slice.
            along = number if self.shape[2] == voxels.shape[2] else slice(None)
            planes = np.asanyarray(voxels[:, :, along])
            stream.seek(self.claimed - 1)
            whole = stream.read(2**16)  # to its end, where gzip checks its sum
        except (OSError, EOFError, ValueError, zlib.error) as error:
            raise self._cut_short() from error
        if not whole:
            raise self._cut_short()
        return _upright(planes.reshape(*self.shape[:2], -1), self.affine_lps)

    def _cut_short(self) -> BadInput:
        found = f"it is damaged or cut short: its header claims {self.claimed:,} bytes"
        return BadInput(self.where, found, "copy or export it again", code="file.damaged")


def is_nifti(content: bytes) -> bool:
    """Whether content is a NIfTI image, plain or gzipped, in one file or the half of two."""
    return _magic(_unzipped(content)) is not None


def open_nifti(name: str, files: StoredFiles) -> NiftiImage:
    """The image with its header alone looked at; no more is unpacked than the header claims.

    Raises:
        BadInput: a header without its voxels, too large, flat, or in colour.
    """
    head = _unzipped(files.head(name, _HEAD_BYTES))
    magic = _magic(head)
    if magic is None:
        raise BadInput(name, "its NIfTI header is damaged", "export it again", code="file.damaged")
    header = _KINDS[magic[:3]].from_fileobj(io.BytesIO(head), check=False)
    voxels = name
    if b"i" in magic:
        voxels = _voxels_beside(name, files)
    elif header.get_data_offset() < len(header.binaryblock):
        raise BadInput(
            name, "its header says no place of its voxels", "export it again", code="file.damaged"
        )
    dtype = header.get_data_dtype()
    sizes = header.get_data_shape()
    claimed = int(np.prod(sizes, dtype=object)) * dtype.itemsize + int(header.get_data_offset())
    if not 0 < claimed <= MOST_BYTES:
        raise BadInput(
            name,
            f"its header claims {claimed / 1e9:,.1f} GB",
            "export it again",
            code="file.damaged",
        )
    if len(sizes) < 3:
        found = f"it is a picture of {' × '.join(map(str, sizes))}"
        raise BadInput(
            name, found, "give a 4D NIfTI with the whole cine, time last", code="cine.not_4d"
        )
    if dtype.kind not in "iuf":
        raise BadInput(
            name,
            "its pixels are colours or complex numbers",
            "export it in grey",
            code="cine.colour",
        )
    # Gzip makes nothing longer by more than a thousandth.
    content = files.head(voxels, claimed + claimed // 500 + _HEAD_BYTES)
    return NiftiImage(name, content, claimed, header, shape_of(header), _affine_lps(header))


def _voxels_beside(name: str, files: StoredFiles) -> str:
    """The file that holds the voxels of a header."""
    stem = re.sub(r"\.hdr(\.gz)?$", "", name, flags=re.IGNORECASE).lower()
    wanted = {f"{stem}{ending}" for ending in (".img", ".img.gz")}
    found = next((other for other in files if other.lower() in wanted), None)
    if found is None:
        what = "it is the header of a NIfTI in two files, and the .img is not beside it"
        raise BadInput(
            name,
            what,
            "give both files together, or save it as one .nii file",
            code="file.companion_missing",
        )
    return found


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
