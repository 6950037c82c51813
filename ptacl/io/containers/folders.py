"""What lies below a folder, behind links to other folders too: bulk files are often linked in."""

import os
from collections.abc import Iterator
from pathlib import Path


def is_hidden(name: str) -> bool:
    """Whether a file or folder is no one's data: its name begins with a dot, or macOS made it."""
    return name.startswith((".", "__MACOSX"))


def folders_below(folder: Path, *, hidden: bool = False) -> Iterator[tuple[Path, list[str]]]:
    """A folder and all below it, each with the sorted names of its files.

    Args:
        folder: where to begin.
        hidden: whether to enter folders that `is_hidden`.

    Each folder comes once, however many links lead to it; so links in a circle end.
    """
    seen = {os.path.realpath(folder)}
    for place, folders, names in os.walk(folder, followlinks=True):
        entered = []
        for name in sorted(folders):
            real = os.path.realpath(Path(place, name))
            if real not in seen and (hidden or not is_hidden(name)):
                seen.add(real)
                entered.append(name)
        folders[:] = entered
        yield Path(place), sorted(names)
