"""Made cines as files: DICOM stacks of one file a frame, of many frames a file, and NIfTI."""

import zipfile
from collections.abc import Callable
from pathlib import Path

import nibabel
import numpy as np
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import (
    EnhancedMRImageStorage,
    ExplicitVRLittleEndian,
    MRImageStorage,
    generate_uid,
)

FRAMES, SLICES, ROWS, COLUMNS = 5, 3, 24, 20
SHORT_AXIS = [0.707107, 0.707107, 0, -0.408248, 0.408248, -0.816497]
"""Rows to the left and back, columns to the feet; its normal points from the apex to the base."""
LONG_AXIS = [0.577350, -0.577350, -0.577350, -0.408248, 0.408248, -0.816497]
Edit = Callable[[Dataset, int, int], None]


def unchanged(dataset: Dataset, place: int, frame: int) -> None:
    """Leaves an image as it is."""


def values(**new: object) -> Edit:
    """Gives elements of every image other values, or none at all."""

    def edit(dataset: Dataset, place: int, frame: int) -> None:
        for key, value in new.items():
            if value is None:
                delattr(dataset, key)
            else:
                setattr(dataset, key, value)

    return edit


def even(frames: int = 16, rr_ms: float = 880.0, **new: object) -> Edit:
    """Times the frames evenly over one R–R interval, and gives elements other values."""
    other = values(**new)

    def edit(dataset: Dataset, place: int, frame: int) -> None:
        dataset.TriggerTime, dataset.NominalInterval = frame * rr_ms / frames, int(rr_ms)
        other(dataset, place, frame)

    return edit


def both(*edits: Edit) -> Edit:
    """One edit after the other."""

    def edit(dataset: Dataset, place: int, frame: int) -> None:
        for one in edits:
            one(dataset, place, frame)

    return edit


def cine(folder: Path, *edits: Edit, slices: int = 1, frames: int = 16) -> Path:
    """A stack whose frames are even over 880 ms, changed by the edits."""
    return series(folder, both(even(frames), *edits), slices, frames)


def at(depth_mm: float) -> list[float]:
    """A position so deep along the heart's axis, from base to apex."""
    return [round(depth_mm * part, 4) for part in (0.577350, -0.577350, -0.577350)]


def image(place: int, frame: int, frames: int = FRAMES) -> Dataset:
    """One image of a stack; pixel = 100 · slice + frame + column."""
    dataset = Dataset()
    dataset.file_meta = FileMetaDataset()
    dataset.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    dataset.SOPClassUID = MRImageStorage
    dataset.SOPInstanceUID = generate_uid(entropy_srcs=[f"{place} {frame}"])
    dataset.Modality, dataset.SeriesNumber = "MR", 7
    dataset.SeriesDescription, dataset.ImageType = "CINE_segmented_SAX", ["ORIGINAL", "PRIMARY"]
    dataset.AcquisitionNumber, dataset.InstanceNumber = 1, place * frames + frame + 1
    dataset.Rows, dataset.Columns, dataset.PixelSpacing = ROWS, COLUMNS, [1.8, 1.5]
    dataset.ImageOrientationPatient = SHORT_AXIS
    dataset.ImagePositionPatient = at(8.0 * place)
    dataset.TriggerTime, dataset.NominalInterval = 100 * frame + 5, 900
    dataset.SamplesPerPixel, dataset.PhotometricInterpretation = 1, "MONOCHROME2"
    dataset.BitsAllocated = dataset.BitsStored = 16
    dataset.HighBit, dataset.PixelRepresentation = 15, 0
    dataset.PixelData = pixels(place, frame).tobytes()
    return dataset


def pixels(place: int, frame: int) -> np.ndarray:
    """(rows, columns)."""
    flat = np.full((ROWS, COLUMNS), 100 * place + frame, np.uint16)
    return flat + np.arange(COLUMNS, dtype=np.uint16)


def series(
    folder: Path, edit: Edit = unchanged, slices: int = SLICES, frames: int = FRAMES
) -> Path:
    """A stack with one file a frame, file names in random order."""
    folder.mkdir(exist_ok=True)
    names = np.random.default_rng(3).permutation(slices * frames)
    uid = generate_uid(entropy_srcs=["series"])
    for number, name in enumerate(names):
        place, frame = divmod(number, frames)
        dataset = image(place, frame, frames)
        dataset.SeriesInstanceUID = uid
        edit(dataset, place, frame)
        dataset.save_as(folder / f"IM{name:04d}", enforce_file_format=True)
    return folder


def multi_frame(order: list[tuple[int, int]], enhanced: bool = True) -> Dataset:
    """Many frames in one file, (slice, frame) in the given order; not saved yet."""
    dataset = image(0, 0)
    dataset.SeriesInstanceUID = generate_uid(entropy_srcs=["series"])
    dataset.NumberOfFrames = len(order)
    dataset.PixelData = b"".join(pixels(*which).tobytes() for which in order)
    del dataset.TriggerTime, dataset.NominalInterval
    if not enhanced:
        dataset.FrameTime = 120.0
        return dataset
    dataset.SOPClassUID = dataset.file_meta.MediaStorageSOPClassUID = EnhancedMRImageStorage
    shared, orientation, measures = Dataset(), Dataset(), Dataset()
    orientation.ImageOrientationPatient = dataset.ImageOrientationPatient
    measures.PixelSpacing = dataset.PixelSpacing
    shared.PlaneOrientationSequence, shared.PixelMeasuresSequence = [orientation], [measures]
    dataset.SharedFunctionalGroupsSequence = [shared]
    dataset.PerFrameFunctionalGroupsSequence = [_groups(*which) for which in order]
    del dataset.ImageOrientationPatient, dataset.ImagePositionPatient, dataset.PixelSpacing
    return dataset


def _groups(place: int, frame: int) -> Dataset:
    groups, position, cardiac = Dataset(), Dataset(), Dataset()
    position.ImagePositionPatient = at(8.0 * place)
    cardiac.NominalCardiacTriggerDelayTime = 100.0 * frame + 5
    cardiac.RRIntervalTimeNominal = 880.0
    groups.PlanePositionSequence, groups.CardiacSynchronizationSequence = [position], [cardiac]
    return groups


def packed(folder: Path, manifest: str = "", name: str = "manifest.cvs") -> Path:
    """The files of a folder as a zip, with a manifest where one is given."""
    path = folder.with_suffix(".zip")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        if manifest:
            archive.writestr(name, manifest)
        for file in sorted(folder.iterdir()):
            archive.write(file, file.name)
    return path


def voxels() -> np.ndarray:
    """(x, y, slices, time), every voxel its own value."""
    return np.arange(COLUMNS * ROWS * SLICES * FRAMES).reshape(COLUMNS, ROWS, SLICES, FRAMES)


def nifti(
    path: Path,
    voxels: np.ndarray,
    zooms: tuple[float, ...] = (1.5, 1.25, 8.0, 0.16),
    unit: str = "sec",
    affine: np.ndarray | None = None,
) -> Path:
    """Voxels as 16-bit NIfTI."""
    picture = nibabel.Nifti1Image(voxels.astype(np.int16), affine)
    picture.header.set_zooms(zooms[: voxels.ndim])
    picture.header.set_xyzt_units("mm", unit)
    nibabel.save(picture, path)
    return path
