"""Stacks with their positions, and slices that cannot be read: left out and named."""

from pathlib import Path

import nibabel
import numpy as np
import pytest
from pydicom.dataset import Dataset

from ptacl.errors import BadInput
from ptacl.io.cine.read import read_cine_slices, read_usable_slices
from tests.io.made_cines import COLUMNS, FRAMES, ROWS, at, series


def test_slices_know_their_offset_and_their_place_in_the_patient(tmp_path: Path) -> None:
    slices = read_cine_slices(series(tmp_path / "s", slices=4))
    np.testing.assert_allclose([cine.slice_offset_mm for cine in slices], [0, 8, 16, 24], atol=1e-3)
    for place, cine in enumerate(slices):
        assert cine.affine_lps is not None
        np.testing.assert_allclose(cine.affine_lps[:3, 3], at(8.0 * place))
        sides = np.linalg.norm(cine.affine_lps[:3, :3], axis=0)
        np.testing.assert_allclose(sides, [1.5, 1.8, 1.0], rtol=1e-4)
        to_apex = np.array(at(1.0)) @ cine.affine_lps[:3, 2]
        assert to_apex == pytest.approx(1.0, abs=1e-3)


def _without_pixels(dataset: Dataset, place: int, frame: int) -> None:
    if place == 2:
        dataset.PixelData = dataset.PixelData[: ROWS * COLUMNS]


def test_a_slice_without_pixels_is_left_out_and_named(tmp_path: Path) -> None:
    folder = series(tmp_path / "s", _without_pixels, slices=4)
    with pytest.raises(BadInput):
        read_cine_slices(folder)
    read = read_usable_slices(folder)
    assert [cine.slice_position for cine in read.slices] == [0, 1, 3]
    assert [(entry.position, entry.code) for entry in read.unreadable] == [(2, "file.compression")]


def _few_frames(dataset: Dataset, place: int, frame: int) -> None:
    if place == 1 and frame in (1, 2, 3):
        dataset.Modality = "OT"  # not an MR image: the frame is not read


def test_a_slice_that_lacks_frames_is_named_with_its_offset(tmp_path: Path) -> None:
    read = read_usable_slices(series(tmp_path / "s", _few_frames, slices=3))
    assert [cine.slice_offset_mm for cine in read.slices] == pytest.approx([0, 16], abs=1e-3)
    (entry,) = read.unreadable
    assert entry.code == "cine.missing_frames"
    assert entry.offset_mm == pytest.approx(8, abs=1e-3)
    assert f"other slices have {FRAMES}" in entry.reason


def test_a_damaged_file_costs_no_other_slice(tmp_path: Path) -> None:
    folder = series(tmp_path / "s", slices=3)
    victim = sorted(folder.iterdir())[0]
    victim.write_bytes(victim.read_bytes()[:300])
    with pytest.raises(BadInput):
        read_cine_slices(folder)
    read = read_usable_slices(folder)
    assert len(read.slices) >= 2
    assert any(victim.name in entry.reason for entry in read.unreadable)


def test_a_cine_without_a_readable_slice_is_refused(tmp_path: Path) -> None:
    def cut(dataset: Dataset, place: int, frame: int) -> None:
        dataset.PixelData = b"\0\0"

    with pytest.raises(BadInput) as error:
        read_usable_slices(series(tmp_path / "s", cut))
    assert error.value.code == "file.compression"


def _write_nifti(path: Path, affine: np.ndarray | None, step_mm: float) -> Path:
    voxels = np.random.default_rng(0).integers(0, 900, (20, 24, 3, 10)).astype(np.int16)
    image = nibabel.Nifti1Image(voxels, affine)
    image.header.set_zooms((1.5, 1.8, step_mm, 80.0))
    image.header.set_xyzt_units("mm", "msec")
    nibabel.save(image, path)
    return path


def test_nifti_slices_are_as_far_apart_as_their_third_zoom(tmp_path: Path) -> None:
    slices = read_cine_slices(_write_nifti(tmp_path / "a.nii.gz", None, 9.5))
    assert [cine.slice_offset_mm for cine in slices] == [0, 9.5, 19]
    assert all(cine.affine_lps is None for cine in slices)


@pytest.mark.parametrize("step_mm", [0.0, 1.0, 100.0])
def test_an_implausible_third_zoom_is_no_distance(tmp_path: Path, step_mm: float) -> None:
    slices = read_cine_slices(_write_nifti(tmp_path / "a.nii.gz", None, step_mm))
    assert [cine.slice_offset_mm for cine in slices] == [0, None, None]


@pytest.mark.parametrize("flip", [(1, 1, 1), (-1, 1, 1), (1, -1, -1), (-1, -1, -1)])
def test_a_pixel_of_a_nifti_slice_is_at_its_voxel(
    tmp_path: Path, flip: tuple[int, int, int]
) -> None:
    turned = np.array([[0.6, -0.5, 0.62], [0.7, 0.7, -0.1], [-0.38, 0.5, 0.77]])
    axes = np.linalg.qr(turned)[0] * flip * [1.5, 1.8, 9.5]
    affine = np.eye(4)
    affine[:3, :3], affine[:3, 3] = axes, [-40, 30, 12]
    path = _write_nifti(tmp_path / "a.nii.gz", affine, 9.5)
    image = nibabel.load(path)
    voxels, inverse = np.asarray(image.dataobj), np.linalg.inv(image.affine)
    for cine in read_cine_slices(path):
        assert cine.affine_lps is not None
        for column, row in ((0, 0), (19, 3), (7, 23)):
            ras = (cine.affine_lps @ [column, row, 0, 1])[:3] * [-1, -1, 1]
            index = np.rint(nibabel.affines.apply_affine(inverse, ras)).astype(int)
            np.testing.assert_array_equal(cine.frames[:, row, column], voxels[tuple(index)])
