"""NIfTI-1 and NIfTI-2 cines: (x, y, slices, time), one file, plain or gzipped.

Format: Cox et al. 2004, NIfTI-1 data format; read with `nibabel`.
"""

import gzip
import io
import zlib
from collections.abc import Mapping

import nibabel
import numpy as np
from jaxtyping import Float64

from ptacl.errors import BadInput
from ptacl.io.plausible import RR_MS
from ptacl.io.slices import mid_ventricular, runs_to_apex
from ptacl.types import Cine

MOST_BYTES = 1024**3
"""Of the unpacked image; 512 × 512 × 15 × 50 pixels of 16 bits take 0.4 GB."""
_MS_PER_UNIT = {"sec": (1000.0,), "msec": (1.0,), "usec": (0.001,), "unknown": (1000.0, 1.0)}
_MAGICS = {348: (344, b"n+1\x00"), 540: (4, b"n+2\x00")}
"""Size of the header → where its magic lies, and the magic of a single file."""


def is_nifti(content: bytes) -> bool:
    """Whether content is a NIfTI image, plain or gzipped, in one file or the half of two."""
    return _magic(_unzipped(content, 600)) is not None


def read_nifti_cine(name: str, files: Mapping[str, bytes], rr_ms: float | None = None) -> Cine:
    """Read the mid-ventricular slice (`slices`) with spacing and frame times from the header.

    The frames are even over one R–R interval: ``pixdim[4]`` times their number, unless the
    caller gives ``rr_ms``. Rows run to the feet or the back and columns to the left, as in DICOM.
    """
    image = _image(name, files[name])
    shape = image.shape[:4] if set(image.shape[4:]) <= {1} else image.shape
    if len(shape) != 4 or shape[3] < 2:
        raise BadInput(
            name,
            f"it is a still image of {' × '.join(map(str, shape))}, one phase of the heartbeat",
            "give a 4D NIfTI with the whole cine, time last",
        )
    count = shape[2]
    affine = _affine_lps(image)
    from_base = mid_ventricular(count)
    stored = from_base if runs_to_apex(affine[:3, 2]) else count - 1 - from_base
    planes = np.asanyarray(image.dataobj[:, :, stored]).reshape(*shape[:2], shape[3])
    if planes.dtype.kind not in "iuf":
        raise BadInput(name, "its pixels are colours or complex numbers", "export it in grey")
    frames, spacing_mm = _upright(planes, affine, _zooms(image))
    rr = rr_ms if rr_ms is not None else _rr_ms(name, image, shape[3])
    times = np.arange(shape[3]) * (rr / shape[3])
    return Cine(frames, spacing_mm, times, rr, "nifti", from_base, count)


def _unzipped(content: bytes, size: int) -> bytes:
    if content[:2] != b"\x1f\x8b":
        return content[:size]
    try:
        return gzip.GzipFile(fileobj=io.BytesIO(content)).read(size)
    except (OSError, EOFError, zlib.error):
        return b""


def _magic(head: bytes) -> bytes | None:
    for size, (place, magic) in _MAGICS.items():
        right_size = size in (int.from_bytes(head[:4], order) for order in ("little", "big"))
        found = head[place : place + 4]
        if right_size and found in (magic, magic.replace(b"+", b"i")):
            return found
    return None


def _image(where: str, content: bytes) -> nibabel.Nifti1Image:
    head = _unzipped(content, 600)
    magic = _magic(head)
    if magic is None or b"i" in magic:
        raise BadInput(where, "it is half of a NIfTI in two files", "save it as one .nii file")
    kind = nibabel.Nifti1Image if magic == b"n+1\x00" else nibabel.Nifti2Image
    header = kind.header_class.from_fileobj(io.BytesIO(head), check=False)
    itemsize = header.get_data_dtype().itemsize
    claimed = int(np.prod([int(n) for n in header.get_data_shape()], dtype=object)) * itemsize
    claimed += int(header.get_data_offset())
    if not 0 < claimed <= MOST_BYTES:
        raise BadInput(where, f"its header claims {claimed / 1e9:,.1f} GB", "export it again")
    whole = _unzipped(content, claimed)
    if len(whole) < claimed:
        found = f"it is cut short: {len(whole):,} bytes of {claimed:,}"
        raise BadInput(where, found, "copy or export it again")
    return kind.from_bytes(whole)


def _affine_lps(image: nibabel.Nifti1Image) -> Float64[np.ndarray, "4 4"]:
    """Grid → (left, posterior, superior) in mm; as DICOM stores a stack where nothing is said."""
    if int(image.header["sform_code"]) <= 0 and int(image.header["qform_code"]) <= 0:
        return np.diag([1.0, 1.0, -1.0, 1.0])
    return np.diag([-1.0, -1.0, 1.0, 1.0]) @ np.asarray(image.affine, dtype=np.float64)


def _upright(
    planes: np.ndarray, affine_lps: np.ndarray, zooms: tuple[float, ...]
) -> tuple[np.ndarray, tuple[float, float]]:
    """(x, y, time) → (time, rows, columns), flipped where an axis runs against DICOM's way."""
    for axis in (0, 1):
        left, back, up = affine_lps[:3, axis]
        main = max((left, back, -up), key=abs)
        planes = np.flip(planes, axis) if main < 0 else planes
    frames = np.ascontiguousarray(planes.transpose(2, 1, 0))
    small = frames if frames.dtype == np.uint8 else frames.astype(np.float32)
    return small, (zooms[1], zooms[0])


def _zooms(image: nibabel.Nifti1Image) -> tuple[float, ...]:
    # The header holds 32 bits: the shortest decimal gives 2.4 back, not 2.4000000953.
    return tuple(float(str(np.float32(abs(zoom)))) for zoom in image.header["pixdim"][1:5])


def _rr_ms(where: str, image: nibabel.Nifti1Image, count: int) -> float:
    unit = image.header.get_xyzt_units()[1]
    step = _zooms(image)[3]
    spans = [step * factor * count for factor in _MS_PER_UNIT.get(unit, (1000.0, 1.0))]
    # Where the header gives no unit of time, only one of them makes a heartbeat.
    possible = [span for span in spans if RR_MS[0] <= span <= RR_MS[1]]
    if len(possible) != 1:
        raise BadInput(
            where,
            f"its header gives a frame time of {step:g} {unit} for {count} frames, no heartbeat",
            "write the frame time into pixdim[4], or give the R–R interval",
        )
    return possible[0]
