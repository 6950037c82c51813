"""Pixels are values: rescaled frame by frame, turned, masked, and of the magnitude alone."""

from pathlib import Path

import numpy as np
import pydicom
import pytest
from pydicom.dataset import Dataset
from pydicom.pixels import apply_rescale

from ptacl.errors import BadInput
from ptacl.io import read_cine
from tests.io.made_cines import (
    COLUMNS,
    FRAMES,
    ROWS,
    cine,
    even,
    multi_frame,
    pixels,
    series,
    values,
)

SLOPES = (1.0, 1.25, 2.0, 0.5)


def _stored(frame: int) -> np.ndarray:
    return pixels(0, frame).astype(np.float64)


def _rescaled(dataset: Dataset, place: int, frame: int) -> None:
    dataset.RescaleSlope, dataset.RescaleIntercept = SLOPES[frame % 4], -3 * (frame % 4)


def test_each_frame_has_its_own_rescale_as_pydicom_says(tmp_path: Path) -> None:
    folder = cine(tmp_path / "s", _rescaled)
    frames = read_cine(folder).frames
    for path in folder.iterdir():
        dataset = pydicom.dcmread(path)
        expected = apply_rescale(dataset.pixel_array, dataset)
        np.testing.assert_allclose(frames[dataset.InstanceNumber - 1], expected)


@pytest.mark.parametrize("shared", [True, False])
def test_enhanced_frames_are_rescaled_by_their_groups(tmp_path: Path, shared: bool) -> None:
    dataset = multi_frame([(0, f) for f in range(FRAMES)])
    groups = dataset.PerFrameFunctionalGroupsSequence
    for frame, group in enumerate(groups):
        own, window = Dataset(), Dataset()
        own.RescaleSlope, own.RescaleIntercept, own.RescaleType = 2.0 + frame, 5.0, "US"
        window.WindowCenter, window.WindowWidth = 10 * frame, 3  # for display alone
        group.PixelValueTransformationSequence, group.FrameVOILUTSequence = [own], [window]
    if shared:
        one = groups[3].PixelValueTransformationSequence
        dataset.SharedFunctionalGroupsSequence[0].PixelValueTransformationSequence = one
        for group in groups:
            del group.PixelValueTransformationSequence
    dataset.save_as(tmp_path / "a.dcm", enforce_file_format=True)
    frames = read_cine(tmp_path / "a.dcm").frames
    for frame in range(FRAMES):
        slope = 5.0 if shared else 2.0 + frame
        np.testing.assert_allclose(frames[frame], slope * _stored(frame) + 5)


def test_real_world_values_and_windows_are_not_applied(tmp_path: Path) -> None:
    def display(dataset: Dataset, place: int, frame: int) -> None:
        mapping = Dataset()
        mapping.RealWorldValueSlope, mapping.RealWorldValueIntercept = 7.0, 1.0
        dataset.RealWorldValueMappingSequence = [mapping]
        dataset.WindowCenter, dataset.WindowWidth = 50 + frame, 20

    frames = read_cine(cine(tmp_path / "s", display)).frames
    np.testing.assert_array_equal(frames, [pixels(0, frame) for frame in range(16)])


def test_monochrome1_is_turned(tmp_path: Path) -> None:
    def low_is_white(dataset: Dataset, place: int, frame: int) -> None:
        dataset.PhotometricInterpretation = "MONOCHROME1"
        dataset.BitsStored, dataset.HighBit = 12, 11
        dataset.PixelData = (4095 - pixels(place, frame)).astype(np.uint16).tobytes()

    frames = read_cine(cine(tmp_path / "s", low_is_white)).frames
    np.testing.assert_array_equal(frames, [pixels(0, frame) for frame in range(16)])


def test_monochrome1_of_8_bits_stays_8_bits(tmp_path: Path) -> None:
    def small(dataset: Dataset, place: int, frame: int) -> None:
        dataset.PhotometricInterpretation = "MONOCHROME1"
        dataset.BitsAllocated = dataset.BitsStored = 8
        dataset.HighBit = 7
        dataset.PixelData = np.full((ROWS, COLUMNS), 200 - frame, np.uint8).tobytes()

    frames = read_cine(cine(tmp_path / "s", small)).frames
    assert frames.dtype == np.uint8
    np.testing.assert_array_equal(frames[:, 0, 0], 55 + np.arange(16))


def test_monochrome1_with_its_own_rescale_a_frame_does_not_flicker(tmp_path: Path) -> None:
    """One value is turned to one value, whatever its frame's slope."""

    def turned(dataset: Dataset, place: int, frame: int) -> None:
        slope = SLOPES[frame % 4]
        dataset.PhotometricInterpretation = "MONOCHROME1"
        dataset.RescaleSlope, dataset.RescaleIntercept = slope, 0
        ramp = 100.0 * (1 + np.arange(ROWS * COLUMNS).reshape(ROWS, COLUMNS) % 7)
        ramp[-1, -1] = 100.0 * (1 + frame % 2)  # one pixel beats: what never moves is refused
        dataset.PixelData = (ramp / slope).astype(np.uint16).tobytes()

    frames = read_cine(cine(tmp_path / "s", turned)).frames
    assert not np.ptp(frames, axis=0).ravel()[:-1].any()
    assert frames[0, 0, 0] - frames[0, 0, 6] == 600


def _twelve(sign: int, add: int) -> object:
    def edit(dataset: Dataset, place: int, frame: int) -> None:
        dataset.BitsStored, dataset.HighBit, dataset.PixelRepresentation = 12, 11, sign
        stored = (pixels(0, frame).astype(np.int32) - (300 if sign else 0)) & 0x0FFF
        dataset.PixelData = (stored | add).astype(np.uint16).tobytes()

    return edit


@pytest.mark.parametrize(("sign", "add"), [(0, 0), (0, 0xF000), (1, 0), (1, 0x3000)])
def test_bits_beyond_the_stored_ones_are_no_part_of_the_pixel(
    tmp_path: Path, sign: int, add: int
) -> None:
    read = read_cine(cine(tmp_path / "s", _twelve(sign, add)))
    expected = [_stored(frame) - 300 * sign for frame in range(16)]
    np.testing.assert_array_equal(read.frames, expected)
    assert [one.code for one in read.caveats] == (["bits_beyond_stored"] if add else [])


def test_sign_extended_pixels_are_no_bits_beyond(tmp_path: Path) -> None:
    def extended(dataset: Dataset, place: int, frame: int) -> None:
        dataset.BitsStored, dataset.HighBit, dataset.PixelRepresentation = 12, 11, 1
        dataset.PixelData = (pixels(0, frame).astype(np.int16) - 10).tobytes()

    read = read_cine(cine(tmp_path / "s", extended))
    np.testing.assert_array_equal(read.frames[0], _stored(0) - 10)
    assert read.caveats == ()


@pytest.mark.parametrize("sign", [0, 1])
def test_pixels_that_end_above_the_lowest_bit_are_shifted(tmp_path: Path, sign: int) -> None:
    """pydicom 3.0 masks by BitsStored and does not ask for HighBit."""

    def high(dataset: Dataset, place: int, frame: int) -> None:
        dataset.BitsStored, dataset.HighBit, dataset.PixelRepresentation = 12, 15, sign
        dataset.PixelData = (pixels(0, frame) << 4).astype(np.uint16).tobytes()

    frames = read_cine(cine(tmp_path / "s", high)).frames
    np.testing.assert_array_equal(frames, [pixels(0, frame) for frame in range(16)])


@pytest.mark.parametrize(
    ("slope", "words"),
    [("1e300", "not numbers"), ("nan", "not numbers"), ("inf", "not numbers"), ("0", "slope is 0")],
)
def test_values_that_are_no_numbers_are_refused(tmp_path: Path, slope: str, words: str) -> None:
    edit = values(RescaleSlope=slope, RescaleIntercept="0")
    with pytest.raises(BadInput, match=words):
        read_cine(cine(tmp_path / "s", edit))


@pytest.mark.parametrize(
    ("colours", "words"),
    [("PALETTE COLOR", "colour image: its pixels are of a palette"), ("RGB", "colour image")],
)
def test_colours_are_refused_by_name(tmp_path: Path, colours: str, words: str) -> None:
    edit = values(PhotometricInterpretation=colours, SamplesPerPixel=3 if colours == "RGB" else 1)
    with pytest.raises(BadInput, match=words):
        read_cine(cine(tmp_path / "s", edit))


OTHER_PARTS = [
    ["ORIGINAL", "PRIMARY", "P", "ND"],
    ["ORIGINAL", "PRIMARY", "PHASE MAP", "P", "FFE"],
    ["ORIGINAL", "PRIMARY", "VELOCITY MAP", "P", "PCA"],
    ["ORIGINAL", "PRIMARY", "R_FFE", "R", "FFE"],
    ["ORIGINAL", "PRIMARY", "I_FFE", "I", "FFE"],
    ["DERIVED", "PRIMARY", "VELOCITY"],
]


@pytest.mark.parametrize("types", OTHER_PARTS)
def test_of_a_series_with_other_parts_the_magnitude_is_taken(
    tmp_path: Path, types: list[str]
) -> None:
    """Both lie at the same places and times, in one series."""

    def parts(dataset: Dataset, place: int, frame: int) -> None:
        dataset.ImagePositionPatient = [0, 0, 0]
        dataset.ImageType = ["ORIGINAL", "PRIMARY", "M", "FFE"] if place == 1 else types

    read = read_cine(cine(tmp_path / "s", parts, slices=2))
    np.testing.assert_array_equal(read.frames[:, 0, 0], 100 + np.arange(16))
    assert [(one.code, one.severity) for one in read.caveats] == [("magnitude_taken", "info")]


@pytest.mark.parametrize("types", OTHER_PARTS)
def test_a_series_without_magnitude_is_refused(tmp_path: Path, types: list[str]) -> None:
    with pytest.raises(BadInput, match=r"a flow series|real parts|imaginary parts"):
        read_cine(cine(tmp_path / "s", values(ImageType=types)))
    with pytest.raises(BadInput, match=r"a flow series|real parts|imaginary parts"):
        read_cine(tmp_path / "s", any_series=True)


@pytest.mark.parametrize("tag", ["ComplexImageComponent", "FrameType"])
@pytest.mark.parametrize("part", ["PHASE", "REAL", "IMAGINARY"])
def test_of_enhanced_frames_the_magnitude_is_taken(tmp_path: Path, tag: str, part: str) -> None:
    order = [(place, frame) for frame in range(FRAMES) for place in (0, 1)]
    dataset = multi_frame(order)
    for (place, _), group in zip(order, dataset.PerFrameFunctionalGroupsSequence, strict=True):
        kind = Dataset()
        kind.FrameType = ["ORIGINAL", "PRIMARY", "CARDIAC", "NONE"]
        shows = "MAGNITUDE" if place else part
        if tag == "FrameType":
            kind.FrameType[3] = shows
        else:
            kind.ComplexImageComponent = shows
        group.MRImageFrameTypeSequence = [kind]
        group.PlanePositionSequence[0].ImagePositionPatient = [0, 0, 0]
    dataset.ComplexImageComponent = "MIXED"
    dataset.save_as(tmp_path / "a.dcm", enforce_file_format=True)
    frames = read_cine(tmp_path / "a.dcm").frames
    np.testing.assert_array_equal(frames[:, 0, 0], 100 + np.arange(FRAMES))


@pytest.mark.parametrize("raw", [1, 2, 3])
def test_a_ge_series_names_its_parts_in_its_own_element(tmp_path: Path, raw: int) -> None:
    def parts(dataset: Dataset, place: int, frame: int) -> None:
        dataset.ImagePositionPatient, dataset.Manufacturer = [0, 0, 0], "GE MEDICAL SYSTEMS"
        dataset.ImageType = ["ORIGINAL", "PRIMARY", "OTHER"]
        dataset.add_new(0x00430010, "LO", "GEMS_PARM_01")
        dataset.add_new(0x0043102F, "SS", 0 if place == 0 else raw)

    read = read_cine(cine(tmp_path / "s", parts, slices=2))
    np.testing.assert_array_equal(read.frames[:, 0, 0], np.arange(16))
    assert [one.code for one in read.caveats] == ["magnitude_taken"]


def test_a_plain_series_is_read_without_a_word(tmp_path: Path) -> None:
    assert read_cine(series(tmp_path / "s", even(FRAMES, 900))).caveats == ()
