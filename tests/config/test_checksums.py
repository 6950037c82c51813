"""Checksums name the file that changed, and survive a kill and an error of their writer."""

import json
from pathlib import Path

import pytest

from ptacl.config.checksums import (
    CHEAP_BYTES,
    CHECKSUMS,
    check,
    damage,
    read_sums,
    resealing,
    seal,
)
from ptacl.errors import PtaclError


@pytest.fixture
def sealed(tmp_path: Path) -> Path:
    (tmp_path / "a.txt").write_text("one")
    (tmp_path / "b.txt").write_text("two")
    seal(tmp_path, ["a.txt", "b.txt", "absent.txt"])
    return tmp_path


def refused(folder: Path, **options: bool) -> str:
    with pytest.raises(PtaclError) as caught:
        check(folder, do="Copy it.", code="gallery.damaged", **options)
    assert caught.value.code == "gallery.damaged"
    return str(caught.value)


def test_a_sealed_folder_is_undamaged(sealed: Path) -> None:
    assert damage(sealed) == []
    check(sealed, do="", code="general")


def test_a_changed_a_cut_and_a_missing_file_are_named(sealed: Path) -> None:
    (sealed / "a.txt").write_text("One")
    assert "a.txt does not match its SHA-256. Copy it." in refused(sealed)
    (sealed / "a.txt").write_text("o")
    assert "a.txt has 1 bytes instead of 3" in refused(sealed)
    (sealed / "a.txt").unlink()
    assert "a.txt is missing" in refused(sealed)


def test_a_large_file_is_checked_by_its_size_until_every_byte_is_asked_for(tmp_path: Path) -> None:
    large = tmp_path / "large.npy"
    with large.open("wb") as file:
        file.truncate(CHEAP_BYTES + 1)
    seal(tmp_path, [large.name])
    with large.open("r+b") as file:
        file.write(b"x")
    check(tmp_path, do="", code="general")
    assert "large.npy" in refused(tmp_path, every_byte=True)


def test_a_damaged_list_does_not_accuse_another_file(sealed: Path) -> None:
    path = sealed / CHECKSUMS
    values = json.loads(path.read_text())
    digest = values["files"]["a.txt"]["sha256"]
    values["files"]["a.txt"]["sha256"] = digest[:-1] + ("0" if digest[-1] != "0" else "1")
    path.write_text(json.dumps(values))
    with pytest.raises(PtaclError, match=CHECKSUMS):
        damage(sealed)


def test_a_folder_without_checksums_is_not_sealed_by_a_change_to_one_file(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("made by an earlier version")
    with resealing(tmp_path, ["a.txt"]):
        (tmp_path / "a.txt").write_text("two")
    assert read_sums(tmp_path) is None


def test_a_change_to_one_file_does_not_bless_another(sealed: Path) -> None:
    (sealed / "b.txt").write_text("damaged")
    with resealing(sealed, ["a.txt"]):
        (sealed / "a.txt").write_text("new")
    assert damage(sealed) == ["b.txt has 7 bytes instead of 3"]


def test_a_failed_change_keeps_the_checksums_that_are_still_true(sealed: Path) -> None:
    def change_and_fail() -> None:
        with resealing(sealed, ["a.txt", "b.txt"]):
            (sealed / "a.txt").write_text("half of it")
            raise OSError

    with pytest.raises(OSError):
        change_and_fail()
    assert set(read_sums(sealed) or ()) == {"b.txt"}
    assert damage(sealed) == []


def test_while_files_change_there_is_no_list_that_a_kill_could_leave(sealed: Path) -> None:
    with resealing(sealed, ["a.txt"]):
        assert read_sums(sealed) is None
    assert set(read_sums(sealed) or ()) == {"a.txt", "b.txt"}
