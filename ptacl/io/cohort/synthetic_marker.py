"""Marker file in folders of simulated subjects; an import copies its content to the store."""

import json
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

SYNTHETIC = "SYNTHETIC.json"


def write_mark(folder: Path, simulation: dict[str, Any]) -> None:
    """Write the marker into a folder of simulated subjects.

    Args:
        folder: the folder of the raw files.
        simulation: settings of the simulation.
    """
    what = "Synthetic: simulated hearts, no evidence about real patients."
    (folder / SYNTHETIC).write_text(json.dumps({"what": what, "simulation": simulation}, indent=1))


def read_mark(folder: Path) -> dict[str, Any] | None:
    """Return the settings of the simulation in a folder; None if it has no marker."""
    path = folder / SYNTHETIC
    if not path.is_file():
        return None
    try:
        simulation = json.loads(path.read_text()).get("simulation", {})
    except (ValueError, AttributeError):
        return {}  # the existence of the file suffices
    return simulation if isinstance(simulation, dict) else {}


def read_marks(folders: Iterable[Path]) -> dict[str, Any] | None:
    """Combine `read_mark` over folders: None without a marker, empty if the markers differ."""
    marks = [mark for folder in folders if (mark := read_mark(folder)) is not None]
    if not marks:
        return None
    return marks[0] if all(mark == marks[0] for mark in marks) else {}


def marker_folders(files: Iterable[Path]) -> set[Path]:
    """Return the folders that may contain the marker of files: their own and its parent.

    Symbolic links are followed too, so that linked simulated files are recognised.
    """
    paths = {path for file in files for path in (file, Path(os.path.realpath(file)))}
    parents = {path.parent for path in paths}
    return parents | {folder.parent for folder in parents}
