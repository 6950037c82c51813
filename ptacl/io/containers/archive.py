"""Files of a folder, a zip or an upload as mappings of names to bytes, with limits checked."""

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
    """Mapping of file names to contents that are read on demand, completely or in part.

    The base class has no type parameters, because a runtime type checker would unpack a file to
    check its type.
    """

    @abstractmethod
    def __getitem__(self, name: str) -> bytes:
        """Read a whole file."""

    @abstractmethod
    def __iter__(self) -> Iterator[str]:
        """Iterate over the file names."""

    @abstractmethod
    def head(self, name: str, size: int) -> bytes:
        """Read at most ``size`` bytes from the start of a file."""


class OneFile(StoredFiles):
    """A single file, optionally with its companion files."""

    def __init__(self, path: Path, *companions: Path) -> None:
        self._paths = {file.name: file for file in (path, *companions)}

    def __getitem__(self, name: str) -> bytes:
        return self._paths[name].read_bytes()

    def head(self, name: str, size: int) -> bytes:
        """Read at most ``size`` bytes from the start of a file."""
        return _head(self._paths[name], size)

    def __iter__(self) -> Iterator[str]:
        return iter(self._paths)

    def __len__(self) -> int:
        return len(self._paths)


class ChosenFiles(StoredFiles):
    """A subset of a mapping of files, read on demand."""

    def __init__(self, files: Mapping, names: Iterable[str]) -> None:
        self._files = files
        self._names = dict.fromkeys(names)

    def __getitem__(self, name: str) -> bytes:
        if name not in self._names:
            raise KeyError(name)
        return self._files[name]

    def head(self, name: str, size: int) -> bytes:
        """Read at most ``size`` bytes from the start of a file."""
        if name in self._names and isinstance(self._files, StoredFiles):
            return self._files.head(name, size)
        return self[name][:size]

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


class FolderFiles(StoredFiles):
    """The files of a folder at any depth, read on demand."""

    def __init__(self, folder: Path) -> None:
        paths = [subfolder / name for subfolder, names in folders_below(folder) for name in names]
        visible = sorted(path for path in paths if not is_hidden(path.name) and path.is_file())
        self._paths = {path.relative_to(folder).as_posix(): path for path in visible}
        _check_size(folder.name, [path.stat().st_size for path in self._paths.values()], MOST_BYTES)

    def __getitem__(self, name: str) -> bytes:
        return self._paths[name].read_bytes()

    def head(self, name: str, size: int) -> bytes:
        """Read at most ``size`` bytes from the start of a file."""
        return _head(self._paths[name], size)

    def __iter__(self) -> Iterator[str]:
        return iter(self._paths)

    def __len__(self) -> int:
        return len(self._paths)


class ZipFiles(StoredFiles):
    """The files of a zip, unpacked in memory on demand; nothing is written to disk.

    Args:
        where: name of the zip, for messages.
        content: content of the zip, or its path.
        most_bytes: maximum unpacked size.

    Raises:
        BadInput: unsafe names, a password, too many files, or too large an unpacked size.
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
        visible = (e for e in entries if not any(map(is_hidden, PurePosixPath(e.filename).parts)))
        self._entries = {entry.filename: entry for entry in visible}
        _check_size(where, [entry.file_size for entry in entries], most_bytes)
        # The start of a file is read twice: to recognise its format, then to parse its header.
        self._starts: dict[str, bytes] = {}

    def __getitem__(self, name: str) -> bytes:
        # Unpack no more than the checked size of the directory, which may be wrong.
        return self._unpacked(name, self.size(name))

    def head(self, name: str, size: int) -> bytes:
        """Read at most ``size`` bytes from the start of a file, without unpacking the rest."""
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
        except Exception as error:  # zlib and CRC errors: the zip is damaged
            raise self._damaged() from error

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)

    def size(self, name: str) -> int:
        """Return the unpacked size of a file according to the directory."""
        return self._entries[name].file_size

    def _damaged(self) -> BadInput:
        return BadInput(
            self._where, "the zip is damaged or cut short", "pack it again", code="file.damaged"
        )


def is_zip(content: bytes) -> bool:
    """Return whether content is a zip archive (an ``.npz`` is one too)."""
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
    # Other methods unpack whole blocks, even for a few bytes.
    if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise BadInput(
            where,
            "its compression method is not supported",
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
