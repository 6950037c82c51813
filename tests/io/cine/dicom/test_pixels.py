"""Compressed DICOM frames come out as the plain ones."""

from pathlib import Path

import gdcm
import numpy as np
import pydicom
import pytest
from pydicom.dataset import Dataset
from pydicom.uid import ExplicitVRBigEndian, ImplicitVRLittleEndian, RLELossless

from ptacl.errors import BadInput, PtaclError
from ptacl.io import read_cine
from tests.io.made_cines import COLUMNS, FRAMES, ROWS, multi_frame, pixels, series, values

SYNTAXES = {
    "JPEG lossless": gdcm.TransferSyntax.JPEGLosslessProcess14_1,
    "JPEG-LS": gdcm.TransferSyntax.JPEGLSLossless,
    "JPEG 2000": gdcm.TransferSyntax.JPEG2000Lossless,
    "RLE": gdcm.TransferSyntax.RLELossless,
}


def _compress(path: Path, syntax: int) -> None:
    reader, change, writer = (
        gdcm.ImageReader(),
        gdcm.ImageChangeTransferSyntax(),
        gdcm.ImageWriter(),
    )
    reader.SetFileName(str(path))
    assert reader.Read()
    change.SetTransferSyntax(gdcm.TransferSyntax(syntax))
    change.SetInput(reader.GetImage())
    assert change.Change()
    writer.SetFileName(str(path))
    writer.SetFile(reader.GetFile())
    writer.SetImage(change.GetOutput())
    assert writer.Write()


@pytest.mark.parametrize("syntax", SYNTAXES.values(), ids=SYNTAXES.keys())
def test_compressed_frames_are_decoded(tmp_path: Path, syntax: int) -> None:
    folder = series(tmp_path / "s", slices=1)
    plain = read_cine(folder)
    for path in folder.iterdir():
        _compress(path, syntax)
        assert pydicom.dcmread(path).file_meta.TransferSyntaxUID.is_compressed
    cine = read_cine(folder)
    np.testing.assert_array_equal(cine.frames, plain.frames)
    np.testing.assert_array_equal(cine.frame_times_ms, plain.frame_times_ms)


def test_compressed_frames_of_one_file_are_decoded(tmp_path: Path) -> None:
    order = [(s, f) for f in range(FRAMES) for s in range(3)]
    dataset = multi_frame(order)
    dataset.compress(RLELossless, generate_instance_uid=False)
    dataset.save_as(tmp_path / "a.dcm", enforce_file_format=True)
    expected = np.stack([pixels(1, f) for f in range(FRAMES)])
    np.testing.assert_array_equal(read_cine(tmp_path / "a.dcm").frames, expected)


@pytest.mark.parametrize("syntax", [ImplicitVRLittleEndian, ExplicitVRBigEndian])
def test_other_byte_orders_give_the_same(tmp_path: Path, syntax: str) -> None:
    def reorder(dataset: Dataset, place: int, frame: int) -> None:
        dataset.file_meta.TransferSyntaxUID = syntax
        if syntax == ExplicitVRBigEndian:
            dataset.PixelData = pixels(place, frame).byteswap().tobytes()

    cine = read_cine(series(tmp_path / "s", reorder, slices=1))
    np.testing.assert_array_equal(cine.frames, np.stack([pixels(0, f) for f in range(FRAMES)]))


def test_eight_bits_stay_eight_bits(tmp_path: Path) -> None:
    def small(dataset: Dataset, place: int, frame: int) -> None:
        dataset.BitsAllocated = dataset.BitsStored = 8
        dataset.HighBit = 7
        grey = np.arange(ROWS * COLUMNS).reshape(ROWS, COLUMNS) % 200 + frame
        dataset.PixelData = grey.astype(np.uint8).tobytes()

    cine = read_cine(series(tmp_path / "s", small, slices=1))
    assert cine.frames.dtype == np.uint8
    np.testing.assert_array_equal(cine.frames[:, 0, 0], np.arange(FRAMES))


def test_frames_of_unequal_size_are_refused(tmp_path: Path) -> None:
    def wide(dataset: Dataset, place: int, frame: int) -> None:
        if frame == 2:
            dataset.Columns, dataset.Rows = ROWS, COLUMNS

    with pytest.raises(BadInput, match="differ in size"):
        read_cine(series(tmp_path / "s", wide, slices=1))


@pytest.mark.parametrize("syntax", SYNTAXES.values(), ids=SYNTAXES.keys())
def test_damaged_compressed_frames_give_a_cine_or_an_error(tmp_path: Path, syntax: int) -> None:
    folder = series(tmp_path / "s", values(Modality="MR"), slices=1)
    for path in folder.iterdir():
        _compress(path, syntax)
    whole = path.read_bytes()
    random = np.random.default_rng(11)
    start = whole.rindex(b"\xe0\x7f\x10\x00")
    for _ in range(40):
        damaged = np.frombuffer(whole, np.uint8).copy()
        damaged[random.integers(start, len(whole), 2)] = random.integers(0, 256, 2)
        path.write_bytes(damaged.tobytes())
        try:
            assert read_cine(folder).frames.shape == (FRAMES, ROWS, COLUMNS)
        except PtaclError as error:
            assert str(error).endswith(".")
