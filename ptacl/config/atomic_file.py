"""Files that are replaced at once: a reader, or a kill, meets the old content or the new one."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Yield a path to write to, which then replaces a file; an error leaves the file as it was.

    Args:
        path: the file.
    """
    temporary = path.with_name(f".{path.name}.tmp")
    try:
        yield temporary
        sync(temporary)
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)  # on a full disk, half a file would be in the way
        raise


def write_atomically(path: Path, text: str) -> None:
    """Write a text file so that readers see the old or the new content, never a part of it.

    Args:
        path: of the file; its folder exists.
        text: the whole content.
    """
    with replacing(path) as temporary:
        temporary.write_text(text, encoding="utf-8")


def sync(path: Path) -> None:
    """Flush a file or a folder's entries to the disk, before a rename makes them visible."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    except OSError:  # some file systems cannot do this for a folder
        pass
    finally:
        os.close(handle)
