"""File with the finished rows of an incomplete table, to resume a killed run.

The first line holds the settings; each further line is a recording as JSON: name, stamp, row. A
line that a kill cut short is removed when the file is opened again.
"""

import json
from collections.abc import Iterable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, BinaryIO

from ptacl.errors import PtaclError
from ptacl.inference.table import Row
from ptacl.io.cohort.recordings import ListedRecording
from ptacl.parallel.lock import hold

_Span = tuple[int, int]
"""Offset and length of a line in bytes."""


class PartialTable(AbstractContextManager["PartialTable"]):
    """Rows that survive a kill, on disk only; one process at a time can open the file.

    Args:
        path: the file; created if absent.
        made_with: settings; rows that were made with others are removed.

    Raises:
        PtaclError: another process has it open, or it cannot be written.
    """

    def __init__(self, path: Path, made_with: dict[str, Any]) -> None:
        self.path = path
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._file: BinaryIO = path.open("a+b", buffering=0)
        except OSError as error:
            raise PtaclError(
                f"{path} cannot be written. Give another --out.", code="output.not_writable"
            ) from error
        if not hold(self._file.fileno()):
            self._file.close()
            raise PtaclError(
                f"Another run is writing {path.name}. Wait for it, or give another --out.",
                code="output.locked",
            )
        self._spans = self._restore(made_with)

    def __exit__(self, *how: object) -> None:
        self._file.close()

    def __contains__(self, recording: ListedRecording) -> bool:
        """Return whether the row of a recording is finished and its file unchanged since."""
        return (recording.name, recording.stamp) in self._spans

    def row(self, recording: ListedRecording) -> Row:
        """Return the row of a finished recording."""
        start, length = self._spans[recording.name, recording.stamp]
        self._file.seek(start)
        return json.loads(self._file.read(length))[2]

    def add(self, recording: ListedRecording, row: Row) -> None:
        """Append a row."""
        line = _line([recording.name, recording.stamp, row])
        try:
            written = self._file.write(line)  # one call, at the end of the file
        except OSError:
            written = 0
        if written != len(line):
            raise PtaclError(
                f"{self.path.name} cannot be written any more: is the disk full? Run the same "
                "command again to resume from here.",
                code="output.not_writable",
            )
        start = self._file.tell() - len(line)
        self._spans[recording.name, recording.stamp] = start, len(line)

    def remove(self) -> None:
        """Delete the file, when the table is complete."""
        self.path.unlink(missing_ok=True)

    def _restore(self, made_with: dict[str, Any]) -> dict[tuple[str, tuple[int, ...]], _Span]:
        """Return the spans of the complete rows; truncate the file after the last of them."""
        first = _line(made_with)
        self._file.seek(0)
        if self._file.read(len(first)) != first:
            self._file.truncate(0)
            self._file.write(first)
            return {}
        end, spans = len(first), {}
        with self.path.open("rb") as lines:
            lines.seek(end)
            for line in lines:
                try:
                    name, stamp, _ = json.loads(line)
                    whole = line.endswith(b"\n")
                except (ValueError, TypeError):
                    whole = False
                if not whole:  # rows after a damaged line are made again
                    break
                spans[str(name), tuple(stamp)] = end, len(line)
                end += len(line)
        self._file.truncate(end)
        return spans


def _line(value: dict[str, Any] | Iterable[Any]) -> bytes:
    return json.dumps(value, allow_nan=False).encode() + b"\n"
