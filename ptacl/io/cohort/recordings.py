"""The recordings of a folder, or of a zip: where each lies, and how to read it."""

import stat
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from ptacl.errors import BadInput, PtaclError
from ptacl.io.cohort.uploads import HEAD_BYTES, Gathered, gather, gather_zip, is_zip_of_files
from ptacl.io.containers.archive import ChosenFiles, ZipFiles
from ptacl.io.containers.folders import folders_below, is_hidden
from ptacl.io.ecg.read import MOST_ECG_BYTES, read_ecg, read_ecg_files
from ptacl.types import Ecg


@dataclass(frozen=True, slots=True)
class Listed:
    """One recording on disk."""

    name: str
    """Path below the listed folder, with ``/``; inside a zip its path there follows the zip's."""
    path: Path
    """The file, or the zip."""
    stamp: tuple[int, ...]
    """Size and time of change of each of its files: another stamp is another recording."""
    entries: tuple[str, ...] = ()
    """Its files inside the zip, itself first; empty for a file of its own."""

    def read(self, sample_rate_hz: float | None = None, unit: str | None = None) -> Ecg:
        """Read it as `read_ecg` does.

        Raises:
            BadInput: as for `read_ecg`.
        """
        if not self.entries:
            return read_ecg(self.path, sample_rate_hz=sample_rate_hz, unit=unit)
        opened = _opened_zip(self.path, self.stamp)
        if sum(opened.size(entry) for entry in self.entries) > MOST_ECG_BYTES:
            raise BadInput(
                self.entries[0],
                "it is too large for an ECG",
                "give one ECG file",
                code="file.too_large",
            )
        return read_ecg_files(
            ChosenFiles(opened, self.entries), sample_rate_hz=sample_rate_hz, unit=unit
        )


def list_recordings(source: Path, skip: Collection[Path] = ()) -> list[Listed]:
    """Every recording under a folder (or in a zip, or one file), sorted by name.

    Each file is one, whatever it holds, unless another needs it (the ``.dat`` of a WFDB header).
    A zip that holds several recordings is listed by them. Hidden files are left out.

    Args:
        source: a folder, searched to the bottom; a zip; or one file.
        skip: files that are not looked at.

    Raises:
        PtaclError: nothing is there, or nothing that could be read.
    """
    if not source.is_dir():
        listed = _alone(source)
    else:
        paths = {_relative(path, source): path for path in _files(source, skip)}
        found = gather(paths, lambda name: _head(paths[name]))
        listed = [one for entry in found for one in _list(entry, paths)]
    if not listed:
        raise PtaclError(
            f"{source} holds no file. Give a folder with ECG files.", code="cohort.nothing_found"
        )
    return sorted(listed, key=lambda one: one.name)


def _alone(source: Path) -> list[Listed]:
    if not source.is_file():
        raise BadInput(
            source, "there is no such file or folder", "check the path", code="file.not_found"
        )
    return _list(Gathered(source.name), {source.name: source})


def _files(folder: Path, skip: Collection[Path]) -> Iterator[Path]:
    left_out = {path.resolve() for path in skip}
    for place, names in folders_below(folder):
        for name in names:
            path = place / name
            # Pipes and devices would be waited for without end.
            if not is_hidden(name) and path.is_file() and path.resolve() not in left_out:
                yield path


def _relative(path: Path, folder: Path) -> str:
    return path.relative_to(folder).as_posix()


def _head(path: Path) -> bytes:
    try:
        with path.open("rb") as stream:
            return stream.read(HEAD_BYTES)
    except OSError:  # its row will say so
        return b""


def _list(entry: Gathered, paths: dict[str, Path]) -> list[Listed]:
    path = paths[entry.name]
    stamp = _stamp([path, *(paths[name] for name in entry.companions)])
    inside = _zip_entries(path, stamp)
    if not inside:
        return [Listed(entry.name, path, stamp)]
    return [
        Listed(f"{entry.name}/{one.name}", path, stamp, (one.name, *one.companions))
        for one in inside
    ]


def _zip_entries(path: Path, stamp: tuple[int, ...]) -> tuple[Gathered, ...]:
    if not is_zip_of_files(_head(path)):
        return ()
    try:
        return gather_zip(_opened_zip(path, stamp))
    except PtaclError:  # its row will say so
        return ()


def _stamp(paths: list[Path]) -> tuple[int, ...]:
    numbers: list[int] = []
    for path in paths:
        try:
            found = path.stat()
            numbers += [found[stat.ST_SIZE], found.st_mtime_ns]
        except OSError:  # gone since it was listed
            numbers += [-1, -1]
    return tuple(numbers)


@lru_cache(maxsize=2)
def _opened_zip(path: Path, stamp: tuple[int, ...]) -> ZipFiles:
    """Kept open: its directory would else be read again for every recording in it."""
    return ZipFiles(path.name, path)
