"""Uploaded files as a mapping, and cines read from them."""

import numpy as np
import pytest

from ptacl.errors import BadInput, PtaclError
from ptacl.io.cine.read import read_usable_slices
from ptacl.io.containers.memory import MemoryFiles


def test_a_name_that_occurs_twice_keeps_both_files():
    files = MemoryFiles([("a/1.dcm", b"x"), ("a/1.dcm", b"y")])
    assert [files[name] for name in files] == [b"x", b"y"]
    assert all(name.endswith("1.dcm") for name in files)


def test_hidden_files_are_left_out_and_nothing_else_is_no_upload():
    files = MemoryFiles([("a/.DS_Store", b""), ("__MACOSX/a/1", b""), ("a/1", b"x")])
    assert list(files) == ["a/1"]
    with pytest.raises(PtaclError, match="no file"):
        MemoryFiles([(".DS_Store", b"")])


@pytest.mark.parametrize(
    ("names", "title"),
    [
        (["study.zip"], "study.zip"),
        (["study/1", "study/b/2"], "study"),
        (["one/1", "two/1"], "1 and 1 more"),
        (["ed.nii", "es.nii"], "ed.nii and 1 more"),
    ],
)
def test_an_upload_is_called_by_its_file_or_folder(names, title):
    assert MemoryFiles([(name, b"x") for name in names]).title == title


def test_the_content_is_held_once():
    content = bytes(1000)
    assert MemoryFiles([("a", content)])["a"] is content


def test_a_cine_in_memory_is_the_cine_on_the_disk(shared_data):
    path = shared_data / "cmr" / "dicom_siemens_stack" / "study.zip"
    stored = read_usable_slices(path)
    uploaded = read_usable_slices(MemoryFiles([("study.zip", path.read_bytes())]))
    assert len(uploaded.slices) == len(stored.slices) == 6
    for one, other in zip(uploaded.slices, stored.slices, strict=True):
        assert np.array_equal(one.frames, other.frames) and one.rr_ms == other.rr_ms


def test_a_pair_of_phases_is_read_from_its_two_files(shared_data):
    folder = shared_data / "cmr" / "nifti_acdc_1mm"
    pair = MemoryFiles([(path.name, path.read_bytes()) for path in folder.iterdir()])
    read = read_usable_slices(pair)
    assert len(read.slices) == 10 and all(cine.two_phases for cine in read.slices)


def test_what_is_no_short_axis_cine_is_refused_by_name(shared_data):
    folder = shared_data / "cmr" / "rejects"
    files = MemoryFiles([(path.name, path.read_bytes()) for path in folder.iterdir()])
    with pytest.raises(BadInput, match="perfusion"):
        read_usable_slices(files)
    with pytest.raises(BadInput, match="not a cine"):
        read_usable_slices(MemoryFiles([("holiday.jpg", b"\xff\xd8\xff\xe0 not a cine")]))
