"""Listing of the ECG recordings in a folder or a zip."""

import stat
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from ptacl.errors import BadInput, PtaclError
from ptacl.io.cohort.uploads import HEAD_BYTES, RecordingFiles, gather, gather_zip, is_zip_of_files
from ptacl.io.containers.archive import ChosenFiles, ZipFiles
from ptacl.io.containers.folders import folders_below, is_hidden
from ptacl.io.ecg.read import MOST_ECG_BYTES, read_ecg, read_ecg_files
from ptacl.types import Ecg


@dataclass(frozen=True, slots=True)
class ListedRecording:
    """One recording on disk."""

    name: str
    """Path relative to the folder, with ``/``; for zip members, path of the zip and path in it."""
    path: Path
    """The file, or the zip."""
    stamp: tuple[int, ...]
    """Size and modification time of each of its files; identifies the version of the recording."""
    entries: tuple[str, ...] = ()
    """Its members of the zip, the main file first; empty if it is not in a zip."""

    def read(
        self,
        sample_rate_hz: float | None = None,
        unit: str | None = None,
        *,
        any_leads: bool = False,
    ) -> Ecg:
        """Read the recording.

        Args:
            sample_rate_hz: see `read_ecg`.
            unit: see `read_ecg`.
            any_leads: see `read_ecg`.

        Raises:
            BadInput: see `read_ecg`.
        """
        if not self.entries:
            return read_ecg(
                self.path, sample_rate_hz=sample_rate_hz, unit=unit, any_leads=any_leads
            )
        archive = _opened_zip(self.path, self.stamp)
        if sum(archive.size(entry) for entry in self.entries) > MOST_ECG_BYTES:
            raise BadInput(
                self.entries[0],
                "it is too large for an ECG",
                "give one ECG file",
                code="file.too_large",
            )
        return read_ecg_files(
            ChosenFiles(archive, self.entries),
            sample_rate_hz=sample_rate_hz,
            unit=unit,
            any_leads=any_leads,
        )


def list_recordings(source: Path, skip: Collection[Path] = ()) -> list[ListedRecording]:
    """List all recordings of a folder, a zip or a single file, sorted by name.

    Every file counts as a recording unless it is a companion of another one (the ``.dat`` of a WFDB
    header). A zip of several recordings is listed by its recordings. Hidden files are ignored.

    Args:
        source: a folder, searched recursively; a zip; or one file.
        skip: files to ignore.

    Raises:
        PtaclError: the source does not exist or contains no file.
    """
    if not source.is_dir():
        listing = _list_single(source)
    else:
        paths = {_relative(path, source): path for path in _files(source, skip)}
        recordings = gather(paths, lambda name: _head(paths[name]))
        listing = [item for recording in recordings for item in _list(recording, paths)]
    if not listing:
        raise PtaclError(
            f"{source} contains no file. Give a folder with ECG files.", code="cohort.nothing_found"
        )
    return sorted(listing, key=lambda item: item.name)


def _list_single(source: Path) -> list[ListedRecording]:
    if not source.is_file():
        raise BadInput(
            source, "there is no such file or folder", "check the path", code="file.not_found"
        )
    return _list(RecordingFiles(source.name), {source.name: source})


def _files(folder: Path, skip: Collection[Path]) -> Iterator[Path]:
    skipped = {path.resolve() for path in skip}
    for subfolder, names in folders_below(folder):
        for name in names:
            path = subfolder / name
            # Reading a pipe or a device would block.
            if not is_hidden(name) and path.is_file() and path.resolve() not in skipped:
                yield path


def _relative(path: Path, folder: Path) -> str:
    return path.relative_to(folder).as_posix()


def _head(path: Path) -> bytes:
    try:
        with path.open("rb") as stream:
            return stream.read(HEAD_BYTES)
    except OSError:  # reported when the recording is read
        return b""


def _list(recording: RecordingFiles, paths: dict[str, Path]) -> list[ListedRecording]:
    path = paths[recording.name]
    stamp = _stamp([path, *(paths[name] for name in recording.companions)])
    members = _zip_entries(path, stamp)
    if not members:
        return [ListedRecording(recording.name, path, stamp)]
    return [
        ListedRecording(
            f"{recording.name}/{member.name}", path, stamp, (member.name, *member.companions)
        )
        for member in members
    ]


def _zip_entries(path: Path, stamp: tuple[int, ...]) -> tuple[RecordingFiles, ...]:
    if not is_zip_of_files(_head(path)):
        return ()
    try:
        return gather_zip(_opened_zip(path, stamp))
    except PtaclError:  # reported when the recording is read
        return ()


def _stamp(paths: list[Path]) -> tuple[int, ...]:
    numbers: list[int] = []
    for path in paths:
        try:
            status = path.stat()
            numbers += [status[stat.ST_SIZE], status.st_mtime_ns]
        except OSError:  # deleted since it was listed
            numbers += [-1, -1]
    return tuple(numbers)


@lru_cache(maxsize=2)
def _opened_zip(path: Path, stamp: tuple[int, ...]) -> ZipFiles:
    """Open a zip and keep it open, so that its directory is read once for all its recordings."""
    return ZipFiles(path.name, path)
