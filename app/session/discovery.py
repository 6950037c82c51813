"""Discovery of galleries: shipped ones, folders of the environment and of the command line."""

import difflib
import json
import os
import sys
from itertools import chain
from pathlib import Path

from ptacl.checkpoint.run_status import find_runs
from ptacl.checkpoint.shipped import shipped_checkpoints

SHIPPED = shipped_checkpoints()
GALLERY_MANIFEST = "gallery.json"
APP = "main.py"
"""Script that `streamlit run` starts."""

Stamp = tuple[tuple[str, int, int], ...]
"""Files, each with its time of change and its size."""


def roots() -> list[Path]:
    """Return the folders to search: requested ones and the shipped one."""
    return [*requested_folders(), SHIPPED]


def requested_folders() -> list[Path]:
    """Return the folders given after ``--``, then those of the environment."""
    named = [
        entry
        for variable in ("PTACL_GALLERIES", "PTACL_CHECKPOINTS")
        for entry in os.environ.get(variable, "").split(os.pathsep)
        if entry
    ]
    return [Path(entry).expanduser() for entry in (*sys.argv[1:], *named)]


def folder_problems() -> list[str]:
    """Return a message for each requested folder without a gallery."""
    if Path(sys.argv[0]).name != APP:  # another program's arguments name no galleries
        return []
    return [problem for folder in requested_folders() if (problem := _problem(folder))]


def _problem(folder: Path) -> str:
    """Return what a folder lacks and the command that makes it; empty if it holds a gallery."""
    name = f"`{folder}`"
    if _manifests(folder) or (folder.is_dir() and find_runs([folder])):
        return ""  # a folder that is trained into has no gallery yet
    if not folder.exists():
        return (
            f"{name} is no folder: check its spelling, and from which folder the app was started. "
            f"{_suggestion(folder)}"
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


def _suggestion(folder: Path) -> str:
    """Return a suggestion of an existing folder with a similar name."""
    try:
        siblings = [path.name for path in folder.parent.iterdir() if path.is_dir()]
    except OSError:
        return ""
    matches = difflib.get_close_matches(folder.name, siblings, n=1)
    return f"Did you mean `{folder.parent / matches[0]}`?" if matches else ""


def galleries() -> dict[str, Path]:
    """Return name → folder of all galleries in `roots`: a root itself, or one or two levels below.

    A name that is not unique gets the names of its parent folders in front: ``old/mine``.
    """
    by_name: dict[str, Path] = {}
    resolved = set()
    for root in roots():
        for manifest in _manifests(root):
            folder = manifest.parent
            if folder.resolve() not in resolved:
                resolved.add(folder.resolve())
                by_name[_free_name(folder, by_name)] = folder
    return by_name


def _manifests(root: Path) -> list[Path]:
    """Return the gallery manifests in a folder, or one or two levels below."""
    patterns = (f"{depth}{GALLERY_MANIFEST}" for depth in ("", "*/", "*/*/"))
    return [manifest for pattern in patterns for manifest in sorted(root.glob(pattern))]


def _free_name(folder: Path, taken: dict[str, Path]) -> str:
    parts = (folder.parent if folder.name == "gallery" else folder).absolute().parts
    names = ("/".join(parts[-count:]) for count in range(1, len(parts)))
    return next((name for name in names if name not in taken), str(folder))


def stamp(gallery: Path) -> Stamp:
    """Return a value that changes when a gallery, or a withdrawal from it or its store, is new.

    Cheap enough for every run of a page. Any file in the folders of the manifests may be a list of
    withdrawn participants.
    """
    manifest = gallery / GALLERY_MANIFEST
    folders = [gallery, *_store_of(manifest)]
    entries = chain.from_iterable(folder.glob("[!.]*") for folder in folders)
    files = sorted(path for path in entries if path.is_file() and path != manifest)
    return tuple(_changed(path) for path in (manifest, *files))


def _store_of(manifest: Path) -> list[Path]:
    try:
        store = json.loads(manifest.read_text()).get("store_path")
    except (OSError, ValueError, AttributeError):  # reported when the gallery is opened
        return []
    return [manifest.parent / store] if store else []


def _changed(path: Path) -> tuple[str, int, int]:
    try:
        status = path.stat()
    except OSError:
        return str(path), 0, 0
    return str(path), status.st_mtime_ns, status.st_size
