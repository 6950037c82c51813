"""Temporary folders that no other user can read, and whose leftovers are removed.

A process that is killed cannot delete its temporary files; with the id of the process in the name
of a folder, the next one can.
"""

import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_NAME = re.compile(r"ptacl-(\d+)-\w+")


@contextmanager
def private_folder() -> Iterator[Path]:
    """Make a temporary folder that only this user can open, and delete it at the end."""
    # Python makes temporary folders with the permissions 0700.
    with tempfile.TemporaryDirectory(prefix=f"ptacl-{os.getpid()}-") as folder:
        yield Path(folder)


def remove_leftovers() -> int:
    """Delete the temporary folders of this user's processes that have ended; return how many."""
    removed = 0
    for folder in Path(tempfile.gettempdir()).glob("ptacl-*"):
        match = _NAME.fullmatch(folder.name)
        if match and _is_ours(folder) and not _lives(int(match[1])):
            shutil.rmtree(folder, ignore_errors=True)
            removed += not folder.exists()
    return removed


def _is_ours(folder: Path) -> bool:
    with suppress(OSError):
        status = folder.lstat()
        is_own = not hasattr(os, "getuid") or status.st_uid == os.getuid()
        return folder.is_dir() and not folder.is_symlink() and is_own
    return False


def _lives(process: int) -> bool:
    """Return whether a process runs; True where that cannot be known."""
    if os.name != "posix":
        return True
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:  # of another user
        pass
    return True
