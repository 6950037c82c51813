"""DICOM cines, and what is none."""

import gzip
import zipfile
from pathlib import Path

import numpy as np
import pydicom
import pytest
from pydicom.dataset import Dataset
from pydicom.uid import generate_uid

from ptacl.errors import BadInput
from ptacl.io import read_cine
from tests.full_text import full_text
from tests.io.made_cines import COLUMNS, FRAMES, SLICES, Edit, at, pixels, series, values


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
        (values(TriggerTime=0), "no trigger times, or repeated ones"),
        (values(PixelSpacing=None), "lacks PixelSpacing"),
        (values(Modality="CT"), "modality CT, not MR"),
        (values(Modality="QUUX"), "modality unknown, not MR"),
        (values(NumberOfFrames=20), "neither trigger times nor a frame time"),
        (values(SamplesPerPixel=3), "colour image"),
        (values(PixelData=b"\0\0"), "pixels are truncated"),
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


def test_a_cine_in_which_nothing_moves_is_refused(tmp_path: Path) -> None:
    still = values(PixelData=pixels(0, 0).tobytes())
    with pytest.raises(BadInput, match="all the same: nothing moves"):
        read_cine(series(tmp_path / "s", still, slices=1))


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
        (gzip.compress(b"hello", mtime=0), "a gzip archive"),
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


def test_no_name_enters_a_cine(tmp_path: Path) -> None:
    folder = series(tmp_path / "s", values(PatientName="Zebedee^Quux", PatientID="QQ4711"))
    shown = full_text(read_cine(folder)).lower()
    assert "zebedee" not in shown
    assert "4711" not in shown
