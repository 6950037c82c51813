"""Many ECGs in memory: the table of a folder, in the order of the paths, errors as rows."""

from pathlib import Path

import pandas as pd
import pytest

import ptacl
from ptacl.inference.folder import inspect_folder
from ptacl.io.writers.wfdb_nifti import write_ecg
from tests.made.hearts import heart


@pytest.fixture(scope="module")
def model(tiny_checkpoint) -> "ptacl.Model":
    return ptacl.load(tiny_checkpoint)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("ecgs")
    for number in range(3):
        write_ecg(heart(number), folder / f"ecg{number}.hea")
    (folder / "note.txt").write_text("no ECG")
    return folder


def test_a_folder_gives_the_table_of_the_command(model, tiny_checkpoint, folder, tmp_path) -> None:
    frame = model.inspect_many(folder, workers=0, progress=False)
    inspect_folder(folder, tiny_checkpoint, tmp_path / "table.parquet", workers=1)
    expected = pd.read_parquet(tmp_path / "table.parquet")
    pd.testing.assert_frame_equal(frame.reset_index(drop=True), expected, check_dtype=False)


def test_what_cannot_be_read_is_a_row_and_the_order_is_that_of_the_paths(model, folder) -> None:
    paths = [folder / "nothing.hea", folder / "ecg2.hea", folder / "note.txt", folder / "ecg0.hea"]
    frame = model.inspect_many(paths, workers=0, progress=False)
    assert list(frame.index) == [str(path) for path in paths]
    assert list(frame["status"]) == ["failed", "read", "failed", "read"]
    assert frame["code"].iloc[0] == "file.not_found" and frame["reason"].notna().sum() == 2


def test_workers_and_their_number_change_nothing(model, folder) -> None:
    here = model.inspect_many(folder, workers=0, progress=False)
    pd.testing.assert_frame_equal(model.inspect_many(str(folder), workers=2, progress=False), here)


def test_no_path_is_an_empty_table_with_all_columns(model) -> None:
    frame = model.inspect_many([], progress=False)
    assert not len(frame) and "lvef_pct" in frame


def test_progress_is_on_standard_error_alone(model, folder, capsys) -> None:
    model.inspect_many(folder / "ecg0.hea", workers=0, progress=False)
    assert capsys.readouterr() == ("", "")
