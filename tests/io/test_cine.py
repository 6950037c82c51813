"""Cines: NIfTI and DICOM series, and what is none."""

import gzip
import io
import shutil
import tracemalloc
import zipfile
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path

import numpy as np
import pydicom
import pytest
from made_cines import (
    COLUMNS,
    FRAMES,
    SLICES,
    Edit,
    at,
    multi_frame,
    nifti,
    packed,
    series,
    values,
    voxels,
)
from pydicom.dataset import Dataset
from pydicom.uid import generate_uid

from ptacl.errors import BadInput, PtaclError
from ptacl.io import read_cine


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
    assert read_cine(path).rr_ms == pytest.approx(800, rel=1e-6)


def test_nifti_without_a_frame_time_asks_for_the_rr_interval(tmp_path: Path) -> None:
    path = nifti(tmp_path / "a.nii", voxels(), (1.5, 1.25, 8.0, 1.0))
    with pytest.raises(BadInput, match="frame time of 1 sec for 5 frames, no heartbeat"):
        read_cine(path)
    assert read_cine(path, rr_ms=900.0).rr_ms == 900


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


def test_a_nifti_that_claims_gigabytes_is_refused(tmp_path: Path) -> None:
    content = bytearray(nifti(tmp_path / "a.nii", voxels()).read_bytes())
    content[42:50] = np.array([30000, 30000, 30, 30], "<i2").tobytes()
    (tmp_path / "a.nii.gz").write_bytes(gzip.compress(bytes(content)))
    with pytest.raises(BadInput, match=r"claims 1,620\.0 GB"):
        read_cine(tmp_path / "a.nii.gz")


def test_dicom_frames_are_sorted_in_time_and_slices_along_the_normal(tmp_path: Path) -> None:
    cine = read_cine(series(tmp_path / "s"))
    np.testing.assert_array_equal(cine.frames[:, 0, 0], 100 + np.arange(FRAMES))
    np.testing.assert_allclose(cine.frame_times_ms, 5 + 100 * np.arange(FRAMES))
    assert (cine.rr_ms, cine.spacing_mm) == (900, (1.8, 1.5))
    assert (cine.slice_position, cine.slice_count, cine.source_format) == (1, 3, "dicom")
    np.testing.assert_array_equal(cine.frames[0, 0], 100 + np.arange(COLUMNS))


def test_of_an_even_stack_the_more_apical_middle_slice_is_read(tmp_path: Path) -> None:
    cine = read_cine(series(tmp_path / "s", slices=4))
    assert (cine.slice_position, cine.slice_count, cine.frames[0, 0, 0]) == (2, 4, 200)


def test_a_zip_with_a_manifest_and_a_folder_give_the_same(tmp_path: Path) -> None:
    folder = series(tmp_path / "s")
    with zipfile.ZipFile(tmp_path / "s.zip", "w") as archive:
        archive.writestr("manifest.cvs", "filename,series discription\n")
        for path in folder.iterdir():
            archive.write(path, path.name)
    (folder / "manifest.csv").write_text("filename\n")
    np.testing.assert_array_equal(read_cine(tmp_path / "s.zip").frames, read_cine(folder).frames)


def test_ed_and_es_alone_are_a_cine_of_two_frames(shared_data: Path) -> None:
    cine = read_cine(shared_data / "cmr/dicom_sunnybrook_ed_es")
    assert cine.frames.shape == (2, 256, 256)
    assert cine.spacing_mm == (1.3672, 1.3672)
    np.testing.assert_array_equal(cine.frame_times_ms, [348, 929])
    assert cine.rr_ms == 967
    assert (cine.slice_position, cine.slice_count) == (2, 4)


@pytest.mark.parametrize(
    ("name", "what"),
    [
        ("FIRST PASS new", "perfusion"), ("stress_perf_sax", "perfusion"),
        ("localizer", "localiser"), ("LGE_sax", "late enhancement"), ("PSIR_SA", "late enh"),
        ("CINE_segmented_LAX_4Ch", "long-axis"), ("tfi 2ch", "long-axis"), ("LVOT", "long-axis"),
        ("T1map_MOLLI", "map"), ("flow_venc150", "flow"), ("tagging sax", "tagging"),
        ("CINE_segmented_SAX_InlineVF", "overlay"),
    ],
)  # fmt: skip
def test_other_series_are_refused_by_name(tmp_path: Path, name: str, what: str) -> None:
    def rename(dataset: Dataset, place: int, frame: int) -> None:
        dataset.SeriesDescription = name

    with pytest.raises(BadInput, match=f"{what}.*, not a short-axis cine"):
        read_cine(series(tmp_path / "s", rename, slices=1))


@pytest.mark.parametrize(
    "name", ["CINE_segmented_SAX_b5", "SA stack", "cine petit axe de base", ""]
)
def test_short_axis_names_are_taken(tmp_path: Path, name: str) -> None:
    def rename(dataset: Dataset, place: int, frame: int) -> None:
        dataset.SeriesDescription = name

    assert len(read_cine(series(tmp_path / "s", rename, slices=1)).frames) == FRAMES


def test_other_series_beside_the_cine_are_left_out(tmp_path: Path) -> None:
    def late(dataset: Dataset, place: int, frame: int) -> None:
        if place >= SLICES:
            dataset.SeriesDescription = "LGE_sax"

    cine = read_cine(series(tmp_path / "s", late, slices=SLICES + 1))
    assert (cine.slice_count, cine.frames[0, 0, 0]) == (SLICES, 100)


def test_of_a_slice_taken_twice_the_later_series_counts(tmp_path: Path) -> None:
    later = generate_uid()

    def repeat(dataset: Dataset, place: int, frame: int) -> None:
        if place == 1:
            dataset.SeriesInstanceUID, dataset.SeriesNumber = later, 9
        dataset.ImagePositionPatient = [0, 0, 0]

    cine = read_cine(series(tmp_path / "s", repeat, slices=2))
    assert (cine.slice_count, cine.frames[0, 0, 0]) == (1, 100)


def test_images_of_another_orientation_are_left_out(tmp_path: Path) -> None:
    def turn(dataset: Dataset, place: int, frame: int) -> None:
        if place == SLICES:
            dataset.ImageOrientationPatient = [0, 1, 0, 0, 0, -1]

    cine = read_cine(series(tmp_path / "s", turn, slices=SLICES + 1))
    assert (cine.slice_count, cine.frames[0, 0, 0]) == (SLICES, 100)


def test_slices_that_lack_frames_are_passed_over(tmp_path: Path) -> None:
    def displace(dataset: Dataset, place: int, frame: int) -> None:
        if place == 1 and frame > 2:
            dataset.ImagePositionPatient = at(50.0 + frame)

    cine = read_cine(series(tmp_path / "s", displace))
    assert (cine.slice_count, len(cine.frames), cine.frames[0, 0, 0]) == (2, FRAMES, 200)


def test_real_perfusion_images_are_refused(shared_data: Path) -> None:
    with pytest.raises(BadInput, match="perfusion series, not a short-axis cine"):
        read_cine(shared_data / "cmr/rejects")


@pytest.mark.parametrize(
    ("edit", "words"),
    [
        (values(TriggerTime=None), "no trigger times"),
        (values(TriggerTime=0), "no trigger times, or the same one twice"),
        (values(PixelSpacing=None), "lacks PixelSpacing"),
        (values(Modality="CT"), "modality CT, not MR"),
        (values(Modality="QUUX"), "modality unknown, not MR"),
        (values(NumberOfFrames=20), "no trigger times and no frame time"),
        (values(SamplesPerPixel=3), "colour picture"),
        (values(PixelData=b"\0\0"), "pixels are cut short"),
        (values(Rows=60000, Columns=60000), "claims 5 frames of 60000 × 60000 pixels"),
        (lambda d, s, f: setattr(d, "TriggerTime", 900 * f), "many heartbeats"),
    ],
)
def test_series_that_are_no_cine_are_refused(tmp_path: Path, edit: Edit, words: str) -> None:
    with pytest.raises(BadInput, match=words):
        read_cine(series(tmp_path / "s", edit, slices=1))


def test_without_an_rr_interval_the_beat_ends_one_step_after_the_last_frame(
    tmp_path: Path,
) -> None:
    folder = series(tmp_path / "s", values(NominalInterval=None), slices=1)
    assert read_cine(folder).rr_ms == 505
    assert read_cine(folder, rr_ms=880.0).rr_ms == 880
    # A shorter beat would fold its last frames into the next one's systole.
    with pytest.raises(BadInput, match="beyond the R–R interval of 300 ms"):
        read_cine(folder, rr_ms=300.0)


def test_one_image_of_a_series_is_refused(tmp_path: Path) -> None:
    path = next(series(tmp_path / "s").iterdir())
    with pytest.raises(BadInput, match="Give the folder"):
        read_cine(path)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "an empty file"),
        (bytes(3000), "a file of zeros"),
        (b"<html>", "a web page"),
        (b"\xff\xd8\xff\xe0", "a JPEG image"),
        (b"%PDF-1.4", "a PDF document"),
        (gzip.compress(b"hello"), "a gzip archive"),
    ],
)
def test_foreign_files_are_named(tmp_path: Path, content: bytes, words: str) -> None:
    (tmp_path / "cine.dcm").write_bytes(content)
    with pytest.raises(BadInput, match=words):
        read_cine(tmp_path / "cine.dcm")


def test_an_ecg_is_no_cine(tmp_path: Path) -> None:
    path = pydicom.data.get_testdata_file("waveform_ecg.dcm", download=False)
    with pytest.raises(BadInput, match="modality ECG, not MR"):
        read_cine(str(path))
    (tmp_path / "empty").mkdir()
    with pytest.raises(BadInput, match="empty folder"):
        read_cine(tmp_path / "empty")
    with pytest.raises(BadInput, match="no such file"):
        read_cine(tmp_path / "none")


def _damages(content: bytes, seed: int) -> Iterator[bytes]:
    """Cut at fifty places, with bytes changed at two hundred, and zeros."""
    random = np.random.default_rng(seed)
    yield from (content[: len(content) * part // 50] for part in range(50))
    yield from (bytes(1), bytes(4096))
    for number in range(200):
        changed = np.frombuffer(content, np.uint8).copy()
        # Most of a file are pixels; what breaks a reader are headers.
        end = min(len(content), 3000) if number % 4 else len(content)
        places = random.integers(0, end, 1 + number % 3)
        changed[places] = random.integers(0, 256, len(places))
        yield changed.tobytes()


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
    for damaged in _damages(victim.read_bytes(), seed=4):
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
    for damaged in islice(_damages(victim.read_bytes(), seed=6), 0, None, 3):
        victim.write_bytes(damaged)
        _expect_cine_or_error(folder)


def test_no_name_enters_a_cine(tmp_path: Path) -> None:
    folder = series(tmp_path / "s", values(PatientName="Zebedee^Quux", PatientID="QQ4711"))
    shown = repr(read_cine(folder)).lower()
    assert "zebedee" not in shown
    assert "4711" not in shown


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


def test_a_cine_that_cannot_be_opened_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = nifti(tmp_path / "a.nii.gz", voxels())

    def locked(path: Path, mode: str) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "open", locked)
    with pytest.raises(BadInput, match=r"^a\.nii\.gz: it cannot be opened\. Check its permissions"):
        read_cine(place)
