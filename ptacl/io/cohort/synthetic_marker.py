"""The file that lies beside raw files of simulated subjects and says so: the store remembers it."""

import json
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

SYNTHETIC = "SYNTHETIC.json"


def write_mark(folder: Path, simulation: dict[str, Any]) -> None:
    """Say beside raw files that their subjects are simulated, and how."""
    what = "Synthetic: simulated hearts, no evidence about real patients."
    (folder / SYNTHETIC).write_text(json.dumps({"what": what, "simulation": simulation}, indent=1))


def read_mark(folder: Path) -> dict[str, Any] | None:
    """How the subjects of a folder were simulated; None where nothing says that they were."""
    place = folder / SYNTHETIC
    if not place.is_file():
        return None
    try:
        simulation = json.loads(place.read_text()).get("simulation", {})
    except (ValueError, AttributeError):
        return {}  # the file alone says it
    return simulation if isinstance(simulation, dict) else {}


def read_marks(folders: Iterable[Path]) -> dict[str, Any] | None:
    """As `read_mark`, of any of the folders; empty where they say unlike things."""
    found = [mark for folder in folders if (mark := read_mark(folder)) is not None]
    if not found:
        return None
    return found[0] if all(mark == found[0] for mark in found) else {}


def beside(files: Iterable[Path]) -> set[Path]:
    """Where a mark of these files may lie: in their folder or the one above it.

    Links are followed as well: simulated files that are linked in stay simulated.
    """
    places = {place for file in files for place in (file, Path(os.path.realpath(file)))}
    own = {place.parent for place in places}
    return own | {folder.parent for folder in own}
