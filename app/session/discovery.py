"""Where checkpoints and galleries lie: beside the app, in named folders, on the command line."""

import difflib
import json
import os
import sys
from itertools import chain
from pathlib import Path

from ptacl.checkpoint.shipped import shipped_checkpoints

SHIPPED = shipped_checkpoints()
GALLERY_MANIFEST = "gallery.json"
APP = "main.py"
"""What `streamlit run` is given."""

Stamp = tuple[tuple[str, int, int], ...]
"""Files, each with its time of change and its size."""


def roots() -> list[Path]:
    """Folders to search: given after ``--``, named by the environment, and the shipped ones."""
    return [*asked_for(), SHIPPED]


def asked_for() -> list[Path]:
    """Folders that a person named: after ``--``, then in the environment."""
    named = [
        entry
        for variable in ("PTACL_GALLERIES", "PTACL_CHECKPOINTS")
        for entry in os.environ.get(variable, "").split(os.pathsep)
        if entry
    ]
    return [Path(entry).expanduser() for entry in (*sys.argv[1:], *named)]


def without_gallery() -> list[str]:
    """A sentence about each folder that a person named and that gives no gallery."""
    if Path(sys.argv[0]).name != APP:  # another program's arguments name no galleries
        return []
    return [problem for folder in asked_for() if (problem := _problem(folder))]


def _problem(folder: Path) -> str:
    """What is missing in a folder, and the command that makes it; empty where a gallery is."""
    name = f"`{folder}`"
    if _manifests(folder):
        return ""
    if not folder.exists():
        return (
            f"{name} is no folder: check its spelling, and from which folder the app was started. "
            f"{_alike(folder)}"
        ).strip()
    if folder.is_file():
        return f"{name} is a file. Give the folder of a gallery, which `ptacl embed` writes."
    if (folder / "plan.json").is_file():
        made = f"`ptacl embed {folder} --checkpoint CHECKPOINT --out {folder}-gallery`"
        return f"{name} is a store, not a gallery yet. Make one with {made} and give that folder."
    if (folder / "config.json").is_file():
        made = f"`ptacl embed STORE --checkpoint {folder} --out {folder / 'gallery'}`"
        return f"{name} is a checkpoint that has no gallery yet. Make one with {made}."
    return (
        f"{name} holds no gallery, nor do the folders in it. Make one with "
        f"`ptacl embed STORE --checkpoint CHECKPOINT --out {folder / 'gallery'}`."
    )


def _alike(folder: Path) -> str:
    """A folder beside the one that is not there whose name is nearly the same."""
    try:
        beside = [path.name for path in folder.parent.iterdir() if path.is_dir()]
    except OSError:
        return ""
    found = difflib.get_close_matches(folder.name, beside, n=1)
    return f"Did you mean `{folder.parent / found[0]}`?" if found else ""


def galleries() -> dict[str, Path]:
    """Name → folder of every gallery in `roots`: a root itself, or one or two folders below.

    A name that is taken gets the names of the folders above in front: ``old/mine``.
    """
    found: dict[str, Path] = {}
    seen = set()
    for root in roots():
        for manifest in _manifests(root):
            folder = manifest.parent
            if folder.resolve() not in seen:
                seen.add(folder.resolve())
                found[_free_name(folder, found)] = folder
    return found


def _manifests(root: Path) -> list[Path]:
    """Those of the galleries in a folder: its own, or one or two folders below."""
    patterns = (f"{depth}{GALLERY_MANIFEST}" for depth in ("", "*/", "*/*/"))
    return [manifest for pattern in patterns for manifest in sorted(root.glob(pattern))]


def _free_name(folder: Path, taken: dict[str, Path]) -> str:
    parts = (folder.parent if folder.name == "gallery" else folder).absolute().parts
    names = ("/".join(parts[-count:]) for count in range(1, len(parts)))
    return next((name for name in names if name not in taken), str(folder))


def stamp(gallery: Path) -> Stamp:
    """Changes when a gallery is made again, or when somebody withdraws from it or its store.

    A few looks at the disk, so that every run of a page can ask. Any file beside the manifests may
    be a list of withdrawn participants.
    """
    manifest = gallery / GALLERY_MANIFEST
    folders = [gallery, *_store_of(manifest)]
    beside = chain.from_iterable(folder.glob("[!.]*") for folder in folders)
    files = sorted(path for path in beside if path.is_file() and path != manifest)
    return tuple(_changed(path) for path in (manifest, *files))


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
