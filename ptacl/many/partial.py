"""The side file of an unfinished table: a line for each row that is done.

First line: what the rows were made with. Then one JSON line a recording: its name, its stamp, its
row. A line cut short by a kill is dropped when the file is opened again.
"""

import json
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO

from ptacl.errors import PtaclError
from ptacl.io.listing import Listed
from ptacl.many.row import Row


class PartialTable:
    """Rows that outlive a kill; one process at a time may hold it.

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
            raise PtaclError(f"{place} cannot be written. Give another --out.") from error
        _lock(self._file, place)
        self._rows = self._restore(made_with)

    def __enter__(self) -> "PartialTable":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._file.close()

    def row(self, recording: Listed) -> Row | None:
        """The row of a recording that was done and has not changed since."""
        return self._rows.get((recording.name, recording.stamp))

    def add(self, recording: Listed, row: Row) -> None:
        """Keep a row."""
        self._rows[recording.name, recording.stamp] = row
        self._file.write(_line([recording.name, recording.stamp, row]))

    def remove(self) -> None:
        """The table is finished: no side file is needed."""
        self.place.unlink(missing_ok=True)

    def _restore(self, made_with: dict[str, Any]) -> dict[tuple[str, tuple[int, ...]], Row]:
        self._file.seek(0)
        content = self._file.read()
        head, *lines = content[: content.rfind(b"\n") + 1].splitlines(keepends=True) or [b""]
        first = _line(made_with)
        if head != first:
            self._file.truncate(0)
            self._file.write(first)
            return {}
        kept, rows = len(head), {}
        for line in lines:
            try:
                name, stamp, row = json.loads(line)
                rows[str(name), tuple(stamp)] = row
            except (ValueError, TypeError):  # what follows a damaged line is done again
                break
            kept += len(line)
        self._file.truncate(kept)
        return rows


def _line(value: dict[str, Any] | Iterable[Any]) -> bytes:
    return json.dumps(value, allow_nan=False).encode() + b"\n"


def _lock(file: BinaryIO, place: Path) -> None:
    try:
        import fcntl
    except ImportError:  # Windows has no such lock
        return
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        file.close()
        raise PtaclError(
            f"Another run writes {place.name} at this moment. Wait for it, or give another --out."
        ) from error
