"""Work for a pool, some of it fatal; in a module of its own, for worker processes to import."""

import os
import signal
import time
from pathlib import Path

from ptacl.errors import BadInput, PtaclError
from ptacl.parallel.worker import announce_file, report_step


def deed(item: int | str | Path) -> object:
    if isinstance(item, int):
        return item * item
    if isinstance(item, Path):
        return _die_once(item)
    announce_file(f"{item}.dat")
    if item == "die":
        os.kill(os.getpid(), signal.SIGKILL)
    if item == "leave":
        os._exit(7)
    if item == "sleep":
        time.sleep(60)
    if item == "swell":
        return len(bytearray(3 * 1024**3))
    if item == "swell unseen":
        return _swell_behind_another_error()
    if item == "large":
        return b"x" * 10_000_000
    if item == "unpicklable":
        return lambda: None
    if item == "full disk":
        raise OSError(28, "No space left on device")
    if item == "refuse":
        raise BadInput("a.dat", "it is empty", "export it again")
    if item == "pid":
        time.sleep(0.2)
        return os.getpid()
    if item == "steps":
        for _ in range(5):
            report_step()
        return "stepped"
    raise ValueError("Jane Doe, born 1950")


def _die_once(marker: Path) -> str:
    """Die at the first attempt, as one does whom the system kills for another's memory."""
    if not marker.exists():
        marker.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return "done at last"


def _swell_behind_another_error() -> int:
    try:
        return len(bytearray(3 * 1024**3))
    except Exception as error:
        raise PtaclError("The file is damaged.") from error
