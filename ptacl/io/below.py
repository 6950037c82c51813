"""What lies below a folder, behind links to other folders too: bulk files are often linked in."""

import os
from collections.abc import Iterator
from pathlib import Path


def folders_below(folder: Path, *, hidden: bool = False) -> Iterator[tuple[Path, list[str]]]:
    """A folder and all below it, each with the sorted names of its files.

    Args:
        folder: where to begin.
        hidden: whether to enter folders whose names begin with a dot.

    Each folder comes once, however many links lead to it; so links in a circle end.
    """
    seen = {os.path.realpath(folder)}
    for place, folders, names in os.walk(folder, followlinks=True):
        entered = []
        for name in sorted(folders):
            real = os.path.realpath(Path(place, name))
            if real not in seen and (hidden or not name.startswith(".")):
                seen.add(real)
                entered.append(name)
        folders[:] = entered
        yield Path(place), sorted(names)
