"""UK Biobank's manifest: either spelling, dates with a comma, and what it saves."""

from pathlib import Path

import numpy as np
import pytest
from pydicom.dataset import Dataset

from ptacl.errors import BadInput
from ptacl.io import read_cine
from ptacl.io.cine.ukb_manifest import series_by_file
from ptacl.io.containers.archive import ZipFiles
from tests.io.made_cines import FRAMES, packed, series

HEADER = "filename,study date,series discription,series date,number"


def _manifest(folder: Path, series_of: dict[str, str]) -> str:
    rows = [
        f"{file.name},Jan 05, 2015,{series_of.get(file.name, 'CINE_segmented_SAX_b1')}"
        f",Feb 11, 2015 10:11,7"
        for file in sorted(folder.iterdir())
    ]
    return "\n".join([HEADER, *rows, ""])


@pytest.mark.parametrize("name", ["manifest.csv", "manifest.cvs", "Manifest.CVS"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_both_spellings_and_dates_with_commas_are_read(
    tmp_path: Path, name: str, mark: str
) -> None:
    folder = series(tmp_path / "s", slices=1)
    text = mark + _manifest(folder, {"IM0002": "CINE_segmented_LAX_2Ch"}).replace("\n", "\r\n")
    listed = series_by_file(ZipFiles("s.zip", packed(folder, text, name)))
    assert listed == {
        f"IM000{i}": "CINE_segmented_LAX_2Ch" if i == 2 else "CINE_segmented_SAX_b1"
        for i in range(FRAMES)
    }


@pytest.mark.parametrize(
    ("row", "series_name"),
    [
        ("IM0000,2015-01-05,SAX,2015-02-11,7", "SAX"),
        ('IM0000,"Jan 05, 2015",SAX,"Feb 11, 2015",7', "SAX"),
        ("IM0000,Jan 5, 2015,SAX,Feb 11 2015,7", "SAX"),
        ("IM0000, January 05, 2015 , SAX , Feb 11, 2015,7", "SAX"),
        ("IM0000,one, two, three,SAX,Feb 11, 2015,7", None),
        ("IM0000", None),
        ("", None),
    ],
)
def test_a_row_that_cannot_be_told_apart_is_left_out(
    tmp_path: Path, row: str, series_name: str | None
) -> None:
    folder = series(tmp_path / "s", slices=1)
    listed = series_by_file(ZipFiles("s.zip", packed(folder, f"{HEADER}\n{row}\n")))
    assert listed == ({} if series_name is None else {"IM0000": series_name})


@pytest.mark.parametrize(
    "text", ["", "\0\0", "a,b\n1,2\n", 'filename,series discription\n"IM', "x" * 200_000]
)
def test_a_useless_manifest_changes_nothing(tmp_path: Path, text: str) -> None:
    folder = series(tmp_path / "s")
    with_it, without = read_cine(packed(folder, text + " ")), read_cine(folder)
    np.testing.assert_array_equal(with_it.frames, without.frames)


def test_files_of_other_series_are_never_opened(tmp_path: Path) -> None:
    folder = series(tmp_path / "s")
    others = {f"XX{i}": name for i, name in enumerate(["CINE_segmented_SAX_InlineVF", "LAX 4Ch"])}
    for name in others:
        (folder / name).write_bytes(bytes(128) + b"DICM" + b"\xff" * 500)  # would be refused
    text = _manifest(folder, others)
    with pytest.raises(BadInput, match="damaged DICOM"):
        read_cine(packed(folder))
    assert read_cine(packed(folder, text)).slice_count == 3


def test_a_zip_of_other_series_is_refused_by_name(tmp_path: Path) -> None:
    folder = series(tmp_path / "s")
    text = _manifest(folder, dict.fromkeys([p.name for p in folder.iterdir()], "LAX_2Ch"))
    with pytest.raises(BadInput, match="it is a long-axis cine, not a short-axis cine"):
        read_cine(packed(folder, text))


@pytest.mark.parametrize("mixed", [True, False])
def test_one_series_a_slice_or_one_mixed_series(tmp_path: Path, mixed: bool) -> None:
    def name(dataset: Dataset, place: int, frame: int) -> None:
        if not mixed:
            dataset.SeriesInstanceUID = f"1.2.{place + 1}"
            dataset.SeriesDescription = f"CINE_segmented_SAX_b{place + 1}"
            dataset.SeriesNumber = 30 - place

    folder = series(tmp_path / "s", name)
    cine = read_cine(packed(folder, _manifest(folder, {})))
    np.testing.assert_array_equal(cine.frames[:, 0, 0], 100 + np.arange(FRAMES))
    assert (cine.slice_position, cine.slice_count) == (1, 3)
