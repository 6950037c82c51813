from pathlib import Path

import pytest

from ptacl.errors import PtaclError
from ptacl.inference.resumable_table import PartialTable
from ptacl.io.cohort.recordings import ListedRecording

MADE_WITH = {"model": "abc", "unit": None}


def listed(number: int, size: int = 9) -> ListedRecording:
    return ListedRecording(f"{number}.csv", Path(f"{number}.csv"), (size, 1))


def fill(place: Path, count: int) -> None:
    with PartialTable(place, MADE_WITH) as partial:
        for number in range(count):
            partial.add(listed(number), {"file": f"{number}.csv", "qt_ms": 400.5, "usable": True})


def rows(place: Path, made_with=MADE_WITH, size: int = 9) -> list[int]:
    with PartialTable(place, made_with) as partial:
        return [n for n in range(100) if listed(n, size) in partial]


def test_rows_come_back_as_they_were(tmp_path):
    fill(tmp_path / "t", 3)
    with PartialTable(tmp_path / "t", MADE_WITH) as partial:
        assert partial.row(listed(1)) == {"file": "1.csv", "qt_ms": 400.5, "usable": True}
        assert listed(3) not in partial


def test_another_model_and_a_changed_file_are_done_again(tmp_path):
    fill(tmp_path / "t", 3)
    assert rows(tmp_path / "t", size=10) == []
    assert rows(tmp_path / "t", {"model": "xyz", "unit": None}) == []
    assert rows(tmp_path / "t") == []  # the other model's rows replaced them


def test_cut_at_any_byte_it_keeps_every_whole_line_and_goes_on(tmp_path):
    place = tmp_path / "t"
    fill(place, 4)
    whole = place.read_bytes()
    ends = [i + 1 for i, byte in enumerate(whole) if byte == ord("\n")]
    for cut in [*range(0, len(whole), 3), *(end - 1 for end in ends)]:
        place.write_bytes(whole[:cut])
        complete = sum(end <= cut for end in ends)
        with PartialTable(place, MADE_WITH) as partial:
            partial.add(listed(50), {})
        assert rows(place) == [*range(max(complete - 1, 0)), 50]


def test_a_damaged_line_and_what_follows_it_is_done_again(tmp_path):
    place = tmp_path / "t"
    fill(place, 4)
    lines = place.read_bytes().splitlines(keepends=True)
    place.write_bytes(b"".join([*lines[:3], b"\x00\xff[]\n", *lines[3:]]))
    assert rows(place) == [0, 1]
    assert place.read_bytes() == b"".join(lines[:3])


def test_two_runs_do_not_write_the_same_table(tmp_path):
    pytest.importorskip("fcntl")
    held = PartialTable(tmp_path / "t", MADE_WITH)
    with held, pytest.raises(PtaclError, match="Another run"):
        PartialTable(tmp_path / "t", MADE_WITH)
    PartialTable(tmp_path / "t", MADE_WITH)


def test_a_place_that_cannot_be_written_is_an_error(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(PtaclError, match="--out"):
        PartialTable(tmp_path / "file" / "t", MADE_WITH)
