"""One worker process of a pool: the handle in the parent, and the loop in the child.

Parent and child exchange messages over a pipe of their own. Nothing is shared between workers (no
queue, no lock), so a worker that is killed at any moment harms no other.
"""

import errno
import logging
import os
import pickle
import signal
import sys
import threading
import time
import traceback
import warnings
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from multiprocessing import (
    connection,
    current_process,
    get_context,
    parent_process,
    resource_tracker,
)
from types import ModuleType
from typing import Any, Literal

from ptacl.errors import PtaclError
from ptacl.parallel.threads import take_one_thread

_KILL_PATIENCE_S = 5.0
_ONE_GB = 1024**3
Cause = Literal["ended", "time", "memory", "error"]
Message = tuple[Literal["ready", "file", "step", "result"], Any]


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits on one item; None is no limit."""

    seconds: float | None = 120.0
    """Wall-clock time."""
    gb: float | None = 4.0
    """Memory for data of the worker process, in units of 1024³ bytes. Enforced on Linux only."""


@dataclass(frozen=True, slots=True)
class Failed:
    """An item without a result."""

    cause: Cause
    """``ended``: its process died; ``time``, ``memory``: a limit; ``error``: an exception."""
    event: str
    """What happened, as a predicate: "took longer than 120 s"."""
    file: str = ""
    """Name of the file in progress (`announce_file`), if any."""
    error: Exception | None = None
    """The exception, with the traceback of the worker as a note. Its text may quote the file."""

    @property
    def code(self) -> str:
        """Error code, from `ptacl.errors.ERROR_CODES`."""
        if self.cause == "error":
            return self.error.code if isinstance(self.error, PtaclError) else "internal.fault"
        codes = {"ended": "worker.ended", "time": "worker.timed_out", "memory": "worker.memory"}
        return codes[self.cause]


class Worker:
    """A worker process as its parent sees it.

    Args:
        work: a module-level function of one item.
        limits: of one item.
    """

    def __init__(self, work: Callable[[Any], Any], limits: Limits) -> None:
        # spawn, not fork: the caller may run threads (progress bars, a loaded model).
        context = get_context("spawn")
        self.pipe, child_end = context.Pipe()
        self.process = context.Process(target=serve, args=(child_end, work, limits), daemon=True)
        with _children_allowed(), _without_main(work), _ctrl_c_held_back():
            self.process.start()
        child_end.close()  # else the end of the process would not be noticed
        self.ready = False
        self.file = ""
        self.queued: deque[int] = deque()
        self._limits = limits
        self._started = time.monotonic()

    def send(self, index: int, item: Any) -> None:
        """Queue an item; ``index`` identifies its result."""
        with suppress(OSError):  # a dead process is noticed when its pipe is read
            self.pipe.send(item)
        if not self.queued:
            self._started = time.monotonic()
        self.queued.append(index)

    def finish(self) -> int:
        """Return the index of the item that has just been finished; the next one starts."""
        self._started = time.monotonic()
        self.file = ""
        return self.queued.popleft()

    def is_overdue(self) -> bool:
        """Return whether its item exceeds the time limit and no message of it is waiting."""
        limit_s = self._limits.seconds
        if limit_s is None or not self.queued:
            return False
        return time.monotonic() - self._started > limit_s and not self.pipe.poll()

    def overdue(self) -> Failed:
        """Return the failure of an overdue item."""
        return Failed("time", f"took longer than {self._limits.seconds:g} s", self.file)

    def ended(self) -> Failed:
        """Return the failure of the item during which the process ended."""
        self.process.join(_KILL_PATIENCE_S)
        code = self.process.exitcode or 0
        how = f"signal {-code}, {_signal_name(-code)}" if code < 0 else f"exit status {code}"
        return Failed("ended", f"ended its process ({how})", self.file)

    def kill(self) -> None:
        """Kill the process, also in the middle of an item."""
        self.process.kill()
        # Not for ever: a process that hangs in a dead network drive cannot be killed.
        self.process.join(_KILL_PATIENCE_S)
        self.pipe.close()


class _Reporter:
    """Where work that runs in this process reports to: the pipe of a worker, or a pool's caller."""

    send: Callable[[Message], None] | None = None


def announce_file(name: str) -> None:
    """Report which file is in progress, so that it can be named if the process dies of it.

    Args:
        name: without its folder; empty when the file is done.
    """
    if _Reporter.send is not None:
        _Reporter.send(("file", name))


def report_step() -> None:
    """Report a step of a long item, for a progress bar."""
    if _Reporter.send is not None:
        _Reporter.send(("step", None))


@contextmanager
def reporting_to(send: Callable[[Message], None] | None) -> Iterator[None]:
    """Send what the work in this process reports to a function."""
    previous, _Reporter.send = _Reporter.send, send
    try:
        yield
    finally:
        _Reporter.send = previous


def attempt(work: Callable[[Any], Any], item: Any, limits: Limits) -> Any:
    """Return the result of an item, or the failure if it raises."""
    try:
        return work(item)
    except Exception as error:
        if is_memory_error(error) and limits.gb is not None:
            return Failed("memory", f"needed more than {limits.gb:g} GB")
        event = f"failed ({type(error).__name__}), a fault of ptacl"
        return Failed("error", event, error=_picklable(error))


def is_memory_error(error: BaseException | None) -> bool:
    """Return whether an exception, or one that it wraps, means that memory ran out."""
    while error is not None:
        if isinstance(error, MemoryError) or getattr(error, "errno", None) == errno.ENOMEM:
            return True
        error = error.__cause__ or error.__context__
    return False


@contextmanager
def _ctrl_c_held_back() -> Iterator[None]:
    """Let a process that is started inherit that Ctrl-C is blocked: the parent decides.

    It would otherwise print a traceback where it is pressed before `serve` begins.
    """
    if os.name != "posix":
        yield
        return
    resource_tracker.ensure_running()  # it unblocks the signal when it is started
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def serve(pipe: connection.Connection, work: Callable[[Any], Any], limits: Limits) -> None:
    """Work on items until the other end of the pipe is closed (the main loop of a worker)."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides
    # Libraries quote what they find in a file, which may be a patient's name.
    warnings.simplefilter("ignore")
    logging.disable(logging.CRITICAL)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    take_one_thread()
    _limit_memory(limits.gb)
    with suppress(EOFError, OSError), reporting_to(pipe.send):
        pipe.send(("ready", None))
        while True:
            _send_result(pipe, attempt(work, pipe.recv(), limits))


def _send_result(pipe: connection.Connection, result: Any) -> None:
    try:
        pipe.send(("result", result))
    except (EOFError, OSError):
        raise
    except Exception as error:  # it cannot be pickled
        event = f"failed ({type(error).__name__}), a fault of ptacl"
        pipe.send(("result", Failed("error", event)))


def _picklable(error: Exception) -> Exception | None:
    """Return an exception that survives the way to the parent."""
    error.add_note("".join(traceback.format_exception(error)))
    try:
        pickle.loads(pickle.dumps(error))
    except Exception:  # the constructor of its class takes other arguments
        if isinstance(error, PtaclError):
            return PtaclError(str(error), code=error.code)
        return None
    return error


def _limit_memory(gb: float | None) -> None:
    if gb is None or sys.platform == "win32":
        return
    import resource

    hard = resource.getrlimit(resource.RLIMIT_DATA)[1]
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_DATA, (int(gb * _ONE_GB), hard))


def _end_with_parent() -> None:
    """End a worker that is busy when its parent is killed: it would not look at its pipe."""
    parent = parent_process()
    if parent is not None:
        connection.wait([parent.sentinel])
        os._exit(1)


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:  # a real-time signal
        return "unknown"


@contextmanager
def _without_main(work: Callable[[Any], Any]) -> Iterator[None]:
    """Keep the process that is started from running the caller's script, unless it has the work.

    A script without the ``__main__`` guard would start itself again and again.
    """
    main = sys.modules["__main__"]
    if work.__module__ == "__main__":
        yield
        return
    sys.modules["__main__"] = ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = main


_STARTING = threading.Lock()


@contextmanager
def _children_allowed() -> Iterator[None]:
    """Let a daemonic process (a Dask worker, by default) start children.

    The rule that forbids it is against orphans; these workers end with their parent.
    """
    config: dict[str, Any] = current_process()._config  # type: ignore[attr-defined]
    with _STARTING:
        daemonic = config.get("daemon")
        config["daemon"] = False
        try:
            yield
        finally:
            config["daemon"] = daemonic
