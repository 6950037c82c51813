"""Uploaded files as a mapping of names to bytes, held once."""

from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import PurePosixPath

from ptacl.errors import PtaclError
from ptacl.io.containers.archive import StoredFiles
from ptacl.io.containers.folders import is_hidden


class MemoryFiles(StoredFiles):
    """Files in memory by their paths; a path that occurs twice is numbered.

    Args:
        files: paths, with ``/`` between folders, and contents.

    Raises:
        PtaclError: there is no file but hidden ones.

    Example:
        >>> files = MemoryFiles([("study/1.dcm", b"a"), ("study/2.dcm", b"b")])
        >>> files.title, list(files), files.head("study/2.dcm", 10)
        ('study', ['study/1.dcm', 'study/2.dcm'], b'b')
    """

    def __init__(self, files: Iterable[tuple[str, bytes]]) -> None:
        self._contents: dict[str, bytes] = {}
        seen: Counter[str] = Counter()
        for name, content in files:
            parts = PurePosixPath(name.replace("\\", "/")).parts
            if any(map(is_hidden, parts)):
                continue
            seen[name] += 1
            # A folder of its own, so that the name itself, which may tell the phase, stays.
            unique = name if seen[name] == 1 else f"{seen[name]}/{name}"
            self._contents[unique.lstrip("/")] = content
        if not self._contents:
            raise PtaclError("The upload holds no file.", code="upload.empty")

    def __getitem__(self, name: str) -> bytes:
        return self._contents[name]

    def head(self, name: str, size: int) -> bytes:
        """Read at most ``size`` bytes from the start of a file."""
        return self._contents[name][:size]

    def __iter__(self) -> Iterator[str]:
        return iter(self._contents)

    def __len__(self) -> int:
        return len(self._contents)

    @property
    def title(self) -> str:
        """Name of the only file, or of the folder that holds all, else of the first file."""
        paths = [PurePosixPath(name) for name in self._contents]
        if len(paths) == 1:
            return paths[0].name
        folders = {path.parts[0] for path in paths if len(path.parts) > 1}
        if len(folders) == 1 and all(len(path.parts) > 1 for path in paths):
            return folders.pop()
        return f"{paths[0].name} and {len(paths) - 1} more"
