#!/usr/bin/env bash
# dicom2nifti 2.6.2: a short-axis cine keeps its repetition time as time step, and only in one order.
#
# Expected before the run: x × y × slices × phases from 3 slices of 8 phases, with the step that the
#   trigger times give (100 ms of a beat of 800 ms), whatever the instance numbers count first.
# Seen: numbered phase by phase across the slices the series becomes 4D with a step of .04, which is
#   the repetition time of 40 ms, and no unit of time: 8 frames then span 320 ms instead of 800. Numbered
#   slice by slice, as scanners number a stack of breath-holds, the same frames are refused as
#   NOT_A_VOLUME. Trigger times are not read.
# Why it matters: the R–R interval of a converted cine, and every time and rate that follows from it,
#   is that of the pulse sequence.
set -euo pipefail
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet "dicom2nifti==2.6.2" "pydicom==3.0.2" "nibabel==5.4.2" \
    "numpy>=2,<3"
"$folder/venv/bin/python" - "$folder" <<'PY'
import sys
from pathlib import Path

import nibabel
import numpy as np
from dicom2nifti.convert_dicom import dicom_series_to_nifti
from dicom2nifti.exceptions import ConversionError
from pydicom.dataset import FileDataset, FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian, MRImageStorage, generate_uid

SLICES, PHASES, RR_MS, TR_MS = 3, 8, 800, 40


def write(folder: Path, order: list[tuple[int, int]]) -> Path:
    """The frames of a retrospectively gated stack, numbered in the given order."""
    folder.mkdir()
    study, series = generate_uid(), generate_uid()
    for number, (slice_, phase) in enumerate(order, start=1):
        meta = FileMetaDataset()
        meta.MediaStorageSOPClassUID = MRImageStorage
        meta.MediaStorageSOPInstanceUID = generate_uid()
        meta.TransferSyntaxUID = ExplicitVRLittleEndian
        frame = FileDataset("", {}, file_meta=meta, preamble=b"\0" * 128)
        frame.SOPClassUID, frame.SOPInstanceUID = MRImageStorage, meta.MediaStorageSOPInstanceUID
        frame.StudyInstanceUID, frame.SeriesInstanceUID = study, series
        frame.Modality, frame.Manufacturer = "MR", "SIEMENS"
        frame.ImageType = ["ORIGINAL", "PRIMARY", "M", "ND"]
        frame.SeriesNumber, frame.AcquisitionNumber, frame.InstanceNumber = 1, slice_ + 1, number
        frame.TriggerTime, frame.NominalInterval = RR_MS * phase / PHASES, RR_MS
        frame.CardiacNumberOfImages, frame.RepetitionTime, frame.EchoTime = PHASES, TR_MS, 1.2
        frame.ImageOrientationPatient = [1, 0, 0, 0, 1, 0]
        frame.ImagePositionPatient = [0, 0, 10.0 * slice_]
        frame.PixelSpacing, frame.SliceThickness = [1.5, 1.5], 8
        frame.SpacingBetweenSlices = 10
        frame.Rows, frame.Columns, frame.SamplesPerPixel = 32, 40, 1
        frame.PhotometricInterpretation = "MONOCHROME2"
        frame.BitsAllocated, frame.BitsStored, frame.HighBit = 16, 12, 11
        frame.PixelRepresentation = 0
        frame.PixelData = np.full((32, 40), 100 * slice_ + phase, np.uint16).tobytes()
        frame.save_as(folder / f"{number:03d}.dcm", enforce_file_format=True)
    return folder


root = Path(sys.argv[1])
by_phase = [(s, p) for p in range(PHASES) for s in range(SLICES)]
dicom_series_to_nifti(write(root / "by_phase", by_phase), root / "cine.nii.gz", reorient_nifti=False)
header = nibabel.load(root / "cine.nii.gz").header
step = round(float(header.get_zooms()[3]), 6)
print("by phase:", header.get_data_shape(), "step", step, header.get_xyzt_units()[1])
assert header.get_data_shape()[2:] == (SLICES, PHASES)
assert (step, header.get_xyzt_units()[1]) == (TR_MS / 1000, "unknown"), "the step is another"
try:
    dicom_series_to_nifti(write(root / "by_slice", sorted(by_phase)), root / "b.nii.gz")
    refused = ""
except ConversionError as error:
    refused = str(error)
print("by slice:", refused)
assert refused == "NOT_A_VOLUME", "frames numbered slice by slice are converted now"
PY
