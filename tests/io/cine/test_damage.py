"""Damaged and hostile cines: a cine or a named error, in little memory."""

import io
import shutil
import tracemalloc
import zipfile
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path

import numpy as np
import pytest
from pydicom.dataset import Dataset

from ptacl.errors import BadInput, PtaclError
from ptacl.io import read_cine
from tests.io.damage import cut_short, flipped
from tests.io.made_cines import FRAMES, multi_frame, nifti, packed, series, voxels


def _damages(content: bytes) -> Iterator[bytes]:
    """Cut at fifty places, with bytes changed at two hundred, and zeros."""
    yield from (*cut_short(content, 50), bytes(1), bytes(4096), *flipped(content, 200))


def _expect_cine_or_error(path: Path) -> None:
    try:
        cine = read_cine(path)
    except PtaclError as error:
        assert str(error).endswith(".")
    else:
        assert np.isfinite(cine.frames).all()
        assert len(cine.frames) == len(cine.frame_times_ms)


@pytest.mark.parametrize("kind", ["series", "zip", "multi-frame", "nifti", "nifti.gz"])
def test_damaged_files_give_a_cine_or_an_error(tmp_path: Path, kind: str) -> None:
    target = folder = series(tmp_path / "s", slices=1)
    victim = next(folder.iterdir())
    if kind == "zip":
        victim = target = packed(folder, "filename,series discription\nIM0001,SAX\n")
    elif kind == "multi-frame":
        victim = target = tmp_path / "a.dcm"
        multi_frame([(0, f) for f in range(FRAMES)]).save_as(victim, enforce_file_format=True)
    elif kind != "series":
        victim = target = nifti(tmp_path / f"a.{kind.replace('nifti', 'nii')}", voxels())
    for damaged in _damages(victim.read_bytes()):
        victim.write_bytes(damaged)
        _expect_cine_or_error(target)


REAL = ("dicom_sunnybrook_ed_es", "nifti_acdc_patient005", "nifti_acdc_1mm", "nifti_mnms_1mm")


@pytest.mark.parametrize("name", REAL)
def test_damaged_real_files_give_a_cine_or_an_error(
    shared_data: Path, tmp_path: Path, name: str
) -> None:
    folder = shutil.copytree(shared_data / "cmr" / name, tmp_path / name)
    mid = folder / "IM-0009-0068.dcm"
    victim = mid if mid.exists() else next(folder.glob("*1.nii.gz"), next(folder.glob("*.nii.gz")))
    for damaged in islice(_damages(victim.read_bytes()), 0, None, 3):
        victim.write_bytes(damaged)
        _expect_cine_or_error(folder)


def test_unsafe_names_in_a_zip_are_refused(tmp_path: Path) -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("../x.dcm", b"x")
    (tmp_path / "a.zip").write_bytes(stream.getvalue())
    with pytest.raises(BadInput, match="leads out of the zip"):
        read_cine(tmp_path / "a.zip")


def _peak_megabytes(work: Callable[[], object]) -> float:
    tracemalloc.start()
    try:
        work()
        return tracemalloc.get_traced_memory()[1] / 1e6
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("start", ["zeros", "dicom", "nifti"])
def test_a_zip_bomb_is_refused_without_unpacking_it(tmp_path: Path, start: str) -> None:
    head = {
        "zeros": b"",
        "dicom": next(series(tmp_path / "s", slices=1).iterdir()).read_bytes(),
        "nifti": nifti(tmp_path / "a.nii", voxels()).read_bytes()[:352],
    }[start]
    bomb, chunk = tmp_path / "bomb.zip", bytes(10**7)
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name in ("IM0001", "IM0002"):
            with archive.open(name, "w") as stream:
                stream.write(head)
                for _ in range(30):
                    stream.write(chunk)

    def read() -> None:
        with pytest.raises(BadInput):
            read_cine(bomb)

    assert _peak_megabytes(read) < 250


def test_only_one_slice_of_a_stack_is_in_memory(tmp_path: Path) -> None:
    """The ten slices take 8 MB as they lie, and one as 32-bit floats 1.6."""

    def full(dataset: Dataset, place: int, frame: int) -> None:
        dataset.Rows, dataset.Columns = 192, 208
        dataset.TriggerTime = 90 * frame
        dataset.PixelData = np.full((192, 208), 100 * place + frame, np.uint16).tobytes()

    path = packed(series(tmp_path / "s", full, slices=10, frames=10))
    cines = [read_cine(path)]
    assert _peak_megabytes(lambda: cines.append(read_cine(path))) < 6
    assert cines[1].frames.shape == (10, 192, 208)


@pytest.mark.parametrize("step", ["pixels", "header", "zip", "nifti"])
def test_a_machine_without_memory_is_no_damage_of_the_cine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    path = packed(series(tmp_path / "s", slices=1))
    if step == "nifti":
        path = nifti(tmp_path / "a.nii", voxels())
    inside = {
        "pixels": "ptacl.io.cine.dicom.pixels.open_dicom",
        "header": "ptacl.io.cine.dicom.series.leading_values",
        "zip": "zipfile.ZipFile.open",
        "nifti": "ptacl.io.cine.nifti.image.NiftiImage.slice_frames",
    }
    monkeypatch.setattr(inside[step], memory_is_full)
    with pytest.raises(MemoryError):
        read_cine(path)


def memory_is_full(*_: object, **__: object) -> None:
    raise MemoryError


def test_a_cine_that_cannot_be_opened_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = nifti(tmp_path / "a.nii.gz", voxels())

    def locked(path: Path, mode: str) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "open", locked)
    with pytest.raises(BadInput, match=r"^a\.nii\.gz: it cannot be opened\. Check its permissions"):
        read_cine(place)
