"""Temporary folders are closed to others, and those of killed processes are deleted."""

import os
import stat
import subprocess
import sys
import tempfile

import pytest

from ptacl.parallel.private_folder import private_folder, remove_leftovers

pytestmark = pytest.mark.skipif(os.name != "posix", reason="permissions of POSIX")


def test_only_this_user_can_open_it_and_it_is_gone_afterwards():
    with private_folder() as folder:
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        assert remove_leftovers() == 0 and folder.is_dir()
    assert not folder.exists()


def test_what_a_killed_process_left_is_deleted_and_nothing_else(tmp_path, monkeypatch):
    program = (
        "import os, signal\nfrom ptacl.parallel.private_folder import private_folder\n"
        "with private_folder() as folder:\n"
        "    (folder / 'record.dat').write_bytes(b'samples')\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    subprocess.run([sys.executable, "-c", program], env=environment, timeout=60)
    others = [tmp_path / "ptacl-notes", tmp_path / f"ptacl-{os.getpid()}-abc", tmp_path / "other"]
    for folder in others:
        folder.mkdir()
    (left,) = set(tmp_path.iterdir()) - set(others)
    assert (left / "record.dat").is_file()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    assert remove_leftovers() == 1
    assert set(tmp_path.iterdir()) == set(others)
