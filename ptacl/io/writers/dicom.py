"""Writer of short-axis stacks as zips of DICOM files, in the layout of UK Biobank's field 20209.

There is one file per frame with names in arbitrary order, one series ``CINE_segmented_SAX_b<n>``
per slice, and a ``manifest.cvs`` (sic) with the columns ``filename`` and ``series discription``
(sic) and a date that contains a comma. Every file is marked as synthetic; the patient is
fictitious.
"""

import hashlib
import io
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian, MRImageStorage

from ptacl.errors import PtaclError
from ptacl.types import Cine

SYNTHETIC = "PTACL simulator, synthetic"
FICTITIOUS_PATIENT = {
    "PatientName": "SYNTHETIC^NOBODY",
    "PatientID": "SYN-000",
    "PatientBirthDate": "19000101",
}
_ACROSS, _DOWN = np.array([1.0, 1.0, 0.0]) / 2**0.5, np.array([1.0, -1.0, 2.0]) / 6**0.5
"""Directions of a row and of a column (left, posterior, superior)."""
_TO_APEX = np.cross(_ACROSS, _DOWN)
_HEADER = "filename,patientid,modality,date,series discription"
_DATE = "Jan 1, 2000"
_TIMESTAMP = (2000, 1, 1, 0, 0, 0)
"""Time of every entry, so that the same stack gives the same zip, byte for byte."""
_UID_PLACEHOLDER, _TIME_PLACEHOLDER, _NUMBER_PLACEHOLDER = (
    "2.25." + 31 * "9",
    "-8888888888888.8",
    "-999",
)
"""Placeholders in the header of a slice, replaced by values of the same length for each frame; no
other value of the header contains them."""


def write_dicom_zip(
    stack: Sequence[Cine], path: Path, *, step_mm: float = 10.0, thickness_mm: float = 8.0
) -> None:
    """Write the slices of a stack, from base to apex.

    Pixels are exact 16-bit numbers, spacing and trigger times are decimal strings of 16 digits, and
    the R–R interval is in whole ms, so that equidistant frames keep their phases exactly.

    Args:
        stack: cines of equal size, spacing and R–R interval, with integer pixels below 65,536.
        path: the zip; identifiers in the files are derived from its name.
        step_mm: distance between slices.
        thickness_mm: slice thickness.

    Raises:
        PtaclError: pixels are not such numbers, or the R–R interval is not a whole number.
    """
    for cine in stack:
        _check(path, cine)
    files: dict[str, bytes] = {}
    manifest = [_HEADER]
    for index, cine in enumerate(stack):
        position = (index - len(stack) / 2) * step_mm * _TO_APEX
        for name, content in _slice_files(cine, path.stem, index, position, thickness_mm):
            files[name] = content
            series = f"CINE_segmented_SAX_b{index + 1}"
            manifest.append(f"{name},{FICTITIOUS_PATIENT['PatientID']},MR,{_DATE},{series}")
    with zipfile.ZipFile(path, "w") as archive:
        # Sorted by name, which is a random order: names are hashes.
        for name in sorted(files):
            _add(archive, name, files[name])
        _add(archive, "manifest.cvs", ("\n".join(manifest) + "\n").encode())


def _slice_files(
    cine: Cine, stem: str, index: int, position: np.ndarray, thickness_mm: float
) -> Iterator[tuple[str, bytes]]:
    header = _slice_header(cine, stem, index, position, thickness_mm)
    for frame, time_ms in enumerate(cine.frame_times_ms.tolist()):
        uid = _uid(stem, index, frame)
        content = header.replace(_TIME_PLACEHOLDER.encode(), f"{_decimal(time_ms):<16}".encode())
        content = content.replace(_NUMBER_PLACEHOLDER.encode(), f"{frame + 1:<4}".encode())
        content = content.replace(_UID_PLACEHOLDER.encode(), uid.encode())
        yield f"{uid}.dcm", content + cine.frames[frame].astype("<u2").tobytes()


def _slice_header(
    cine: Cine, stem: str, index: int, position: np.ndarray, thickness_mm: float
) -> bytes:
    """Encode a file without its pixels, once per slice: encoding each frame is slow."""
    dataset = _slice_dataset(cine, index, position, thickness_mm)
    dataset.StudyInstanceUID, dataset.SeriesInstanceUID = _uid(stem), _uid(stem, index)
    dataset.SOPInstanceUID = dataset.file_meta.MediaStorageSOPInstanceUID = _UID_PLACEHOLDER
    dataset.InstanceNumber, dataset.TriggerTime = _NUMBER_PLACEHOLDER, _TIME_PLACEHOLDER
    dataset.PixelData = cine.frames[0].astype("<u2").tobytes()
    stream = io.BytesIO()
    dataset.save_as(stream, enforce_file_format=True)
    header = stream.getvalue()[: -len(dataset.PixelData)]
    counts = [
        header.count(placeholder.encode())
        for placeholder in (_UID_PLACEHOLDER, _TIME_PLACEHOLDER, _NUMBER_PLACEHOLDER)
    ]
    assert counts == [2, 1, 1], "each placeholder occurs as often as it was set"
    return header


def _slice_dataset(cine: Cine, index: int, position: np.ndarray, thickness_mm: float) -> Dataset:
    dataset = Dataset()
    dataset.file_meta = FileMetaDataset()
    dataset.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    dataset.file_meta.MediaStorageSOPClassUID = dataset.SOPClassUID = MRImageStorage
    dataset.ImageType = ["ORIGINAL", "PRIMARY", "M", "ND"]
    dataset.Modality, dataset.Manufacturer, dataset.ImageComments = "MR", SYNTHETIC, SYNTHETIC
    for tag, value in FICTITIOUS_PATIENT.items():
        setattr(dataset, tag, value)
    dataset.SeriesDescription = f"CINE_segmented_SAX_b{index + 1}"
    dataset.SeriesNumber = index + 1
    dataset.SliceThickness = _decimal(thickness_mm)
    dataset.CardiacNumberOfImages = len(cine.frames)
    dataset.NominalInterval = round(cine.rr_ms)
    dataset.ImagePositionPatient = [_decimal(x) for x in position.tolist()]
    dataset.ImageOrientationPatient = [_decimal(x) for x in (*_ACROSS.tolist(), *_DOWN.tolist())]
    dataset.PixelSpacing = [_decimal(side) for side in cine.spacing_mm]
    dataset.Rows, dataset.Columns = cine.frames.shape[1:]
    dataset.SamplesPerPixel, dataset.PhotometricInterpretation = 1, "MONOCHROME2"
    dataset.BitsAllocated, dataset.BitsStored, dataset.HighBit = 16, 16, 15
    dataset.PixelRepresentation = 0
    return dataset


def _check(path: Path, cine: Cine) -> None:
    frames = cine.frames
    if frames.min() < 0 or frames.max() > np.iinfo(np.uint16).max or (frames % 1).any():
        raise PtaclError(
            f"{path.name}: DICOM holds whole numbers below 65,536 as pixels.",
            code="output.not_representable",
        )
    if cine.rr_ms != round(cine.rr_ms):
        raise PtaclError(
            f"{path.name}: DICOM holds an R–R interval of whole ms.",
            code="output.not_representable",
        )


def _uid(*keys: object) -> str:
    """Derive a UID of 36 characters from the identity of an object."""
    digest = hashlib.sha256("/".join(map(str, keys)).encode()).digest()
    return f"2.25.{10**30 + int.from_bytes(digest[:12], 'big'):d}"


def _decimal(value: float) -> str:
    """Format the closest decimal string of at most 16 characters."""
    text = repr(value)
    digits = 16
    while len(text) > 16:
        text = f"{value:.{digits}g}"
        digits -= 1
    return text


def _add(archive: zipfile.ZipFile, name: str, content: bytes) -> None:
    entry = zipfile.ZipInfo(name, _TIMESTAMP)
    entry.compress_type = zipfile.ZIP_DEFLATED
    archive.writestr(entry, content, compresslevel=1)
