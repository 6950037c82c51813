"""NIfTI cines: which way they lie, what they say, and what is none."""

import gzip
from pathlib import Path

import numpy as np
import pytest

from ptacl.errors import BadInput
from ptacl.io import read_cine
from tests.io.made_cines import nifti, voxels


def test_nifti_gives_the_middle_slice_with_spacing_and_times(tmp_path: Path) -> None:
    grid = voxels()
    cine = read_cine(nifti(tmp_path / "a.nii.gz", grid))
    np.testing.assert_array_equal(cine.frames, grid[:, :, 1].transpose(2, 1, 0))
    assert cine.spacing_mm == (1.25, 1.5)  # rows, columns
    assert cine.rr_ms == pytest.approx(800)
    np.testing.assert_allclose(cine.phases, np.arange(5) / 5)
    assert (cine.slice_position, cine.slice_count, cine.source_format) == (1, 3, "nifti")


def test_nifti_axes_that_run_against_dicom_are_turned(tmp_path: Path) -> None:
    grid = voxels()[:, :, :2]
    # x to the right, y to the front, slices to the head and the back: against DICOM and the apex.
    affine = np.array([[1.5, 0, 0, 0], [0, 1.0, -4.8, 0], [0, 0.75, 6.4, 0], [0, 0, 0, 1]])
    cine = read_cine(nifti(tmp_path / "a.nii", grid, affine=affine))
    np.testing.assert_array_equal(cine.frames, grid[::-1, ::-1, 0].transpose(2, 1, 0))
    assert (cine.slice_position, cine.slice_count) == (1, 2)


@pytest.mark.parametrize("up", [8, -8])
def test_a_nifti_along_the_axes_of_the_body_keeps_its_order_of_slices(
    tmp_path: Path, up: int
) -> None:
    """Its place in the body was lost: no short axis lies so."""
    grid = voxels()[:, :, :2]
    cine = read_cine(nifti(tmp_path / "a.nii", grid, affine=np.diag([-1.5, -1.25, up, 1])))
    np.testing.assert_array_equal(cine.frames, grid[:, :, 1].transpose(2, 1, 0))


@pytest.mark.parametrize(
    ("step", "unit"),
    [(0.16, "sec"), (160.0, "msec"), (160_000.0, "usec"), (0.16, None), (160.0, None)],
)
def test_nifti_frame_times_come_in_any_unit(tmp_path: Path, step: float, unit: str) -> None:
    path = nifti(tmp_path / "a.nii", voxels(), (1.5, 1.25, 8.0, step), unit or "unknown")
    cine = read_cine(path)
    assert cine.rr_ms == pytest.approx(800, rel=1e-6)
    # Converters store other times without a unit: what was assumed is then said.
    codes = [caveat.code for caveat in cine.caveats]
    assert codes == ([] if unit else ["frame_time_no_unit"])


@pytest.mark.parametrize("unit", ["sec", "msec"])  # msec: findings/nibabel_cine_step.sh
def test_nifti_without_a_frame_time_asks_for_the_rr_interval(tmp_path: Path, unit: str) -> None:
    path = nifti(tmp_path / "a.nii", voxels(), (1.5, 1.25, 8.0, 1.0), unit)
    with pytest.raises(
        BadInput, match=f"frame time of 1 {unit} for 5 frames, which is not a heartbeat"
    ):
        read_cine(path)
    assert read_cine(path, rr_ms=900.0).rr_ms == 900


def test_a_nifti_that_claims_gigabytes_is_refused(tmp_path: Path) -> None:
    content = bytearray(nifti(tmp_path / "a.nii", voxels()).read_bytes())
    content[42:50] = np.array([30000, 30000, 30, 30], "<i2").tobytes()
    (tmp_path / "a.nii.gz").write_bytes(gzip.compress(bytes(content)))
    with pytest.raises(BadInput, match=r"claims 1,620\.0 GB"):
        read_cine(tmp_path / "a.nii.gz")


def test_still_images_are_refused(tmp_path: Path, shared_data: Path) -> None:
    with pytest.raises(BadInput, match="still image of 20 × 24 × 3"):
        read_cine(nifti(tmp_path / "a.nii", voxels()[..., 0]))
    with pytest.raises(BadInput, match="still image"):
        read_cine(nifti(tmp_path / "b.nii", voxels()[..., :1]))
    for path in (shared_data / "cmr").rglob("*.nii.gz"):
        with pytest.raises(BadInput, match=r"still image .* one phase of the heartbeat"):
            read_cine(path)


@pytest.mark.parametrize(
    ("zooms", "fill", "words"),
    [((1.5, 30.0, 8.0, 0.16), None, "30 × 1.5 mm"), ((1.5, 1.5, 8.0, 0.16), 7, "blank")],
)
def test_impossible_cines_are_refused(
    tmp_path: Path, zooms: tuple[float, ...], fill: int | None, words: str
) -> None:
    grid = voxels() if fill is None else np.full_like(voxels(), fill)
    with pytest.raises(BadInput, match=words):
        read_cine(nifti(tmp_path / "a.nii", grid, zooms))
