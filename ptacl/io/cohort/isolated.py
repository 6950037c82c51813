"""Reading of uploads in a process with limits: no file of a stranger is parsed by the server.

What a reader needs of memory and time is bounded by the process, whatever the file holds; the
server itself only keeps bytes, and takes records back.
"""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, TypeVar, cast

from ptacl.io.cine.read import CineSlices, read_usable_slices
from ptacl.io.cohort.uploads import (
    HEAD_BYTES,
    UploadedNames,
    chosen_files,
    recordings_in,
)
from ptacl.io.containers.memory import MemoryFiles
from ptacl.io.ecg.read import read_ecg_files
from ptacl.parallel.warm import WarmWorkers
from ptacl.parallel.worker import Limits
from ptacl.types import Ecg

LIMITS = Limits(seconds=60.0, gb=3.0)
"""Of one upload. The largest stack of cines that the app takes (200 MB) needs a third of either."""
MOST_PROCESSES = 2
_T = TypeVar("_T")


def call(reading: Callable[[], _T]) -> _T:
    """Return what a function of no argument returns (the work of the processes)."""
    return reading()


class IsolatedReader:
    """The readers of the app, each call in a process that is reused.

    Args:
        limits: time and memory of one upload.
    """

    def __init__(self, limits: Limits = LIMITS) -> None:
        self._workers: WarmWorkers[Callable[[], Any], Any] = WarmWorkers(
            call, limits, MOST_PROCESSES
        )

    def start(self) -> None:
        """Start a process ahead of the first upload."""
        self._workers.start()

    def close(self) -> None:
        """End the processes that wait for uploads."""
        self._workers.close()

    def read_ecg(
        self,
        files: Mapping[str, bytes],
        *,
        sample_rate_hz: float | None = None,
        unit: str | None = None,
        any_leads: bool = False,
    ) -> Ecg:
        """Read an upload as `read_ecg_files` does.

        Args:
            files: name → content.
            sample_rate_hz: for files without one.
            unit: ``mV``, ``uV`` or ``V``, for files without one.
            any_leads: whether one lead is enough.

        Raises:
            PtaclError: as for `read_ecg_files`, or the file exceeds a limit (``worker.…``).
        """
        reading = partial(
            read_ecg_files,
            dict(files),
            sample_rate_hz=sample_rate_hz,
            unit=unit,
            any_leads=any_leads,
        )
        return cast(Ecg, self._workers.call(reading))

    def read_cine(self, files: MemoryFiles, rr_ms: float | None = None) -> CineSlices:
        """Read an uploaded cine as `read_usable_slices` does.

        Args:
            files: of one cine.
            rr_ms: R–R interval that the person stated.

        Raises:
            PtaclError: as for `read_usable_slices`, or the files exceed a limit (``worker.…``).
        """
        reading = partial(read_usable_slices, files, rr_ms=rr_ms)
        return cast(CineSlices, self._workers.call(reading))

    def separate(self, files: Mapping[str, bytes]) -> dict[str, Mapping[str, bytes]]:
        """Split an upload of many files into recordings, as `ptacl.io.cohort.uploads.separate`.

        Args:
            files: name → content.

        Raises:
            PtaclError: the files exceed a limit (``worker.…``).
        """
        parts = {
            name: content if content[:2] == b"PK" else content[:HEAD_BYTES]
            for name, content in files.items()
        }
        names = self._workers.call(partial(recordings_in, parts))
        return chosen_files(files, cast(dict[str, UploadedNames], names))
