"""One import at a time in a folder: the second would sweep away what the first has half written."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ptacl.errors import PtaclError

try:
    import fcntl
except ImportError:  # no such lock on Windows: there the user has to take care
    fcntl = None  # type: ignore[assignment]


@contextmanager
def only_writer(folder: Path) -> Iterator[None]:
    """Hold the folder; the lock ends with the process, however that ends, and leaves no file.

    Raises:
        PtaclError: another process holds it.
    """
    if fcntl is None:
        yield
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise PtaclError(
                f"Another import is writing to {folder.parent}. Wait until it has ended."
            ) from error
        except OSError:  # a network file system without locks: go on without
            pass
        yield
    finally:
        os.close(handle)
