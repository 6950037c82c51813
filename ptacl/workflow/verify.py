"""Comparison of everything that PTACL writes with its checksums, every byte."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ptacl.checkpoint.files import LISTED as CHECKPOINT_FILES
from ptacl.config.checksums import CHECKSUMS, damage, read_sums, seal
from ptacl.errors import PtaclError
from ptacl.gallery import format as layout
from ptacl.gallery.signals import FILES
from ptacl.store import verify_store
from ptacl.store.format import LISTED as STORE_FILES
from ptacl.store.format import OWN_LIST

_STATE = "last.pt"
_KINDS = {
    "gallery": layout.MANIFEST,
    "store": "manifest.json",
    "checkpoint": "config.json",
    "signals": f"{FILES[0]}.npy",
    "training": _STATE,
}
"""Kind of a folder by the file that only it holds."""


@dataclass(frozen=True)
class Verified:
    """What was found in a folder and those below it."""

    kind: str
    """``store``, ``checkpoint``, ``gallery``, ``signals``, ``training``; ``cache`` of several."""
    files: int
    """How many were compared."""
    damage: list[str]
    """A line for each damaged file."""
    without_checksums: list[str]
    """Folders that carry none: made before there were checksums, or their writer was killed."""


def verify_folder(path: Path) -> Verified:
    """Compare all files of a store, checkpoint, gallery, training or cache with their checksums.

    Args:
        path: the folder; a checkpoint is verified with its gallery and the state of its training.

    Raises:
        PtaclError: it is none of these, or a list of checksums is itself damaged.
    """
    folders = list(_folders(path))
    if not folders:
        raise PtaclError(
            f"{path} is no store, checkpoint, gallery or cache. Give a folder that PTACL wrote.",
            code="cohort.nothing_found" if path.is_dir() else "file.not_found",
        )
    files, lines, bare = 0, [], []
    for folder, kind in folders:
        here = "" if folder == path else f"{folder.relative_to(path)}/"
        sums = read_sums(folder)
        files += len(sums or ())
        if sums is None:
            bare.append(str(folder))
        differences = verify_store(folder) if kind == "store" else damage(folder)
        lines += [f"{here}{line}" for line in differences]
    return Verified(folders[0][1] if folders[0][0] == path else "cache", files, lines, bare)


def seal_folder(path: Path) -> list[str]:
    """Write the checksums of folders that carry none, and are known to be good.

    Args:
        path: as for `verify_folder`.

    Returns:
        the folders that were sealed.
    """
    sealed = []
    for folder, kind in _folders(path):
        if not (folder / CHECKSUMS).is_file():
            seal(folder, _names(folder, kind))
            sealed.append(str(folder))
    return sealed


def _folders(path: Path) -> Iterator[tuple[Path, str]]:
    """Yield the folders that hold a store, checkpoint, gallery … with the kind of each."""
    for folder in (path, *sorted(path.rglob("*/"))):
        hidden = any(part.startswith(".") for part in folder.relative_to(path).parts)
        if folder.is_dir() and not hidden and not _is_shard(folder):
            for kind, file in _KINDS.items():
                if (folder / file).is_file() or _listed(folder, file):
                    yield folder, kind
                    break


def _listed(folder: Path, file: str) -> bool:
    """Return whether a file that is missing is among the checksums."""
    return (folder / CHECKSUMS).is_file() and file in (read_sums(folder) or ())


def _is_shard(folder: Path) -> bool:
    return folder.parent.name == "shards"


def _names(folder: Path, kind: str) -> set[str]:
    names = {
        "store": {*STORE_FILES, OWN_LIST},
        "checkpoint": set(CHECKPOINT_FILES),
        "signals": {f"{name}.npy" for name in FILES},
        "training": {_STATE},
    }
    return layout.sealed_files(folder) if kind == "gallery" else names[kind]
