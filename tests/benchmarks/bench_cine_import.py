"""From a DICOM zip as UK Biobank's 20209 to a prepared cine, against pydicom on all its files.

    python -m tests.benchmarks.bench_cine_import [subjects]

Each zip holds 10 slices × 50 frames of 192 × 208, with the 70 kB that a Siemens scanner writes
about itself in each header, and a manifest.
"""

import io
import resource
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pydicom
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian, MRImageStorage, generate_uid
from threadpoolctl import threadpool_limits

from ptacl.io import read_cine
from ptacl.signal.preparation import prepare_cine

SLICES, FRAMES, ROWS, COLUMNS = 10, 50, 192, 208


def write_zip(path: Path, seed: int) -> None:
    """A beating disc on noise, file names in no order."""
    random = np.random.default_rng(seed)
    names = random.permutation(SLICES * FRAMES)
    dataset, noise = _header(random), random.normal(300, 60, (ROWS, COLUMNS))
    radius = np.hypot(np.arange(ROWS)[:, None] - 100, np.arange(COLUMNS) - 90)
    rows = ["filename,date,series discription"]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for number, name in enumerate(names):
            place, frame = divmod(number, FRAMES)
            dataset.SOPInstanceUID = generate_uid()
            dataset.SeriesInstanceUID, dataset.SeriesNumber = f"1.2.{place + 1}", 20 + place
            dataset.SeriesDescription = f"CINE_segmented_SAX_b{place + 1}"
            dataset.TriggerTime, dataset.InstanceNumber = f"{18.5 * frame:.1f}", frame + 1
            dataset.ImagePositionPatient = [0, -10.0 * place, 0]
            beat = noise + random.normal(0, 5, noise.shape)
            beat[radius < 25 - 6 * np.sin(np.pi * frame / FRAMES)] += 200
            dataset.PixelData = beat.clip(0).astype(np.uint16).tobytes()
            stream = io.BytesIO()
            dataset.save_as(stream, enforce_file_format=True)
            archive.writestr(f"1.3.12.{name}.dcm", stream.getvalue())
            rows.append(f"1.3.12.{name}.dcm,Jan 05, 2015,{dataset.SeriesDescription}")
        archive.writestr("manifest.cvs", "\n".join(rows))


def _header(random: np.random.Generator) -> Dataset:
    dataset = Dataset()
    dataset.file_meta = FileMetaDataset()
    dataset.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    dataset.SOPClassUID, dataset.Modality = MRImageStorage, "MR"
    dataset.ImageType = ["ORIGINAL", "PRIMARY", "M", "ND"]
    for keyword in (
        "StudyDate", "SeriesDate", "AcquisitionDate", "ContentDate", "Manufacturer",
        "StationName", "ManufacturerModelName", "ScanningSequence", "SequenceVariant",
        "ScanOptions", "MRAcquisitionType", "SequenceName", "AngioFlag", "ImagedNucleus",
        "DeviceSerialNumber", "SoftwareVersions", "ProtocolName", "TransmitCoilName",
        "InPlanePhaseEncodingDirection", "PatientPosition", "StudyID", "PatientSex",
    ):  # fmt: skip
        setattr(dataset, keyword, "20150105" if keyword.endswith("Date") else "MADE")
    for keyword in (
        "SliceThickness", "RepetitionTime", "EchoTime", "NumberOfAverages", "ImagingFrequency",
        "MagneticFieldStrength", "PercentSampling", "PixelBandwidth", "FlipAngle", "SAR", "dBdt",
        "WindowCenter", "WindowWidth", "SliceLocation",
    ):  # fmt: skip
        setattr(dataset, keyword, 1.5)
    dataset.NominalInterval, dataset.CardiacNumberOfImages = 925, FRAMES
    dataset.AcquisitionNumber, dataset.ImageOrientationPatient = 1, [1, 0, 0, 0, 0, -1]
    dataset.Rows, dataset.Columns, dataset.PixelSpacing = ROWS, COLUMNS, [1.827, 1.827]
    dataset.SamplesPerPixel, dataset.PhotometricInterpretation = 1, "MONOCHROME2"
    dataset.BitsAllocated, dataset.BitsStored = 16, 12
    dataset.HighBit, dataset.PixelRepresentation = 11, 0
    dataset.add_new(0x00290010, "LO", "MADE CSA HEADER")
    for tag, size in ((0x00291010, 11_000), (0x00291020, 60_000)):
        dataset.add_new(tag, "OB", random.integers(32, 96, size, dtype=np.uint8).tobytes())
    return dataset


def all_pixels(path: Path) -> list[np.ndarray]:
    """What a plain reader does: every file, whole."""
    with zipfile.ZipFile(path) as archive:
        names = [name for name in archive.namelist() if name.endswith(".dcm")]
        return [pydicom.dcmread(io.BytesIO(archive.read(name))).pixel_array for name in names]


def seconds(work: Callable[[Path], object], paths: list[Path]) -> tuple[float, float]:
    """Median wall and processor seconds of one call, the first one left out."""
    work(paths[0])
    taken = []
    for path in paths:
        wall, busy = time.perf_counter(), time.process_time()
        work(path)
        taken.append((time.perf_counter() - wall, time.process_time() - busy))
    wall, busy = np.median(taken, axis=0)
    return float(wall), float(busy)


def main() -> None:
    """Print seconds a subject on one core, the peer's, and the most memory that ours took."""
    with tempfile.TemporaryDirectory() as folder, threadpool_limits(1):
        paths = [Path(folder) / f"{i}_20209_2_0.zip" for i in range(int((sys.argv[1:] or [3])[0]))]
        for seed, path in enumerate(paths):
            write_zip(path, seed)
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        read, read_busy = seconds(read_cine, paths)
        ours, busy = seconds(lambda path: prepare_cine(read_cine(path)), paths)
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        peer, peer_busy = seconds(all_pixels, paths)
    print(f"zip of {SLICES} x {FRAMES} frames of {ROWS} x {COLUMNS}, seconds a subject (busy):")
    print(f"  read_cine                {read:.2f} ({read_busy:.2f})")
    print(f"  read_cine, prepare_cine  {ours:.2f} ({busy:.2f})")
    print(f"  pydicom, all pixels      {peer:.2f} ({peer_busy:.2f}), ratio {busy / peer_busy:.2f}")
    print(f"  most memory {memory / 1e3:.0f} MB, before reading {before / 1e3:.0f} MB")


if __name__ == "__main__":
    main()
