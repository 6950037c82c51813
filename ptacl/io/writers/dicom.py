"""A short-axis stack as a zip of DICOM files, in the layout of UK Biobank's field 20209.

One file a frame under names in no useful order, a series a slice called ``CINE_segmented_SAX_b<n>``
and a ``manifest.cvs`` (sic) with the columns ``filename`` and ``series discription`` (sic), whose
date holds a comma. Every file says that it is synthetic; its patient does not exist.
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
MADE_UP = {
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
"""Of every entry: the same stack gives the same zip, byte for byte."""
_ANY_UID, _ANY_TIME, _ANY_NUMBER = "2.25." + 31 * "9", "-8888888888888.8", "-999"
"""In the header of a slice, where each frame has its own value of the same length. No other value
of the header holds one of these."""


def write_dicom_zip(
    stack: Sequence[Cine], path: Path, *, step_mm: float = 10.0, thickness_mm: float = 8.0
) -> None:
    """Write the slices of a stack, from base to apex.

    Pixels come back exactly as 16-bit numbers, spacing and trigger times as decimal strings of 16
    digits, the R–R interval in whole ms: so frames that are even over a whole number of ms keep
    their phases exactly.

    Args:
        stack: cines of one size, spacing and R–R interval, of whole numbers below 65,536.
        path: of the zip; identifiers in the files follow from its name.
        step_mm: from slice to slice.
        thickness_mm: of a slice.

    Raises:
        PtaclError: pixels that are no such numbers, or an R–R interval that is no whole number.
    """
    for cine in stack:
        _check(path, cine)
    files: dict[str, bytes] = {}
    manifest = [_HEADER]
    for place, cine in enumerate(stack):
        position = (place - len(stack) / 2) * step_mm * _TO_APEX
        for name, content in _slice_files(cine, path.stem, place, position, thickness_mm):
            files[name] = content
            series = f"CINE_segmented_SAX_b{place + 1}"
            manifest.append(f"{name},{MADE_UP['PatientID']},MR,{_DATE},{series}")
    with zipfile.ZipFile(path, "w") as archive:
        # By name, which is as good as shuffled: names are hashes.
        for name in sorted(files):
            _add(archive, name, files[name])
        _add(archive, "manifest.cvs", ("\n".join(manifest) + "\n").encode())


def _slice_files(
    cine: Cine, stem: str, place: int, position: np.ndarray, thickness_mm: float
) -> Iterator[tuple[str, bytes]]:
    header = _slice_header(cine, stem, place, position, thickness_mm)
    for frame, time_ms in enumerate(cine.frame_times_ms.tolist()):
        uid = _uid(stem, place, frame)
        own = header.replace(_ANY_TIME.encode(), f"{_decimal(time_ms):<16}".encode())
        own = own.replace(_ANY_NUMBER.encode(), f"{frame + 1:<4}".encode())
        own = own.replace(_ANY_UID.encode(), uid.encode())
        yield f"{uid}.dcm", own + cine.frames[frame].astype("<u2").tobytes()


def _slice_header(
    cine: Cine, stem: str, place: int, position: np.ndarray, thickness_mm: float
) -> bytes:
    """All of a file but its pixels. Encoding it for each frame anew would cost most of the time."""
    dataset = _slice_dataset(cine, place, position, thickness_mm)
    dataset.StudyInstanceUID, dataset.SeriesInstanceUID = _uid(stem), _uid(stem, place)
    dataset.SOPInstanceUID = dataset.file_meta.MediaStorageSOPInstanceUID = _ANY_UID
    dataset.InstanceNumber, dataset.TriggerTime = _ANY_NUMBER, _ANY_TIME
    dataset.PixelData = cine.frames[0].astype("<u2").tobytes()
    stream = io.BytesIO()
    dataset.save_as(stream, enforce_file_format=True)
    header = stream.getvalue()[: -len(dataset.PixelData)]
    found = [header.count(any_.encode()) for any_ in (_ANY_UID, _ANY_TIME, _ANY_NUMBER)]
    assert found == [2, 1, 1], "each placeholder stands where it was put, and nowhere else"
    return header


def _slice_dataset(cine: Cine, place: int, position: np.ndarray, thickness_mm: float) -> Dataset:
    dataset = Dataset()
    dataset.file_meta = FileMetaDataset()
    dataset.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    dataset.file_meta.MediaStorageSOPClassUID = dataset.SOPClassUID = MRImageStorage
    dataset.ImageType = ["ORIGINAL", "PRIMARY", "M", "ND"]
    dataset.Modality, dataset.Manufacturer, dataset.ImageComments = "MR", SYNTHETIC, SYNTHETIC
    for tag, value in MADE_UP.items():
        setattr(dataset, tag, value)
    dataset.SeriesDescription = f"CINE_segmented_SAX_b{place + 1}"
    dataset.SeriesNumber = place + 1
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


def _uid(*what: object) -> str:
    """A UID that follows from what it is for, always 36 characters."""
    digest = hashlib.sha256("/".join(map(str, what)).encode()).digest()
    return f"2.25.{10**30 + int.from_bytes(digest[:12], 'big'):d}"


def _decimal(value: float) -> str:
    """A decimal string of at most 16 characters, as near to the value as these allow."""
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
