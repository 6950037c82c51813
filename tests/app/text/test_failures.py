"""Faults of the disk that a page meets are named, and no file name is."""

import errno

from app.text.failures import message


def test_a_gallery_or_store_that_vanished_is_named() -> None:
    error = FileNotFoundError(errno.ENOENT, "No such file", "/cohort/1234567.npy")
    said = message(error, "here")
    assert "moved or deleted while the app runs" in said
    assert "1234567" not in said


def test_a_full_and_a_read_only_disk_are_named() -> None:
    assert "disk is full" in message(OSError(errno.ENOSPC, "No space left"), "here")
    assert "read-only" in message(OSError(errno.EROFS, "Read-only file system"), "here")


def test_other_faults_say_that_ptacl_failed_and_where() -> None:
    assert message(ValueError("x"), "while reading a.csv").startswith(
        "PTACL failed while reading a.csv."
    )
