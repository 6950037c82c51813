"""Recursive listing of folders, including linked ones: bulk files are often linked."""

import os
from collections.abc import Iterator
from pathlib import Path


def is_hidden(name: str) -> bool:
    """Return whether a name is that of a hidden file, or of a folder added by macOS."""
    return name.startswith((".", "__MACOSX"))


def folders_below(folder: Path, *, hidden: bool = False) -> Iterator[tuple[Path, list[str]]]:
    """Yield a folder and all its subfolders, each with the sorted names of its files.

    Each folder is listed once, even if several links point to it, so that cyclic links end.

    Args:
        folder: root folder.
        hidden: whether to enter folders for which `is_hidden` is true.
    """
    visited = {os.path.realpath(folder)}
    for current, folders, names in os.walk(folder, followlinks=True):
        entered = []
        for name in sorted(folders):
            target = os.path.realpath(Path(current, name))
            if target not in visited and (hidden or not is_hidden(name)):
                visited.add(target)
                entered.append(name)
        folders[:] = entered
        yield Path(current), sorted(names)
