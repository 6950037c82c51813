"""Background work of a page: one thread with progress and a result."""

import threading
import time
from collections.abc import Callable
from typing import Generic, TypeVar, cast

T = TypeVar("T")
Report = Callable[[float, str], None]
"""Called with the share done (0–1) and the name of the step."""


class Background(Generic[T]):
    """Run of ``work``, once, in a thread of its own.

    Args:
        work: takes a function that reports progress, returns the result.
        delay_s: delay of the start, cut short by a request for the result.
    """

    def __init__(self, work: Callable[[Report], T], delay_s: float = 0.0) -> None:
        self.share = 0.0
        self.doing = ""
        self._work = work
        self._delay_s = delay_s
        self._wanted = threading.Event()
        self._done = threading.Event()
        self._began_s = time.monotonic()
        self._result: T | None = None
        self._error: BaseException | None = None
        threading.Thread(target=self._run, daemon=True).start()

    def _run(self) -> None:
        self._wanted.wait(self._delay_s)
        try:
            self._result = self._work(self._report)
        except BaseException as error:  # raised again by `result`
            self._error = error
        self._done.set()

    def _report(self, share: float, doing: str) -> None:
        if not self.doing:
            self._began_s = time.monotonic()
        self.share, self.doing = share, doing

    def seconds(self) -> float:
        """Return the seconds since the first report of progress, or since the start."""
        return time.monotonic() - self._began_s

    @property
    def failed(self) -> bool:
        """Whether the work ended with an error."""
        return self._done.is_set() and self._error is not None

    def wait(self, timeout_s: float | None = None) -> bool:
        """Request the result; return whether it is available within the timeout."""
        self._wanted.set()
        return self._done.wait(timeout_s)

    def result(self) -> T:
        """Return the result, or raise the error of the work."""
        self.wait()
        if self._error is not None:
            raise self._error
        return cast(T, self._result)
