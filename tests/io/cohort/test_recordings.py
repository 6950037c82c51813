import os

import pytest

from ptacl.errors import PtaclError
from ptacl.io.cohort.recordings import list_recordings
from tests.made.files import FAILED, READ, csv_bytes, write_folder, zip_bytes


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    place = tmp_path_factory.mktemp("folder")
    write_folder(place, tmp_path_factory.mktemp("scratch"))
    return place


def test_every_file_is_listed_once_and_companions_and_hidden_files_are_not(folder):
    assert [one.name for one in list_recordings(folder)] == sorted([*READ, *FAILED])


def test_what_is_listed_can_be_read(folder):
    for one in list_recordings(folder):
        if one.name in READ:
            assert one.read().signal_mv.shape == (12, 5000), one.name
        else:
            with pytest.raises(PtaclError):
                one.read()


def test_rate_and_unit_of_the_caller_reach_the_reader(tmp_path):
    (tmp_path / "bare.csv").write_bytes(csv_bytes(said=""))
    (listed,) = list_recordings(tmp_path)
    with pytest.raises(PtaclError, match="sample rate and unit are missing"):
        listed.read()
    assert listed.read(250.0, "mV").sample_rate_hz == 250


def test_a_change_of_a_companion_changes_the_stamp(tmp_path):
    from tests.made.files import write_wfdb

    write_wfdb(tmp_path / "x.hea")
    (before,) = list_recordings(tmp_path)
    os.utime(tmp_path / "x.dat", ns=(1, 1))
    (after,) = list_recordings(tmp_path)
    assert before.name == after.name and before.stamp != after.stamp


def test_a_file_and_a_zip_are_listed_too(tmp_path):
    (tmp_path / "x.csv").write_bytes(csv_bytes())
    (tmp_path / "x.zip").write_bytes(zip_bytes({"1.csv": csv_bytes(), "2.csv": csv_bytes(0.7)}))
    assert [one.name for one in list_recordings(tmp_path / "x.csv")] == ["x.csv"]
    assert [one.name for one in list_recordings(tmp_path / "x.zip")] == [
        "x.zip/1.csv",
        "x.zip/2.csv",
    ]


def test_what_must_be_skipped_is(tmp_path):
    (tmp_path / "x.csv").write_bytes(csv_bytes())
    (tmp_path / "out.csv").write_text("file,status\n")
    assert [o.name for o in list_recordings(tmp_path, skip=[tmp_path / "out.csv"])] == ["x.csv"]


def test_nothing_there_is_an_error(tmp_path):
    with pytest.raises(PtaclError, match="contains no file"):
        list_recordings(tmp_path)
    with pytest.raises(PtaclError, match="no such file"):
        list_recordings(tmp_path / "absent")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes here")
def test_a_pipe_in_the_folder_is_not_waited_for(tmp_path):
    (tmp_path / "x.csv").write_bytes(csv_bytes())
    os.mkfifo(tmp_path / "pipe")
    assert [one.name for one in list_recordings(tmp_path)] == ["x.csv"]


def test_a_circle_of_links_ends(tmp_path):
    (tmp_path / "x.csv").write_bytes(csv_bytes())
    (tmp_path / "circle").symlink_to(tmp_path, target_is_directory=True)
    assert [one.name for one in list_recordings(tmp_path)] == ["x.csv"]
