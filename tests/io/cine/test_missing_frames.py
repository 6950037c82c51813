"""A cine that lacks frames says so, or is refused; it is never taken for a whole one."""

from pathlib import Path

import numpy as np
import pytest
from pydicom.dataset import Dataset

from ptacl.errors import BadInput
from ptacl.io import read_cine
from tests.io.made_cines import Edit, cine, unchanged, values

SAID = values(CardiacNumberOfImages=16)


def _without(folder: Path, lost: set[int], edit: Edit = SAID) -> Path:
    """One slice of 16 frames without those in `lost`, which lie in a place of their own."""

    def apart(dataset: Dataset, place: int, frame: int) -> None:
        edit(dataset, place, frame)
        if frame in lost:
            dataset.SOPInstanceUID = f"1.2.{frame}"
            dataset.Modality = "OT"

    return cine(folder, apart)


THIRDS = {
    "every third": {2, 5, 8, 11, 14},
    "pairs": {3, 4, 8, 9, 12},
    "here and there": {1, 6, 7, 10, 13},
}


@pytest.mark.parametrize("lost", THIRDS.values(), ids=THIRDS.keys())
@pytest.mark.parametrize("said", [SAID, unchanged], ids=["said", "unsaid"])
def test_a_third_of_the_frames_missing_here_and_there_is_marked(
    tmp_path: Path, lost: set[int], said: Edit
) -> None:
    read = read_cine(_without(tmp_path / "s", lost, said))
    assert read.repeated_frames == tuple(sorted(lost))
    np.testing.assert_allclose(read.frame_times_ms, 55 * np.arange(16))
    shown = [max(f for f in range(frame + 1) if f not in lost) for frame in range(16)]
    np.testing.assert_array_equal(read.frames[:, 0, 0], shown)
    (caveat,) = read.caveats
    assert caveat.code == "frames_missing"
    assert caveat.text.startswith("5 of 16 frames are missing")


HOLES = {
    "in the middle": {6, 7, 8},
    "five in the middle": {4, 5, 6, 7, 8},
    "at the end": {13, 14, 15},
    "at the beginning": {0, 1, 2},
}


@pytest.mark.parametrize("lost", HOLES.values(), ids=HOLES.keys())
def test_a_hole_of_more_than_two_frames_is_refused(tmp_path: Path, lost: set[int]) -> None:
    with pytest.raises(BadInput, match=rf"{len(lost)} of its 16 frames are missing"):
        read_cine(_without(tmp_path / "s", lost))


def test_a_hole_that_only_the_times_show_is_refused_as_well(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="3 of its 16 frames are missing, 3 in a row"):
        read_cine(_without(tmp_path / "s", {6, 7, 8}, unchanged))


def test_frames_missing_at_the_end_without_a_number_leave_the_beat_uncovered(
    tmp_path: Path,
) -> None:
    read = read_cine(_without(tmp_path / "s", {11, 12, 13, 14, 15}, unchanged))
    assert (len(read.frames), read.rr_ms) == (11, 880)
    assert [one.code for one in read.caveats] == ["beat_not_covered"]


@pytest.mark.parametrize("lost", [{4, 9}, {4, 5}])
@pytest.mark.parametrize("order", ["temporal", "instance"])
def test_missing_numbers_are_missing_frames(tmp_path: Path, lost: set[int], order: str) -> None:
    def untimed(dataset: Dataset, place: int, frame: int) -> None:
        del dataset.TriggerTime
        dataset.CardiacNumberOfImages = 16
        if order == "temporal":
            dataset.TemporalPositionIdentifier = frame + 1

    read = read_cine(_without(tmp_path / "s", lost, untimed))
    assert read.repeated_frames == tuple(sorted(lost))
    np.testing.assert_allclose(read.frame_times_ms, 55 * np.arange(16))


def test_a_header_that_counts_more_frames_of_a_whole_beat_is_told(tmp_path: Path) -> None:
    read = read_cine(cine(tmp_path / "s", values(CardiacNumberOfImages=30)))
    assert (len(read.frames), read.repeated_frames) == (16, ())
    assert [(one.code, one.severity) for one in read.caveats] == [
        ("fewer_frames_than_said", "info")
    ]


def test_uneven_times_of_all_frames_are_no_holes(tmp_path: Path) -> None:
    random = np.random.default_rng(8)
    times = np.sort(random.uniform(0, 850, 16)).round(1)

    def uneven(dataset: Dataset, place: int, frame: int) -> None:
        dataset.TriggerTime, dataset.CardiacNumberOfImages = times[frame], 16

    read = read_cine(cine(tmp_path / "s", uneven))
    assert (len(read.frames), read.repeated_frames) == (16, ())


def test_slices_that_were_left_out_are_told(tmp_path: Path) -> None:
    def hole(dataset: Dataset, place: int, frame: int) -> None:
        dataset.CardiacNumberOfImages = 16
        if place == 2 and frame in (6, 7, 8):
            dataset.Modality = "OT"

    read = read_cine(cine(tmp_path / "s", hole, slices=3))
    assert read.slice_count == 2
    assert [one.text for one in read.caveats] == ["1 of 3 slices lack frames and were excluded."]
