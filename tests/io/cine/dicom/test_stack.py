"""Which frames of a DICOM examination make up the short-axis stack."""

from pathlib import Path

import numpy as np
import pytest
from pydicom.dataset import Dataset

from ptacl.errors import BadInput
from ptacl.io import read_cine, read_cine_slices
from tests.io.made_cines import (
    FRAMES,
    LONG_AXIS,
    SLICES,
    Edit,
    at,
    packed,
    series,
    unchanged,
    values,
)


def test_all_slices_are_kept_from_base_to_apex(tmp_path: Path) -> None:
    path = packed(series(tmp_path / "s", slices=4))
    cines = read_cine_slices(path)
    for position, cine in enumerate(cines):
        np.testing.assert_array_equal(cine.frames[:, 0, 0], 100 * position + np.arange(FRAMES))
        assert (cine.slice_position, cine.slice_count) == (position, 4)
        chosen = read_cine(path, slice_position=position)
        np.testing.assert_array_equal(chosen.frames, cine.frames)
    np.testing.assert_array_equal(read_cine(path).frames, cines[2].frames)
    for outside in (-1, 4):
        with pytest.raises(BadInput, match=f"4 slices, none with the index {outside}"):
            read_cine(path, slice_position=outside)


@pytest.mark.parametrize("manufacturer", ["SIEMENS", "GE MEDICAL SYSTEMS", "Philips"])
@pytest.mark.parametrize("by_slice", [True, False])
def test_the_order_of_frames_is_that_of_place_and_time_for_all_manufacturers(
    tmp_path: Path, manufacturer: str, by_slice: bool
) -> None:
    """dcm2niix mixes such frames (findings/dcm2niix_cine_order.sh)."""

    def number(dataset: Dataset, place: int, frame: int) -> None:
        dataset.Manufacturer, dataset.AcquisitionNumber = manufacturer, place + 1
        before = place * FRAMES + frame if by_slice else frame * SLICES + place
        dataset.InstanceNumber = before + 1

    for position, cine in enumerate(read_cine_slices(series(tmp_path / "s", number))):
        np.testing.assert_array_equal(cine.frames[:, 0, 0], 100 * position + np.arange(FRAMES))


def test_only_the_pixels_of_the_slice_asked_for_are_decoded(tmp_path: Path) -> None:
    def cut(dataset: Dataset, place: int, frame: int) -> None:
        if place != 1:
            dataset.PixelData = b"\0\0"

    folder = series(tmp_path / "s", cut)
    assert len(read_cine(folder).frames) == FRAMES
    with pytest.raises(BadInput, match="pixels are truncated"):
        read_cine(folder, slice_position=0)


def _twice(edit: Edit) -> Edit:
    """Two slices become two takes of one: the second take's pixels lie at 100 and above."""

    def repeat(dataset: Dataset, place: int, frame: int) -> None:
        dataset.ImagePositionPatient = [0, 0, 0]
        dataset.CardiacNumberOfImages = FRAMES
        edit(dataset, place, frame)

    return repeat


def _by_series(dataset: Dataset, place: int, frame: int) -> None:
    dataset.SeriesInstanceUID = f"1.2.{9 - place}"
    dataset.SeriesNumber = 7 + place


def _by_time(dataset: Dataset, place: int, frame: int) -> None:
    dataset.SeriesInstanceUID = f"1.2.{9 - place}"
    dataset.AcquisitionTime = f"10{10 + place}00.5"


def _by_acquisition(dataset: Dataset, place: int, frame: int) -> None:
    dataset.AcquisitionNumber = 1 + place
    dataset.InstanceNumber = frame + 1


def _other_heart_rate(dataset: Dataset, place: int, frame: int) -> None:
    dataset.TriggerTime = (100 + 7 * place) * frame + 3 * place


@pytest.mark.parametrize(
    "edit", [_by_series, _by_time, _by_acquisition, unchanged, _other_heart_rate]
)
def test_of_a_slice_taken_twice_the_last_take_counts(tmp_path: Path, edit: Edit) -> None:
    cine = read_cine(series(tmp_path / "s", _twice(edit), slices=2))
    assert cine.slice_count == 1
    np.testing.assert_array_equal(cine.frames[:, 0, 0], 100 + np.arange(FRAMES))


def test_a_broken_second_take_does_not_count(tmp_path: Path) -> None:
    def broken(dataset: Dataset, place: int, frame: int) -> None:
        _by_series(dataset, place, frame)
        if place == 1 and frame > 2:
            dataset.ImagePositionPatient = at(90 + 9 * frame)

    cine = read_cine(series(tmp_path / "s", _twice(broken), slices=2))
    np.testing.assert_array_equal(cine.frames[:, 0, 0], np.arange(FRAMES))


def test_more_frames_than_the_header_says_are_one_beat_where_they_go_on(tmp_path: Path) -> None:
    """Frames that the scanner interpolated are more than CardiacNumberOfImages."""
    folder = series(tmp_path / "s", values(CardiacNumberOfImages=4), slices=1, frames=8)
    assert len(read_cine(folder, rr_ms=900.0).frames) == 8


def _without(folder: Path, lost: set[tuple[int, int]], edit: Edit = unchanged) -> Path:
    """A stack of 20 frames 40 ms apart whose (slice, frame) in `lost` are not there."""
    marked: list[tuple[int, int]] = []

    def time(dataset: Dataset, place: int, frame: int) -> None:
        dataset.TriggerTime, dataset.NominalInterval = 40 * frame, 800
        edit(dataset, place, frame)
        marked.append((place, frame))

    series(folder, time, frames=20)
    names = np.random.default_rng(3).permutation(SLICES * 20)
    for which, name in zip(marked, names, strict=True):
        if which in lost:
            (folder / f"IM{name:04d}").unlink()
    return folder


@pytest.mark.parametrize("said", [True, False])
@pytest.mark.parametrize(
    ("lost", "shown"),
    [
        ({7}, {7: 6}),
        ({7, 8}, {7: 6, 8: 6}),
        ({7, 12}, {7: 6, 12: 11}),
        ({19}, {19: 18}),
        ({0}, {0: 19}),
        ({0, 19}, {0: 18, 19: 18}),
    ],
)
def test_a_missing_frame_repeats_the_one_before_and_is_told(
    tmp_path: Path, lost: set[int], shown: dict[int, int], said: bool
) -> None:
    edit = values(CardiacNumberOfImages=20) if said else unchanged
    cine = read_cine(_without(tmp_path / "s", {(1, frame) for frame in lost}, edit))
    expected = [100 + shown.get(frame, frame) for frame in range(20)]
    np.testing.assert_array_equal(cine.frames[:, 0, 0], expected)
    np.testing.assert_allclose(cine.frame_times_ms, 40 * np.arange(20))
    assert cine.repeated_frames == tuple(sorted(lost))
    assert read_cine(tmp_path / "s", slice_position=0).repeated_frames == ()


def test_many_missing_frames_leave_the_slice_out(tmp_path: Path) -> None:
    lost = {(1, frame) for frame in (3, 9, 15)}
    assert read_cine(_without(tmp_path / "s", lost)).slice_count == 2


def test_a_beat_without_a_hole_is_whole_whatever_its_header_says(tmp_path: Path) -> None:
    cine = read_cine(_without(tmp_path / "s", set(), values(CardiacNumberOfImages=21)))
    assert (len(cine.frames), cine.repeated_frames) == (20, ())


@pytest.mark.parametrize("said", [800, 801, 770, 900])
def test_the_rr_interval_is_as_exact_as_the_trigger_times(tmp_path: Path, said: int) -> None:
    def time(dataset: Dataset, place: int, frame: int) -> None:
        dataset.TriggerTime, dataset.NominalInterval = f"{800.4 / 20 * frame:.4f}", said

    folder = series(tmp_path / "s", time, slices=1, frames=20)
    expected = {800: 800.4, 801: 800.4, 770: 770, 900: 900}[said]
    assert read_cine(folder).rr_ms == pytest.approx(expected, abs=1e-6)


def _anonymous(**new: object) -> Edit:
    return values(SeriesDescription="", **new)


def _one_moment(dataset: Dataset, place: int, frame: int) -> None:
    dataset.SeriesDescription, dataset.TriggerTime = "", 120
    dataset.AcquisitionTime = f"1010{10 + frame:02d}.25"


def _localiser(dataset: Dataset, place: int, frame: int) -> None:
    dataset.SeriesDescription = ""
    axes = np.eye(3)[[(frame + 1) % 3, (frame + 2) % 3]]
    dataset.ImageOrientationPatient = axes.ravel().tolist()
    dataset.ImagePositionPatient = [7.0 * frame, 7.0 * frame, 7.0 * frame]


@pytest.mark.parametrize(
    ("edit", "frames", "words"),
    [
        (_one_moment, 6, "one phase of many heartbeats, as in a perfusion series"),
        (lambda d, s, f: setattr(d, "TriggerTime", 900 * f), 5, "many heartbeats"),
        (_localiser, 3, "several orientations, as a localiser"),
        (_anonymous(InversionTime=280), 1, "after an inversion pulse, as in late enhancement"),
        (_anonymous(), 1, "still images"),
        (_anonymous(ImageOrientationPatient=LONG_AXIS), 5, "90° off the short axis"),
        (_anonymous(ImageOrientationPatient=[1, 0, 0, 0, 1, 0]), 5, "55° off the short axis"),
        (_anonymous(ImageType=["ORIGINAL", "PRIMARY", "VELOCITY MAP"]), 5, "a flow series"),
        (_anonymous(ImageType=["ORIGINAL", "PRIMARY", "P", "ND"]), 5, "a flow series"),
        (_anonymous(ImageType=["DERIVED", "PRIMARY", "T1 MAP"]), 5, "a parametric map"),
    ],
)
def test_series_without_a_name_are_judged_by_what_they_show(
    tmp_path: Path, edit: Edit, frames: int, words: str
) -> None:
    with pytest.raises(BadInput, match=words):
        read_cine(series(tmp_path / "s", edit, slices=1, frames=frames))


def test_an_examination_without_names_still_gives_its_short_axis(tmp_path: Path) -> None:
    """Beside the stack lie a long-axis cine and a perfusion series at the stack's own place."""

    def mixed(dataset: Dataset, place: int, frame: int) -> None:
        dataset.SeriesDescription = ""
        if place >= SLICES:
            dataset.SeriesInstanceUID = f"1.2.{place}"
            dataset.SeriesNumber = 20 + place
        if place == SLICES:
            dataset.ImageOrientationPatient = LONG_AXIS
        if place == SLICES + 1:
            dataset.ImagePositionPatient = at(8)
            dataset.TriggerTime = 900 * frame
        if place == SLICES + 2:
            dataset.ImagePositionPatient = at(8)
            dataset.TriggerTime = 50

    cine = read_cine(series(tmp_path / "s", mixed, slices=SLICES + 3))
    assert (cine.slice_count, cine.frames[0, 0, 0]) == (SLICES, 100)


def test_reports_and_screenshots_beside_the_cine_are_left_out(tmp_path: Path) -> None:
    def foreign(dataset: Dataset, place: int, frame: int) -> None:
        if place == SLICES:
            dataset.Modality = ["SR", "OT", "PR", "KO", "CT"][frame]
        if place == SLICES + 1:
            del dataset.PixelSpacing, dataset.ImagePositionPatient

    assert read_cine(series(tmp_path / "s", foreign, slices=SLICES + 2)).slice_count == SLICES


def test_real_slices_come_from_base_to_apex(shared_data: Path) -> None:
    cines = read_cine_slices(shared_data / "cmr/dicom_sunnybrook_ed_es")
    assert len(cines) == 4
    assert all(cine.two_phases for cine in cines)
    assert {cine.frames.shape for cine in cines} == {(2, 256, 256)}
