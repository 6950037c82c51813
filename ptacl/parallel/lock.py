"""File locks: one writer at a time, so that none removes the unfinished files of another."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ptacl.errors import PtaclError

try:
    import fcntl
except ImportError:  # no such lock on Windows: there the user has to take care
    fcntl = None  # type: ignore[assignment]

_ASKED_AGAIN_S = 0.5


def hold(handle: int) -> bool:
    """Lock an open file or folder for this process; return False if another process holds it.

    The lock ends when the handle is closed or the process ends, however it ends, and leaves no
    file. A network file system without locks counts as free.
    """
    if fcntl is None:
        return True
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        pass
    return True


@contextmanager
def in_turn(folder: Path) -> Iterator[None]:
    """Hold a folder; wait while another process holds it.

    It may be gone then: whoever held it may have removed it when its work was done.
    """
    handle = os.open(folder, os.O_RDONLY) if os.name == "posix" else None
    try:
        while handle is not None and not hold(handle):
            time.sleep(_ASKED_AGAIN_S)
        yield
    finally:
        if handle is not None:
            os.close(handle)


@contextmanager
def only_writer(folder: Path, busy: str) -> Iterator[None]:
    """Hold a folder while its files are written.

    Raises:
        PtaclError: another process holds it; ``busy`` is the message.
    """
    handle = os.open(folder, os.O_RDONLY) if os.name == "posix" else None
    try:
        if handle is not None and not hold(handle):
            raise PtaclError(busy, code="store.locked")
        yield
    finally:
        if handle is not None:
            os.close(handle)
