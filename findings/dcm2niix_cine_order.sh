#!/usr/bin/env bash
# dcm2niix v1.0.20260724: the manufacturer's name decides whether a cine's phases stay in order.
#
# Expected before the run: one 4D file of 3 slices × 8 phases in order of slice and trigger time, or
#   three cines, the same for all manufacturers.
# Seen: the same 24 frames, numbered slice by slice (a breath-hold each), become with "GE MEDICAL SYSTEMS"
#   a 4D file in order, with "Philips" eight 3D files, one a trigger time, and with "SIEMENS" a 4D file of
#   the right shape and spacing in which slices and phases are mixed: the "times" of its first slice are
#   phases 0, 3, 6 of the first slice, 1, 4, 7 of the second, 2, 5 of the third. Warnings speak of slice
#   timing and of a direction that might be flipped; it ends with success. The only trace in the file
#   is a matrix that puts all slices into one plane. Numbered phase by phase they are in order.
# Why it matters: volumes, strain and networks see three levels of the heart in one beat.
set -euo pipefail
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet "dcm2niix==1.0.20260724" "pydicom==3.0.2" "nibabel==5.4.2" \
    "numpy>=2,<3"
"$folder/venv/bin/python" - "$folder" <<'PY'
import subprocess
import sys
from pathlib import Path

import nibabel
import numpy as np
from pydicom.dataset import FileDataset, FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian, MRImageStorage, generate_uid

SLICES, PHASES, RR_MS = 3, 8, 800
ROOT = Path(sys.argv[1])


def write(folder: Path, manufacturer: str, order: list[tuple[int, int]]) -> None:
    """The frames of a stack; each holds 100 times its slice plus its phase."""
    folder.mkdir(parents=True)
    study, series = generate_uid(), generate_uid()
    for number, (slice_, phase) in enumerate(order, start=1):
        meta = FileMetaDataset()
        meta.MediaStorageSOPClassUID = MRImageStorage
        meta.MediaStorageSOPInstanceUID = generate_uid()
        meta.TransferSyntaxUID = ExplicitVRLittleEndian
        frame = FileDataset("", {}, file_meta=meta, preamble=b"\0" * 128)
        frame.SOPClassUID, frame.SOPInstanceUID = MRImageStorage, meta.MediaStorageSOPInstanceUID
        frame.StudyInstanceUID, frame.SeriesInstanceUID = study, series
        frame.Modality, frame.Manufacturer, frame.PatientPosition = "MR", manufacturer, "HFS"
        frame.ImageType, frame.MRAcquisitionType = ["ORIGINAL", "PRIMARY", "M"], "2D"
        frame.ProtocolName = frame.SeriesDescription = "cine_sax"
        frame.StudyDate = frame.SeriesDate = frame.AcquisitionDate = "20200101"
        frame.StudyTime = frame.SeriesTime = "120000"
        frame.AcquisitionTime = frame.ContentTime = f"1201{10 * slice_:02d}"
        frame.SeriesNumber, frame.AcquisitionNumber, frame.InstanceNumber = 1, slice_ + 1, number
        frame.TriggerTime, frame.NominalInterval = RR_MS * phase / PHASES, RR_MS
        frame.CardiacNumberOfImages, frame.RepetitionTime, frame.EchoTime = PHASES, 40, 1.2
        frame.TemporalPositionIdentifier, frame.NumberOfTemporalPositions = phase + 1, PHASES
        frame.ImageOrientationPatient = [1, 0, 0, 0, 1, 0]
        frame.ImagePositionPatient, frame.SliceLocation = [0, 0, 10.0 * slice_], 10.0 * slice_
        frame.PixelSpacing, frame.SliceThickness, frame.SpacingBetweenSlices = [1.5, 1.5], 8, 10
        frame.Rows, frame.Columns, frame.SamplesPerPixel = 32, 40, 1
        frame.PhotometricInterpretation = "MONOCHROME2"
        frame.BitsAllocated, frame.BitsStored, frame.HighBit = 16, 12, 11
        frame.PixelRepresentation = 0
        frame.PixelData = np.full((32, 40), 100 * slice_ + phase, np.uint16).tobytes()
        frame.save_as(folder / f"{number:03d}.dcm", enforce_file_format=True)


def converted(name: str, manufacturer: str, order: list[tuple[int, int]]) -> list[list]:
    """The numbers of the frames in each file, slice by slice."""
    write(ROOT / name, manufacturer, order)
    (ROOT / f"{name}_nifti").mkdir()
    command = [Path(sys.executable).with_name("dcm2niix"), "-o", ROOT / f"{name}_nifti", ROOT / name]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    print(name, *(line for line in told.splitlines() if "Warning" in line), sep="\n  ")
    files = sorted((ROOT / f"{name}_nifti").glob("*.nii"))
    images = [nibabel.load(file) for file in files]
    found = [np.asarray(image.dataobj)[20, 16].tolist() for image in images]
    flat = [not image.affine[:3, 2].any() for image in images]
    print(" ", [image.header.get_zooms()[2:] for image in images], "in one plane:", flat, *found)
    assert any(flat) == (found == [mixed]), "the matrix tells otherwise"
    return found


by_slice = [(s, p) for s in range(SLICES) for p in range(PHASES)]
by_phase = sorted(by_slice, key=lambda numbers: numbers[::-1])
right = [[100 * s + p for p in range(PHASES)] for s in range(SLICES)]
mixed = [
    [0, 3, 6, 101, 104, 107, 202, 205],
    [1, 4, 7, 102, 105, 200, 203, 206],
    [2, 5, 100, 103, 106, 201, 204, 207],
]
assert converted("siemens_by_phase", "SIEMENS", by_phase) == [right]
assert converted("ge_by_slice", "GE MEDICAL SYSTEMS", by_slice) == [right]
assert len(converted("philips_by_slice", "Philips", by_slice)) == PHASES
assert converted("siemens_by_slice", "SIEMENS", by_slice) == [mixed], "the frames lie otherwise"
PY
