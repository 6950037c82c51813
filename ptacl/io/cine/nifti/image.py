"""NIfTI-1 and NIfTI-2 images, plain or gzipped, in one file or as a pair of header and voxel file.

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
"""Maximum of the unpacked image; 512 × 512 × 15 × 50 pixels of 16 bits take 0.4 GB."""
LEAST_STEP_MM, MOST_STEP_MM = 2.0, 40.0
"""Plausible distances of short-axis slices; others are placeholders of converters."""
_MAGICS = {348: (344, b"n+1\x00"), 540: (4, b"n+2\x00")}
"""Size of the header → offset of its magic number, and the magic number of a single file."""
_HEAD_BYTES, _HEADER_BYTES = 4096, 600
_KINDS = {
    b"n+1": nibabel.Nifti1Header,
    b"ni1": nibabel.nifti1.Nifti1PairHeader,
    b"n+2": nibabel.Nifti2Header,
    b"ni2": nibabel.nifti2.Nifti2PairHeader,
}


@dataclass(frozen=True, slots=True)
class NiftiImage:
    """An image with slices that are read on demand."""

    where: str
    content: bytes
    """Content of the voxel file, gzipped or not."""
    claimed: int
    """Unpacked size of that file in bytes, according to the header."""
    header: nibabel.Nifti1Header
    form: NiftiShape
    affine_lps: Float64[np.ndarray, "4 4"]
    """Grid → (left, posterior, superior) in mm; if not stated, the orientation of a DICOM stack."""

    @property
    def shape(self) -> tuple[int, ...]:
        """(x, y, slices) or (x, y, slices, time)."""
        return self.form.sizes

    @property
    def spacing_mm(self) -> tuple[float, float]:
        """Row and column spacing of a slice in mm."""
        return self.form.spacing_mm[1], self.form.spacing_mm[0]

    @property
    def _from_base(self) -> bool:
        """Whether the first slice of the file is the basal one."""
        direction = self.affine_lps[:3, 2]
        # No short axis is parallel to an axis of the body: such an affine is a default in place of
        # a lost one (ACDC), and stacks are stored from the base.
        lost = np.count_nonzero(np.abs(direction) > 1e-4 * np.abs(direction).max()) < 2
        return bool(lost or runs_to_apex(direction))

    def slice_frames(self, position: int) -> CineFrames:
        """Read the frames of a slice.

        Args:
            position: index of the slice, counted from 0 at the base.

        Returns:
            (time, rows, columns); rows run inferiorly or posteriorly, columns to the left.

        Raises:
            BadInput: the file is truncated.
        """
        stream = _stream(self.content)
        number = position if self._from_base else self.shape[2] - 1 - position
        try:
            voxels = ArrayProxy(stream, self.header)
            # If the third axis is time, there is one slice.
            index = number if self.shape[2] == voxels.shape[2] else slice(None)
            planes = np.asanyarray(voxels[:, :, index])
            stream.seek(self.claimed - 1)
            rest = stream.read(2**16)  # to the end, where gzip verifies the checksum
        except (OSError, EOFError, ValueError, zlib.error) as error:
            raise self._truncated() from error
        if not rest:
            raise self._truncated()
        return _upright(planes.reshape(*self.shape[:2], -1), self.affine_lps)

    def slice_offset_mm(self, position: int) -> float | None:
        """Return the distance of a slice from the first one; None if no distance is stated."""
        step = self.form.spacing_mm[2]
        plausible = LEAST_STEP_MM <= step <= MOST_STEP_MM
        return position * step if plausible or position == 0 else None

    def slice_affine_lps(self, position: int) -> Float64[np.ndarray, "4 4"] | None:
        """Return `Cine.affine_lps` of a slice; None if the header states no orientation."""
        if int(self.header["sform_code"]) <= 0 and int(self.header["qform_code"]) <= 0:
            return None
        factor = self.form.mm_per_unit
        number = position if self._from_base else self.shape[2] - 1 - position
        affine = np.eye(4)
        origin = self.affine_lps[:3, 3] + number * self.affine_lps[:3, 2]
        for axis in (0, 1):
            direction = self.affine_lps[:3, axis]
            if _is_flipped(direction):
                origin = origin + (self.shape[axis] - 1) * direction
                direction = -direction
            affine[:3, axis] = direction * factor
        affine[:3, 3] = origin * factor
        normal = self.affine_lps[:3, 2] * (1.0 if self._from_base else -1.0)
        affine[:3, 2] = normal / (float(np.linalg.norm(normal)) or 1.0)
        return affine

    def _truncated(self) -> BadInput:
        message = f"it is damaged or truncated: its header claims {self.claimed:,} bytes"
        return BadInput(self.where, message, "copy or export it again", code="file.damaged")


def is_nifti(content: bytes) -> bool:
    """Return whether content is a NIfTI image, plain or gzipped, or the header of a pair."""
    return _magic(_unpack_head(content)) is not None


def open_nifti(name: str, files: StoredFiles) -> NiftiImage:
    """Open an image and parse its header; no more is unpacked than the header states.

    Args:
        name: name of the image or of its header.
        files: all files, for the voxel file of a pair.

    Raises:
        BadInput: the voxel file is missing, or the image is too large, has one slice only, or is in
            colour.
    """
    head = _unpack_head(files.head(name, _HEAD_BYTES))
    magic = _magic(head)
    if magic is None:
        raise BadInput(name, "its NIfTI header is damaged", "export it again", code="file.damaged")
    header = _KINDS[magic[:3]].from_fileobj(io.BytesIO(head), check=False)
    voxels = name
    if b"i" in magic:
        voxels = _voxel_file(name, files)
    elif header.get_data_offset() < len(header.binaryblock):
        raise BadInput(
            name,
            "its header has no valid offset of the voxels",
            "export it again",
            code="file.damaged",
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
        message = f"it is a 2D image of {' × '.join(map(str, sizes))}"
        raise BadInput(
            name, message, "give a 4D NIfTI with the whole cine, time last", code="cine.not_4d"
        )
    if dtype.kind not in "iuf":
        raise BadInput(
            name,
            "its pixels are colours or complex numbers",
            "export it in greyscale",
            code="cine.colour",
        )
    # Gzip expands incompressible data by less than a thousandth.
    content = files.head(voxels, claimed + claimed // 500 + _HEAD_BYTES)
    return NiftiImage(name, content, claimed, header, shape_of(header), _affine_lps(header))


def _voxel_file(name: str, files: StoredFiles) -> str:
    """Return the name of the voxel file of a header."""
    stem = re.sub(r"\.hdr(\.gz)?$", "", name, flags=re.IGNORECASE).lower()
    candidates = {f"{stem}{extension}" for extension in (".img", ".img.gz")}
    match = next((other for other in files if other.lower() in candidates), None)
    if match is None:
        message = "it is the header of a NIfTI pair without its .img file"
        raise BadInput(
            name,
            message,
            "give both files together, or save it as one .nii file",
            code="file.companion_missing",
        )
    return match


def _stream(content: bytes) -> io.BufferedIOBase:
    raw = io.BytesIO(content)
    return gzip.GzipFile(fileobj=raw) if content[:2] == b"\x1f\x8b" else raw


def _unpack_head(content: bytes) -> bytes:
    if content[:2] != b"\x1f\x8b":
        return content[:_HEADER_BYTES]
    try:
        return zlib.decompressobj(wbits=31).decompress(content[:_HEAD_BYTES], _HEADER_BYTES)
    except zlib.error:
        return b""


def _magic(head: bytes) -> bytes | None:
    for size, (offset, magic) in _MAGICS.items():
        right_size = size in (int.from_bytes(head[:4], order) for order in ("little", "big"))
        stored = head[offset : offset + 4]
        if right_size and stored in (magic, magic.replace(b"+", b"i")):
            return stored
    return None


def _affine_lps(header: nibabel.Nifti1Header) -> Float64[np.ndarray, "4 4"]:
    if int(header["sform_code"]) <= 0 and int(header["qform_code"]) <= 0:
        return np.diag([1.0, 1.0, -1.0, 1.0])
    affine = np.asarray(header.get_best_affine(), dtype=np.float64)
    return np.diag([-1.0, -1.0, 1.0, 1.0]) @ affine


def _upright(planes: np.ndarray, affine_lps: np.ndarray) -> CineFrames:
    """Convert (x, y, time) to (time, rows, columns), with the axis directions of DICOM."""
    for axis in (0, 1):
        planes = np.flip(planes, axis) if _is_flipped(affine_lps[:3, axis]) else planes
    frames = np.ascontiguousarray(planes.transpose(2, 1, 0))
    return frames if frames.dtype == np.uint8 else frames.astype(np.float32)


def _is_flipped(direction_lps: Float64[np.ndarray, "3"]) -> bool:
    """Return whether an axis runs against the axis directions of DICOM."""
    left, back, up = direction_lps
    return bool(max((left, back, -up), key=abs) < 0)
