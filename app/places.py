"""Where checkpoints and galleries lie: beside the app, in named folders, on the command line."""

import json
import os
import sys
from itertools import chain
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent
SHIPPED = REPOSITORY / "checkpoints"
GALLERY_MANIFEST = "gallery.json"

Stamp = tuple[tuple[str, int, int], ...]
"""Files, each with its time of change and its size."""


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
    """Name → folder of every gallery in `roots`: a root itself, or one or two folders below.

    A name that is taken gets the names of the folders above in front: ``old/mine``.
    """
    found: dict[str, Path] = {}
    seen = set()
    for root in roots():
        for pattern in ("", "*/", "*/*/"):
            for manifest in sorted(root.glob(f"{pattern}{GALLERY_MANIFEST}")):
                folder = manifest.parent
                if folder.resolve() not in seen:
                    seen.add(folder.resolve())
                    found[_free_name(folder, found)] = folder
    return found


def _free_name(folder: Path, taken: dict[str, Path]) -> str:
    parts = (folder.parent if folder.name == "gallery" else folder).absolute().parts
    names = ("/".join(parts[-count:]) for count in range(1, len(parts)))
    return next((name for name in names if name not in taken), str(folder))


def stamp(gallery: Path) -> Stamp:
    """Changes when a gallery is made again, or when somebody withdraws from it or its store.

    A few looks at the disk, so that every run of a page can ask. Any table beside the manifests
    may be a list of withdrawn participants.
    """
    manifest = gallery / GALLERY_MANIFEST
    folders = [gallery, *_store_of(manifest)]
    tables = chain.from_iterable(folder.glob("*.[cC][sS][vV]") for folder in folders)
    return tuple(_changed(path) for path in (manifest, *sorted(tables)))


def _store_of(manifest: Path) -> list[Path]:
    try:
        store = json.loads(manifest.read_text()).get("store_path")
    except (OSError, ValueError, AttributeError):  # whoever opens the gallery says what is wrong
        return []
    return [manifest.parent / store] if store else []


def _changed(path: Path) -> tuple[str, int, int]:
    try:
        found = path.stat()
    except OSError:
        return str(path), 0, 0
    return str(path), found.st_mtime_ns, found.st_size
