"""End-diastole and end-systole in two NIfTI files."""

import zipfile
from pathlib import Path

import nibabel
import numpy as np
import pytest

from ptacl.errors import BadInput, PtaclError
from ptacl.io import read_cine, read_cine_slices
from ptacl.signal.preparation import prepare_cine
from tests.io.made_cines import SLICES, nifti, voxels

ZOOMS = (1.5, 1.25, 8.0)


def _pair(folder: Path, first: str, second: str) -> Path:
    folder.mkdir()
    nifti(folder / first, voxels()[..., 0], ZOOMS)
    nifti(folder / second, voxels()[..., 3], ZOOMS)
    return folder


@pytest.mark.parametrize(
    ("diastole", "systole"),
    [
        ("sax_ed.nii.gz", "sax_es.nii.gz"),
        ("A1_SA_ED.nii.gz", "A1_SA_ES.nii"),
        ("z-ed.nii", "a-es.nii"),
        ("patient005_frame01.nii.gz", "patient005_frame13.nii.gz"),
        ("frame_002.nii", "frame_010.nii"),
    ],
)
def test_names_tell_which_phase_is_which(tmp_path: Path, diastole: str, systole: str) -> None:
    cine = read_cine(_pair(tmp_path / "p", diastole, systole))
    middle = voxels()[:, :, 1].transpose(2, 1, 0)
    np.testing.assert_array_equal(cine.frames, middle[[0, 3]])
    assert (cine.two_phases, cine.spacing_mm, cine.source_format) == (True, (1.25, 1.5), "nifti")
    assert (cine.slice_position, cine.slice_count) == (1, SLICES)
    assert np.isnan(cine.rr_ms)
    assert cine.frame_times_ms[0] == 0
    assert np.isnan(cine.frame_times_ms[1])


@pytest.mark.parametrize(("diastole", "systole", "phase"), [(1, 13, 0.4), (29, 10, 11 / 30)])
def test_info_numbers_the_frames(tmp_path: Path, diastole: int, systole: int, phase: float) -> None:
    names = [f"frame{number:02d}.nii.gz" for number in (diastole, systole)]
    folder = _pair(tmp_path / "p", *names)
    info = f"ED: {diastole}\nES: {systole}\nGroup: DCM\nHeight: 165.0\nNbFrame: 30\n"
    (folder / "Info.cfg").write_text(info)
    cine = read_cine(folder, rr_ms=900.0)
    assert cine.rr_ms == 900
    np.testing.assert_allclose(cine.phases, [0, phase])
    np.testing.assert_array_equal(cine.frames[0], voxels()[:, :, 1, 0].T)


def test_segmentations_and_long_axis_images_beside_them_are_left_out(tmp_path: Path) -> None:
    folder = _pair(tmp_path / "p", "1_SA_ED.nii.gz", "1_SA_ES.nii.gz")
    for name in ("1_SA_ED_gt", "1_SA_ES_gt", "1_LA_ED", "1_LA_ES", "1_SA_ED_label"):
        nifti(folder / f"{name}.nii.gz", voxels()[..., 1], ZOOMS)
    assert read_cine(folder).two_phases
    whole = nifti(folder / "1_SA_CINE.nii.gz", voxels())
    beside = read_cine(folder)
    assert not beside.two_phases
    np.testing.assert_array_equal(beside.frames, read_cine(whole).frames)


@pytest.mark.parametrize(
    ("names", "words"),
    [
        (("a.nii", "b.nii"), "do not identify end-diastole"),
        (("a_ed.nii", "b_ed.nii"), "do not identify end-diastole"),
        (("a_ed.nii", "a_es.nii", "c.nii"), "contains 3 NIfTI images"),
    ],
)
def test_files_that_are_no_pair_are_refused(
    tmp_path: Path, names: tuple[str, ...], words: str
) -> None:
    for name in names:
        nifti(tmp_path / name, voxels()[..., 0], ZOOMS)
    with pytest.raises(BadInput, match=words):
        read_cine(tmp_path)


def test_phases_of_two_hearts_are_refused(tmp_path: Path) -> None:
    nifti(tmp_path / "a_ed.nii", voxels()[..., 0], ZOOMS)
    nifti(tmp_path / "a_es.nii", voxels()[:, 1:, :, 0], ZOOMS)
    with pytest.raises(BadInput, match="differ in size"):
        read_cine(tmp_path)


def test_two_cines_are_refused(tmp_path: Path) -> None:
    nifti(tmp_path / "a.nii", voxels())
    nifti(tmp_path / "b.nii", voxels())
    with pytest.raises(BadInput, match="contains 2 NIfTI images"):
        read_cine(tmp_path)


REAL = {
    "nifti_acdc_patient005": (("patient005_frame01", "patient005_frame13"), 10, (1.40625, 1.40625)),
    "nifti_acdc_1mm": (("sax_ed", "sax_es"), 10, (1.0, 1.0)),
    "nifti_mnms_1mm": (("sax_ed", "sax_es"), 14, (1.0, 1.0)),
}


@pytest.mark.parametrize("name", REAL)
@pytest.mark.parametrize("packed", [False, True])
def test_real_pairs_are_read(shared_data: Path, tmp_path: Path, name: str, packed: bool) -> None:
    (diastole, systole), count, spacing_mm = REAL[name]
    folder = place = shared_data / "cmr" / name
    if packed:
        place = tmp_path / "pair.zip"
        with zipfile.ZipFile(place, "w") as archive:
            for path in folder.iterdir():
                archive.write(path, f"inside/{path.name}")
    cines = read_cine_slices(place, rr_ms=800.0)
    assert len(cines) == count
    stored = [np.asarray(nibabel.load(folder / f"{n}.nii.gz").dataobj) for n in (diastole, systole)]
    for cine in cines:
        assert cine.two_phases
        assert cine.spacing_mm == spacing_mm
        for frame, volume in zip(cine.frames, stored, strict=True):
            alike = [
                np.array_equal(np.sort(frame, axis=None), np.sort(volume[..., z], axis=None))
                for z in range(count)
            ]
            assert sum(alike) == 1
    if name == "nifti_acdc_patient005":
        np.testing.assert_allclose(cines[0].frame_times_ms, [0, 320])


@pytest.mark.parametrize("name", [*REAL, "dicom_sunnybrook_ed_es"])
def test_a_pair_is_not_put_on_fifty_phases(shared_data: Path, name: str) -> None:
    with pytest.raises(PtaclError, match="end-diastole and end-systole only"):
        prepare_cine(read_cine(shared_data / "cmr" / name))


def test_a_pair_that_is_cut_short_is_refused(tmp_path: Path) -> None:
    folder = _pair(tmp_path / "p", "sax_ed.nii.gz", "sax_es.nii.gz")
    whole = (folder / "sax_es.nii.gz").read_bytes()
    for size in np.linspace(0, len(whole) - 1, 50).astype(int):
        (folder / "sax_es.nii.gz").write_bytes(whole[:size])
        with pytest.raises(BadInput):
            read_cine(folder)
