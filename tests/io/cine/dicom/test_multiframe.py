"""Many frames in one DICOM file."""

from pathlib import Path

import numpy as np
import pytest
from pydicom.dataset import Dataset
from pydicom.uid import LegacyConvertedEnhancedMRImageStorage as LegacyConvertedEnhancedMR

from ptacl.errors import BadInput
from ptacl.io import read_cine, read_cine_slices
from tests.io.made_cines import FRAMES, SLICES, multi_frame

ORDERS = {
    "slice by slice": [(s, f) for s in range(SLICES) for f in range(FRAMES)],
    "frame by frame": [(s, f) for f in range(FRAMES) for s in range(SLICES)],
    "at random": [
        tuple(divmod(int(n), FRAMES)) for n in np.random.default_rng(2).permutation(SLICES * FRAMES)
    ],
}


def _saved(dataset: Dataset, path: Path) -> Path:
    dataset.save_as(path, enforce_file_format=True)
    return path


@pytest.mark.parametrize("order", ORDERS.values(), ids=ORDERS.keys())
def test_enhanced_images_give_their_slices(tmp_path: Path, order: list[tuple[int, int]]) -> None:
    path = tmp_path / "a.dcm"
    cines = read_cine_slices(_saved(multi_frame(order), path))
    assert len(cines) == SLICES
    for place, cine in enumerate(cines):
        np.testing.assert_array_equal(cine.frames[:, 0, 0], 100 * place + np.arange(FRAMES))
        np.testing.assert_allclose(cine.frame_times_ms, 5 + 100 * np.arange(FRAMES))
        assert (cine.rr_ms, cine.spacing_mm, cine.slice_position) == (880, (1.8, 1.5), place)
    np.testing.assert_array_equal(read_cine(path).frames, cines[1].frames)


def test_one_enhanced_file_a_slice(tmp_path: Path) -> None:
    for place in range(SLICES):
        dataset = multi_frame([(place, f) for f in range(FRAMES)])
        dataset.SOPInstanceUID = f"1.2.{place + 1}"
        _saved(dataset, tmp_path / f"{9 - place}.dcm")
    assert [cine.frames[0, 0, 0] for cine in read_cine_slices(tmp_path)] == [0, 100, 200]


def test_the_actual_delay_and_what_is_shared_count_where_a_frame_says_nothing(
    tmp_path: Path,
) -> None:
    dataset = multi_frame([(0, f) for f in range(FRAMES)])
    for frame, groups in enumerate(dataset.PerFrameFunctionalGroupsSequence):
        cardiac = groups.CardiacSynchronizationSequence[0]
        del cardiac.NominalCardiacTriggerDelayTime
        cardiac.ActualCardiacTriggerDelayTime = 90.0 * frame
    shared = dataset.SharedFunctionalGroupsSequence[0]
    position = dataset.PerFrameFunctionalGroupsSequence[0].PlanePositionSequence
    shared.PlanePositionSequence = position
    for groups in dataset.PerFrameFunctionalGroupsSequence:
        del groups.PlanePositionSequence
    cine = read_cine(_saved(dataset, tmp_path / "a.dcm"))
    np.testing.assert_allclose(cine.frame_times_ms, 90 * np.arange(FRAMES))


@pytest.mark.parametrize(("steps", "first"), [(None, 0), ([0, 100, 150, 120, 90], 30)])
def test_older_images_are_timed_by_their_frame_time(
    tmp_path: Path, steps: list[int] | None, first: int
) -> None:
    dataset = multi_frame([(0, f) for f in range(FRAMES)], enhanced=False)
    if steps:
        dataset.FrameTimeVector, dataset.TriggerTime = steps, first
        del dataset.FrameTime
    cine = read_cine(_saved(dataset, tmp_path / "a.dcm"))
    np.testing.assert_array_equal(cine.frames[:, 0, 0], np.arange(FRAMES))
    expected = first + np.cumsum(steps) if steps else 120 * np.arange(FRAMES)
    np.testing.assert_allclose(cine.frame_times_ms, expected)


def _one_frame_files(folder: Path, keep: str = "per frame") -> Path:
    """Enhanced images of one frame each, their groups in three mixtures."""
    folder.mkdir()
    for number, (place, frame) in enumerate(ORDERS["at random"]):
        dataset = multi_frame([(place, frame)])
        dataset.SOPInstanceUID, dataset.InstanceNumber = f"1.2.{number + 1}", number + 1
        (shared,), (own,) = (
            dataset.SharedFunctionalGroupsSequence,
            dataset.PerFrameFunctionalGroupsSequence,
        )
        if keep == "shared":
            for name in ("PlanePositionSequence", "CardiacSynchronizationSequence"):
                setattr(shared, name, getattr(own, name))
            del dataset.PerFrameFunctionalGroupsSequence
        elif keep == "all per frame":
            for name in ("PlaneOrientationSequence", "PixelMeasuresSequence"):
                setattr(own, name, getattr(shared, name))
            del dataset.SharedFunctionalGroupsSequence
        if keep == "no number":
            del dataset.NumberOfFrames
        _saved(dataset, folder / f"IM{number:03d}")
    return folder


@pytest.mark.parametrize("keep", ["per frame", "shared", "all per frame", "no number"])
def test_enhanced_files_of_one_frame_each_are_read_by_their_groups(
    tmp_path: Path, keep: str
) -> None:
    cines = read_cine_slices(_one_frame_files(tmp_path / "s", keep))
    assert len(cines) == SLICES
    for place, cine in enumerate(cines):
        np.testing.assert_array_equal(cine.frames[:, 0, 0], 100 * place + np.arange(FRAMES))
        np.testing.assert_allclose(cine.frame_times_ms, 5 + 100 * np.arange(FRAMES))
        assert (cine.rr_ms, cine.spacing_mm) == (880, (1.8, 1.5))


def test_legacy_converted_images_keep_their_trigger_times(tmp_path: Path) -> None:
    order = [(0, (3 * f) % FRAMES) for f in range(FRAMES)]
    dataset = multi_frame(order)
    dataset.SOPClassUID = dataset.file_meta.MediaStorageSOPClassUID = LegacyConvertedEnhancedMR
    for (_, frame), group in zip(order, dataset.PerFrameFunctionalGroupsSequence, strict=True):
        kept = Dataset()
        kept.TriggerTime, kept.NominalInterval = 90 * frame, 860
        group.UnassignedPerFrameConvertedAttributesSequence = [kept]
        del group.CardiacSynchronizationSequence
    cine = read_cine(_saved(dataset, tmp_path / "a.dcm"))
    np.testing.assert_array_equal(cine.frames[:, 0, 0], np.arange(FRAMES))
    np.testing.assert_allclose(cine.frame_times_ms, 90 * np.arange(FRAMES))
    assert cine.rr_ms == 860


def _contrast(dataset: Dataset) -> None:
    dataset.SeriesDescription, dataset.AcquisitionContrast = "", "PERFUSION"


def _no_groups(dataset: Dataset) -> None:
    del dataset.PerFrameFunctionalGroupsSequence[3:]


def _claim(dataset: Dataset) -> None:
    del dataset.PerFrameFunctionalGroupsSequence
    dataset.NumberOfFrames = 2_000_000_000


def _large(dataset: Dataset) -> None:
    dataset.Rows = dataset.Columns = 65535


@pytest.mark.parametrize(
    ("edit", "words"),
    [
        (_contrast, "a perfusion series, not a short-axis cine"),
        (_no_groups, "describes 3 of its 15 frames"),
        (_claim, "claims 2,000,000,000 frames"),
        (_large, "claims 5 frames of 65535 × 65535 pixels"),
        (lambda d: setattr(d, "PixelData", bytes(9000)), "pixels are truncated"),
        (lambda d: delattr(d, "SharedFunctionalGroupsSequence"), "lacks PixelSpacing"),
    ],
)
def test_what_is_no_cine_is_refused(tmp_path: Path, edit, words: str) -> None:
    dataset = multi_frame(ORDERS["slice by slice"])
    edit(dataset)
    with pytest.raises(BadInput, match=words):
        read_cine(_saved(dataset, tmp_path / "a.dcm"))
