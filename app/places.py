"""Where checkpoints and galleries lie: beside the app, in named folders, on the command line."""

import os
import sys
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent
SHIPPED = REPOSITORY / "checkpoints"
GALLERY_MANIFEST = "gallery.json"


def roots() -> list[Path]:
    """Folders to search: given after ``--``, named by the environment, and the shipped ones."""
    named = [
        Path(entry)
        for variable in ("PTACL_GALLERIES", "PTACL_CHECKPOINTS")
        for entry in os.environ.get(variable, "").split(os.pathsep)
        if entry
    ]
    return [*(Path(argument) for argument in sys.argv[1:]), *named, SHIPPED]


def galleries() -> dict[str, Path]:
    """Name → folder of every gallery in `roots`: a root itself, or one or two folders below."""
    found: dict[str, Path] = {}
    for root in roots():
        for pattern in ("", "*/", "*/*/"):
            for manifest in sorted(root.glob(f"{pattern}{GALLERY_MANIFEST}")):
                folder = manifest.parent
                named = folder.parent.name if folder.name == "gallery" else folder.name
                found.setdefault(named, folder)
    return found
