"""Work that goes on while the page is drawn: one thread, its progress, its result."""

import threading
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")
Report = Callable[[float, str], None]
"""Called with the share done (0–1) and what is being done."""


class Background(Generic[T]):
    """Runs ``work`` once in a thread of its own.

    Args:
        work: gets a function to report progress with, returns the result.
        delay_s: wait so long before starting, unless somebody asks for the result earlier.
    """

    def __init__(self, work: Callable[[Report], T], delay_s: float = 0.0) -> None:
        self.share = 0.0
        self.doing = ""
        self._work = work
        self._delay_s = delay_s
        self._wanted = threading.Event()
        self._done = threading.Event()
        self._result: T | None = None
        self._error: BaseException | None = None
        threading.Thread(target=self._run, daemon=True).start()

    def _run(self) -> None:
        self._wanted.wait(self._delay_s)
        try:
            self._result = self._work(self._report)
        except BaseException as error:  # handed to whoever asks for the result
            self._error = error
        self._done.set()

    def _report(self, share: float, doing: str) -> None:
        self.share, self.doing = share, doing

    @property
    def failed(self) -> bool:
        """Whether the work ended with an error."""
        return self._done.is_set() and self._error is not None

    def wait(self, timeout_s: float | None = None) -> bool:
        """Ask for the result now; True once it is there."""
        self._wanted.set()
        return self._done.wait(timeout_s)

    def result(self) -> T:
        """The result; raises what the work raised."""
        self.wait()
        if self._error is not None:
            raise self._error
        return self._result  # type: ignore[return-value]
