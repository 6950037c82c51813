#!/usr/bin/env bash
# dicom-numpy 0.6.5: the phases of one cine slice are combined into a volume of no thickness.
#
# Expected before the run: an error, for eight frames at one position are no volume; several slices of
#   a cine are refused ("missing slices").
# Seen: eight phases of one slice come back as a volume of eight slices, without an error or a warning,
#   with an affine whose third column is zero: it has no inverse, and every voxel lies in one plane.
# Why it matters: code that loads "the stack" gets the heartbeat as if it were the heart's length.
set -euo pipefail
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet "dicom-numpy==0.6.5" "pydicom==3.0.2" "numpy>=2,<3"
"$folder/venv/bin/python" <<'PY'
import logging
import warnings

import dicom_numpy
import numpy as np
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian, MRImageStorage, generate_uid

PHASES = 8
series = generate_uid()


def phase(number: int) -> Dataset:
    """One phase of a slice, as a scanner writes it."""
    frame = Dataset()
    frame.file_meta = FileMetaDataset()
    frame.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    frame.SOPClassUID, frame.SOPInstanceUID = MRImageStorage, generate_uid()
    frame.SeriesInstanceUID, frame.Modality = series, "MR"
    frame.InstanceNumber, frame.TriggerTime = number + 1, 100.0 * number
    frame.ImageOrientationPatient = [1, 0, 0, 0, 1, 0]
    frame.ImagePositionPatient, frame.SliceLocation = [0, 0, 10.0], 10.0
    frame.PixelSpacing, frame.SliceThickness = [1.5, 1.5], 8
    frame.Rows, frame.Columns, frame.SamplesPerPixel = 32, 40, 1
    frame.PhotometricInterpretation = "MONOCHROME2"
    frame.BitsAllocated, frame.BitsStored, frame.HighBit = 16, 12, 11
    frame.PixelRepresentation = 0
    frame.PixelData = np.full((32, 40), number, np.uint16).tobytes()
    return frame


records: list[logging.LogRecord] = []
handler = logging.Handler()
handler.emit = records.append
logging.getLogger().addHandler(handler)
with warnings.catch_warnings(record=True) as raised:
    warnings.simplefilter("always")
    volume, affine = dicom_numpy.combine_slices([phase(number) for number in range(PHASES)])
told = [str(w.message) for w in raised if "slice" in str(w.message).lower()] + [
    record.getMessage() for record in records if record.levelno >= logging.WARNING
]
print(volume.shape, affine[:, 2].tolist(), "determinant", np.linalg.det(affine), told)
assert volume.shape == (40, 32, PHASES) and np.all(affine[:, 2] == 0), "it is handled otherwise"
assert not told, "there is a warning now"
PY
