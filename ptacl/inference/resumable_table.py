"""The side file of an unfinished table: a line for each row that is done.

First line: what the rows were made with. Then one JSON line a recording: its name, its stamp, its
row. A line cut short by a kill is dropped when the file is opened again.
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

_Place = tuple[int, int]
"""Where a line begins, and its length in bytes."""


class PartialTable(AbstractContextManager["PartialTable"]):
    """Rows that outlive a kill; one process at a time may hold it, and none of them in memory.

    Args:
        place: the side file; made where there is none.
        made_with: rows made with anything else are dropped.

    Raises:
        PtaclError: another process holds it, or it cannot be written.
    """

    def __init__(self, place: Path, made_with: dict[str, Any]) -> None:
        self.place = place
        try:
            place.parent.mkdir(parents=True, exist_ok=True)
            self._file: BinaryIO = place.open("a+b", buffering=0)
        except OSError as error:
            raise PtaclError(
                f"{place} cannot be written. Give another --out.", code="output.not_writable"
            ) from error
        if not hold(self._file.fileno()):
            self._file.close()
            raise PtaclError(
                f"Another run writes {place.name} at this moment. Wait for it, or give another "
                "--out.",
                code="output.locked",
            )
        self._places = self._restore(made_with)

    def __exit__(self, *how: object) -> None:
        self._file.close()

    def __contains__(self, recording: ListedRecording) -> bool:
        """Whether a recording was done and has not changed since."""
        return (recording.name, recording.stamp) in self._places

    def row(self, recording: ListedRecording) -> Row:
        """The row of a recording that was done."""
        start, length = self._places[recording.name, recording.stamp]
        self._file.seek(start)
        return json.loads(self._file.read(length))[2]

    def add(self, recording: ListedRecording, row: Row) -> None:
        """Keep a row."""
        line = _line([recording.name, recording.stamp, row])
        try:
            written = self._file.write(line)  # one call, at the end of the file
        except OSError:
            written = 0
        if written != len(line):
            raise PtaclError(
                f"{self.place.name} cannot be written any more: is the disk full? The same command "
                "goes on from here.",
                code="output.not_writable",
            )
        start = self._file.tell() - len(line)
        self._places[recording.name, recording.stamp] = start, len(line)

    def remove(self) -> None:
        """The table is finished: no side file is needed."""
        self.place.unlink(missing_ok=True)

    def _restore(self, made_with: dict[str, Any]) -> dict[tuple[str, tuple[int, ...]], _Place]:
        """The places of the rows that are whole; the file is cut after the last of them."""
        first = _line(made_with)
        self._file.seek(0)
        if self._file.read(len(first)) != first:
            self._file.truncate(0)
            self._file.write(first)
            return {}
        end, places = len(first), {}
        with self.place.open("rb") as lines:
            lines.seek(end)
            for line in lines:
                try:
                    name, stamp, _ = json.loads(line)
                    whole = line.endswith(b"\n")
                except (ValueError, TypeError):
                    whole = False
                if not whole:  # what follows a damaged line is done again
                    break
                places[str(name), tuple(stamp)] = end, len(line)
                end += len(line)
        self._file.truncate(end)
        return places


def _line(value: dict[str, Any] | Iterable[Any]) -> bytes:
    return json.dumps(value, allow_nan=False).encode() + b"\n"
