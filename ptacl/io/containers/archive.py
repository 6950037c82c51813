"""The files of a folder, a zip or an upload as name → bytes, with names and sizes checked."""

import io
import zipfile
from abc import abstractmethod
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path, PurePosixPath

from ptacl.errors import BadInput
from ptacl.io.containers.folders import folders_below, is_hidden

MOST_FILES = 20_000
MOST_BYTES = 2 * 1024**3
"""A whole short-axis stack of 512 × 512 × 15 × 50 pixels takes 0.4 GB."""

_START_BYTES, _MOST_STARTS = 8192, 1024


class StoredFiles(Mapping):
    """Files that lie somewhere, each read when asked for, whole or its first bytes alone.

    A mapping of names to bytes; not said to be so, because whoever checks types while a program
    runs would unpack a file to see that it is bytes.
    """

    @abstractmethod
    def __getitem__(self, name: str) -> bytes:
        """The whole file."""

    @abstractmethod
    def __iter__(self) -> Iterator[str]:
        """Their names."""

    @abstractmethod
    def head(self, name: str, size: int) -> bytes:
        """The first bytes of a file, at most ``size``."""


class OneFile(StoredFiles):
    """A file alone, or with those beside it that it needs."""

    def __init__(self, path: Path, *beside: Path) -> None:
        self._paths = {one.name: one for one in (path, *beside)}

    def __getitem__(self, name: str) -> bytes:
        return self._paths[name].read_bytes()

    def head(self, name: str, size: int) -> bytes:
        """The first bytes of a file, at most ``size``."""
        return _head(self._paths[name], size)

    def __iter__(self) -> Iterator[str]:
        return iter(self._paths)

    def __len__(self) -> int:
        return len(self._paths)


class ChosenFiles(StoredFiles):
    """Some files of a larger mapping, each read when asked for."""

    def __init__(self, files: Mapping, names: Iterable[str]) -> None:
        self._files = files
        self._names = dict.fromkeys(names)

    def __getitem__(self, name: str) -> bytes:
        if name not in self._names:
            raise KeyError(name)
        return self._files[name]

    def head(self, name: str, size: int) -> bytes:
        """The first bytes of a file, at most ``size``."""
        if name in self._names and isinstance(self._files, StoredFiles):
            return self._files.head(name, size)
        return self[name][:size]

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


class FolderFiles(StoredFiles):
    """The files under a folder, each read when asked for."""

    def __init__(self, folder: Path) -> None:
        paths = [place / name for place, names in folders_below(folder) for name in names]
        kept = sorted(path for path in paths if not is_hidden(path.name) and path.is_file())
        self._paths = {path.relative_to(folder).as_posix(): path for path in kept}
        _check_size(folder.name, [path.stat().st_size for path in self._paths.values()], MOST_BYTES)

    def __getitem__(self, name: str) -> bytes:
        return self._paths[name].read_bytes()

    def head(self, name: str, size: int) -> bytes:
        """The first bytes of a file, at most ``size``."""
        return _head(self._paths[name], size)

    def __iter__(self) -> Iterator[str]:
        return iter(self._paths)

    def __len__(self) -> int:
        return len(self._paths)


class ZipFiles(StoredFiles):
    """The files of a zip, each unpacked in memory when asked for; nothing is written to disk.

    Args:
        where: name of the zip, for messages.
        content: the zip itself, or its path.
        most_bytes: as much as it may unpack to.

    Raises:
        BadInput: unsafe names, a password, too many files, or more bytes than allowed.
    """

    def __init__(self, where: str, content: bytes | Path, most_bytes: int = MOST_BYTES) -> None:
        self._where = where
        try:
            self._zip = zipfile.ZipFile(
                io.BytesIO(content) if isinstance(content, bytes) else content
            )
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
            raise self._damaged() from error
        entries = [entry for entry in self._zip.infolist() if not entry.is_dir()]
        for entry in entries:
            _check_name(where, entry)
        kept = (e for e in entries if not any(map(is_hidden, PurePosixPath(e.filename).parts)))
        self._entries = {entry.filename: entry for entry in kept}
        _check_size(where, [entry.file_size for entry in entries], most_bytes)
        # A file is first asked what it is, then what it says.
        self._starts: dict[str, bytes] = {}

    def __getitem__(self, name: str) -> bytes:
        # No more than was claimed, and judged, is unpacked: a claim may be a lie.
        return self._unpacked(name, self.size(name))

    def head(self, name: str, size: int) -> bytes:
        """The first bytes of a file, at most ``size``; no more than these is unpacked."""
        if size > _START_BYTES:
            return self._unpacked(name, size)
        if name not in self._starts:
            if len(self._starts) == _MOST_STARTS:
                self._starts.clear()
            self._starts[name] = self._unpacked(name, _START_BYTES)
        return self._starts[name][:size]

    def _unpacked(self, name: str, size: int) -> bytes:
        entry = self._entries[name]
        try:
            with self._zip.open(entry) as stream:
                return stream.read(size)
        except MemoryError:
            raise
        except Exception as error:  # zlib, CRC: all mean the same here
            raise self._damaged() from error

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)

    def size(self, name: str) -> int:
        """How many bytes a file claims to unpack to."""
        return self._entries[name].file_size

    def _damaged(self) -> BadInput:
        return BadInput(
            self._where, "the zip is damaged or cut short", "pack it again", code="file.damaged"
        )


def is_zip(content: bytes) -> bool:
    """Whether content is a zip archive (an ``.npz`` is one too)."""
    return content[:4] in (b"PK\x03\x04", b"PK\x05\x06")


def _head(path: Path, size: int) -> bytes:
    with path.open("rb") as stream:
        return stream.read(size)


def _check_name(where: str, entry: zipfile.ZipInfo) -> None:
    name = entry.filename
    parts = PurePosixPath(name).parts
    if not parts or ".." in parts or name.startswith("/") or "\\" in name or ":" in parts[0]:
        raise BadInput(
            where,
            "it holds a file name that leads out of the zip",
            "pack it again",
            code="zip.unsafe_name",
        )
    if entry.flag_bits & 1:
        raise BadInput(
            where,
            "it is locked with a password",
            "unlock it and pack it again",
            code="zip.password",
        )
    # The other methods unpack whole blocks, however few bytes are asked for.
    if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise BadInput(
            where,
            "it is packed in a rare way",
            "pack it again as a plain zip",
            code="file.compression",
        )


def _check_size(where: str, sizes: list[int], most_bytes: int) -> None:
    if len(sizes) > MOST_FILES:
        raise BadInput(
            where,
            f"it holds {len(sizes):,} files",
            "give one recording at a time",
            code="file.too_large",
        )
    if sum(sizes) > most_bytes:
        raise BadInput(
            where,
            f"it holds {sum(sizes) / 1e6:,.0f} MB, more than {most_bytes / 1e6:,.0f} MB",
            "give one recording at a time",
            code="file.too_large",
        )
