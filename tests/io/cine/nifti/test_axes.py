"""NIfTI cines whose axes, units or files are not the usual ones."""

import gzip
import zipfile
from pathlib import Path

import nibabel
import numpy as np
import pytest

from ptacl.errors import BadInput
from ptacl.io import read_cine
from tests.io.made_cines import nifti, voxels

X, Y, FRAMES = 20, 24, 16


def _one_slice() -> np.ndarray:
    """(x, y, time)."""
    return np.arange(X * Y * FRAMES).reshape(X, Y, FRAMES)


@pytest.mark.parametrize(
    ("step", "unit"), [(0.055, "sec"), (55.0, "msec"), (55_000.0, "usec"), (0.055, "unknown")]
)
def test_x_by_y_by_time_is_a_cine_of_one_slice(tmp_path: Path, step: float, unit: str) -> None:
    grid = _one_slice()
    read = read_cine(nifti(tmp_path / "a.nii.gz", grid, (1.5, 1.25, step), unit))
    np.testing.assert_array_equal(read.frames, grid.transpose(2, 1, 0))
    assert read.rr_ms == pytest.approx(880)
    assert read.spacing_mm == (1.25, 1.5)
    assert (read.slice_position, read.slice_count) == (0, 1)


@pytest.mark.parametrize("step", [8.0, 1.0, 1.5, 0.0])
@pytest.mark.parametrize("unit", ["sec", "unknown"])
def test_a_stack_of_slices_is_no_cine_of_one(tmp_path: Path, step: float, unit: str) -> None:
    with pytest.raises(BadInput, match="still image of 20 × 24 × 16"):
        read_cine(nifti(tmp_path / "a.nii", _one_slice(), (1.5, 1.25, step), unit))


def test_a_few_pictures_are_slices(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="still image"):
        read_cine(nifti(tmp_path / "a.nii", _one_slice()[..., :6], (1.5, 1.25, 0.1)))


SHAPES = {
    "x y 1 t": ((X, Y, 1, FRAMES), (1.5, 1.25, 8.0, 0.055)),
    "x y t 1": ((X, Y, FRAMES, 1), (1.5, 1.25, 0.055, 1.0)),
    "x y 1 1 t": ((X, Y, 1, 1, FRAMES), (1.5, 1.25, 8.0, 1.0, 0.055)),
    "x y 1 1 t, step of the fourth": ((X, Y, 1, 1, FRAMES), (1.5, 1.25, 8.0, 0.055, 1.0)),
    "x y 1 t 1": ((X, Y, 1, FRAMES, 1), (1.5, 1.25, 8.0, 0.055, 1.0)),
}


@pytest.mark.parametrize(("sizes", "zooms"), SHAPES.values(), ids=SHAPES.keys())
def test_empty_axes_change_nothing(
    tmp_path: Path, sizes: tuple[int, ...], zooms: tuple[float, ...]
) -> None:
    grid = _one_slice()
    picture = nibabel.Nifti1Image(grid.astype(np.int16).reshape(sizes), None)
    # nibabel drops an empty last axis on reading, not on writing.
    picture.header.set_data_shape(sizes)
    picture.header.set_zooms(zooms)
    picture.header.set_xyzt_units("mm", "sec")
    nibabel.save(picture, tmp_path / "a.nii")
    read = read_cine(tmp_path / "a.nii")
    np.testing.assert_array_equal(read.frames, grid.transpose(2, 1, 0))
    assert read.rr_ms == pytest.approx(880)


def test_time_on_the_fifth_axis_keeps_the_slices(tmp_path: Path) -> None:
    grid = np.arange(X * Y * 3 * 10).reshape(X, Y, 3, 1, 10)
    path = nifti(tmp_path / "a.nii", grid, (1.5, 1.25, 8.0, 1.0, 0.088))
    read = read_cine(path)
    np.testing.assert_array_equal(read.frames, grid[:, :, 1, 0].transpose(2, 1, 0))
    assert read.slice_count == 3


def test_several_channels_are_refused(tmp_path: Path) -> None:
    grid = np.zeros((X, Y, 3, 10, 2))
    with pytest.raises(BadInput, match="an image of 20 × 24 × 3 × 10 × 2"):
        read_cine(nifti(tmp_path / "a.nii", grid, (1.5, 1.25, 8.0, 0.088, 1.0)))


@pytest.mark.parametrize(("slope", "inter"), [(2.5, -7.0), (0.25, 0.0), (-1.0, 3.0)])
def test_voxels_are_scaled_as_nibabel_does(tmp_path: Path, slope: float, inter: float) -> None:
    grid = (_one_slice() % 4096).astype(np.int16)[:, :, None]
    picture = nibabel.Nifti1Image(grid, None)
    picture.header.set_zooms((1.5, 1.25, 8.0, 0.055))
    picture.header.set_xyzt_units("mm", "sec")
    picture.header.set_slope_inter(slope, inter)
    nibabel.save(picture, tmp_path / "a.nii")
    frames = read_cine(tmp_path / "a.nii").frames
    peer = np.asanyarray(nibabel.load(tmp_path / "a.nii").dataobj)[:, :, 0]
    np.testing.assert_allclose(frames, peer.transpose(2, 1, 0), rtol=1e-6)
    assert peer[3, 4, 5] != grid[3, 4, 0, 5]


def test_negative_spacings_are_lengths(tmp_path: Path) -> None:
    path = nifti(tmp_path / "a.nii", _one_slice()[:, :, None], (1.5, 1.25, 8.0, 0.055))
    content = bytearray(path.read_bytes())
    content[80:92] = np.array([-1.5, -1.25, -8.0], "<f4").tobytes()  # pixdim[1:4]
    path.write_bytes(content)
    read = read_cine(path)
    assert read.spacing_mm == (1.25, 1.5)
    np.testing.assert_array_equal(read.frames, _one_slice().transpose(2, 1, 0))


@pytest.mark.parametrize(("unit", "factor"), [("meter", 1e-3), ("micron", 1e3)])
def test_lengths_come_in_any_unit(tmp_path: Path, unit: str, factor: float) -> None:
    picture = nibabel.Nifti1Image(_one_slice()[:, :, None].astype(np.int16), None)
    picture.header.set_zooms((1.5 * factor, 1.25 * factor, 8.0 * factor, 0.055))
    picture.header.set_xyzt_units(unit, "sec")
    nibabel.save(picture, tmp_path / "a.nii")
    assert read_cine(tmp_path / "a.nii").spacing_mm == pytest.approx((1.25, 1.5))


def test_a_unit_of_time_that_makes_no_heartbeat_is_told(tmp_path: Path) -> None:
    path = nifti(tmp_path / "a.nii", _one_slice()[:, :, None], (1.5, 1.25, 8.0, 55.0), "sec")
    read = read_cine(path)
    assert read.rr_ms == pytest.approx(880)
    assert [one.code for one in read.caveats] == ["frame_time_unit"]


def _with_matrix(path: Path, matrix: list[list[float]]) -> Path:
    """The image with another matrix beside its spacings, singular ones too."""
    content = bytearray(path.read_bytes())
    content[254:256] = np.array([1], "<i2").tobytes()  # sform_code
    content[280:328] = np.array(matrix, "<f4").tobytes()
    path.write_bytes(content)
    return path


def test_two_sizes_of_a_pixel_are_told(tmp_path: Path) -> None:
    path = nifti(tmp_path / "a.nii", _one_slice()[:, :, None], (1.5, 1.25, 8.0, 0.055))
    read = read_cine(_with_matrix(path, [[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 8, 0]]))
    assert read.spacing_mm == (1.25, 1.5)
    assert [one.code for one in read.caveats] == ["spacing_contradicted"]


@pytest.mark.parametrize(("between", "codes"), [(0, ["slices_in_one_plane"]), (8, [])])
def test_slices_that_all_lie_in_one_plane_are_told(
    tmp_path: Path, between: float, codes: list[str]
) -> None:
    """dcm2niix writes this where it mixed slices and phases (findings/dcm2niix_cine_order.sh)."""
    path = nifti(tmp_path / "a.nii", voxels())
    read = read_cine(_with_matrix(path, [[1.5, 0, 0, 0], [0, 1.25, 0, 0], [0, 0, between, 0]]))
    assert [one.code for one in read.caveats] == codes


@pytest.mark.parametrize("kind", [nibabel.Nifti1Pair, nibabel.Nifti2Pair])
@pytest.mark.parametrize("ending", ["", ".gz"])
def test_header_and_voxels_in_two_files(tmp_path: Path, kind: type, ending: str) -> None:
    grid = _one_slice()
    picture = kind(grid[:, :, None].astype(np.int16), None)
    picture.header.set_zooms((1.5, 1.25, 8.0, 0.055))
    picture.header.set_xyzt_units("mm", "sec")
    nibabel.save(picture, tmp_path / f"a.img{ending}")
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        for name in (f"a.hdr{ending}", f"a.img{ending}"):
            archive.write(tmp_path / name, name)
    for path in (f"a.hdr{ending}", f"a.img{ending}", "a.zip"):
        read = read_cine(tmp_path / path)
        np.testing.assert_array_equal(read.frames, grid.transpose(2, 1, 0))
        assert read.rr_ms == pytest.approx(880)
    (tmp_path / f"a.img{ending}").unlink()
    with pytest.raises(BadInput, match=r"without its \.img file"):
        read_cine(tmp_path / f"a.hdr{ending}")


def test_a_file_named_like_a_long_axis_is_told(tmp_path: Path) -> None:
    grid = _one_slice()[:, :, None]
    zooms = (1.5, 1.25, 8.0, 0.055)
    read = read_cine(nifti(tmp_path / "patient_4ch.nii.gz", grid, zooms))
    assert [one.code for one in read.caveats] == ["series_name"]
    assert read_cine(nifti(tmp_path / "sa_from_4ch.nii.gz", grid, zooms)).caveats == ()


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_voxels_that_are_no_numbers_are_refused(tmp_path: Path, value: float) -> None:
    grid = _one_slice()[:, :, None].astype(np.float32)
    grid[3, 4, 0, 5] = value
    picture = nibabel.Nifti1Image(grid, None)
    picture.header.set_zooms((1.5, 1.25, 8.0, 0.055))
    picture.header.set_xyzt_units("mm", "sec")
    nibabel.save(picture, tmp_path / "a.nii")
    with pytest.raises(BadInput, match="not numbers"):
        read_cine(tmp_path / "a.nii")


def test_a_scaled_header_of_gzip_bytes_that_are_cut_is_refused(tmp_path: Path) -> None:
    path = nifti(tmp_path / "a.nii.gz", _one_slice(), (1.5, 1.25, 0.055))
    content = gzip.decompress(path.read_bytes())
    path.write_bytes(gzip.compress(content[:-50]))
    with pytest.raises(BadInput, match="damaged or truncated"):
        read_cine(path)
