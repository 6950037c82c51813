"""Work spread over processes, any of which may die: its item is lost, all others are done.

`concurrent.futures` gives up everything that waits when one process dies ("a broken pool"), and
cannot tell which item killed it. Here each process holds its own short queue, so that the item
at its head is the one it died of.
"""

import logging
import signal
import time
import warnings
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass
from multiprocessing import connection, get_context
from typing import Any, Generic, TypeVar

from ptacl.errors import PtaclError
from ptacl.parallel.pool import take_one_thread

Item = TypeVar("Item")
Result = TypeVar("Result")

AHEAD = 2
"""Items a process holds: the one at work, and the next, so that it never waits for us."""
TIME_LIMIT_S = 60.0
MEMORY_LIMIT_BYTES = 2 * 1024**3
"""Of data in one process (where the system can limit it): then its item fails, not the machine."""
_READY = "ready"
_WAIT_S = 0.5


@dataclass(frozen=True, slots=True)
class Lost:
    """An item that has no result."""

    reason: str
    """Plain sentences, for the person."""
    code: str
    """Of the error, from `ptacl.errors.ERROR_CODES`."""


class Crew(AbstractContextManager["Crew[Item, Result]"], Generic[Item, Result]):
    """Processes that do one kind of work; start them early, they import while others do.

    Args:
        work: a module-level function of one item; what it raises loses the item.
        processes: how many.
        time_limit_s: an item that takes longer is lost, and its process ended.

    Example:
        >>> with Crew(abs, 2) as crew:  # doctest: +SKIP
        ...     dict(crew.map([-1, -2]))
        {0: 1, 1: 2}
    """

    def __init__(
        self,
        work: Callable[[Item], Result],
        processes: int,
        *,
        time_limit_s: float = TIME_LIMIT_S,
    ) -> None:
        self._work = work
        self._time_limit_s = time_limit_s
        self._stillborn = 0
        self._hands = [_Hand(work) for _ in range(max(processes, 1))]

    def __exit__(self, *how: object) -> None:
        for hand in self._hands:
            hand.end()

    def map(self, items: Sequence[Item]) -> Iterator[tuple[int, Result | Lost]]:
        """Number of each item and its result, in the order in which they are finished.

        Raises:
            PtaclError: the processes die before they begin.
        """
        waiting = deque(range(len(items)))
        while waiting or any(hand.held for hand in self._hands):
            for hand in self._hands:
                hand.fill(waiting, items)
            arrived = connection.wait([hand.pipe for hand in self._hands], _WAIT_S)
            for place, hand in enumerate(self._hands):
                if hand.pipe in arrived:
                    yield from self._take(place, waiting)
                elif hand.is_overdue(self._time_limit_s):
                    reason = f"Reading it took longer than {self._time_limit_s:.0f} seconds."
                    yield from self._replace(place, waiting, Lost(reason, "worker.timed_out"))

    def _take(self, place: int, waiting: deque[int]) -> Iterator[tuple[int, Result | Lost]]:
        hand = self._hands[place]
        try:
            message = hand.pipe.recv()
        except (EOFError, OSError):
            self._stillborn += not hand.ready
            if self._stillborn > 2 * len(self._hands):
                raise PtaclError(
                    "The processes that read files end as soon as they start. Free some memory, "
                    "or ask for fewer with --workers.",
                    code="worker.ended",
                ) from None
            yield from self._replace(place, waiting, Lost(hand.how_it_ended(), "worker.ended"))
            return
        if message == _READY:
            hand.ready = True
        else:
            yield hand.finished(), message

    def _replace(
        self, place: int, waiting: deque[int], lost: Lost
    ) -> Iterator[tuple[int, Result | Lost]]:
        hand = self._hands[place]
        hand.end()
        self._hands[place] = _Hand(self._work)
        waiting.extendleft(reversed(list(hand.held)[1:]))
        if hand.held:
            yield hand.held[0], lost


class _Hand:
    """One process, our end of its pipe, and the numbers of the items it holds."""

    def __init__(self, work: Callable[[Any], Any]) -> None:
        # spawn, not fork: the caller may hold threads (progress bars, a warmed model).
        context = get_context("spawn")
        self.pipe, theirs = context.Pipe()
        self.process = context.Process(target=_serve, args=(theirs, work), daemon=True)
        self.process.start()
        theirs.close()  # else its end would not be noticed
        self.ready = False
        self.held: deque[int] = deque()
        self._since = time.monotonic()

    def fill(self, waiting: deque[int], items: Sequence[Any]) -> None:
        """Take items from the front of the queue, as many as it may hold."""
        while self.ready and waiting and len(self.held) < AHEAD:
            with suppress(OSError):  # it died: the pipe says so when it is read
                self.pipe.send(items[waiting[0]])
            if not self.held:
                self._since = time.monotonic()
            self.held.append(waiting.popleft())

    def finished(self) -> int:
        """Number of the item whose result has just come; the next one begins."""
        self._since = time.monotonic()
        return self.held.popleft()

    def is_overdue(self, limit_s: float) -> bool:
        """Whether its item takes too long, and no result of it lies in the pipe."""
        late = bool(self.held) and time.monotonic() - self._since > limit_s
        return late and not self.pipe.poll()

    def how_it_ended(self) -> str:
        """The reason of the item that it died of, for the person."""
        self.process.join(5)
        code = self.process.exitcode or 0
        how = f"signal {signal.Signals(-code).name}" if code < 0 else f"exit status {code}"
        return f"Reading it ended the process ({how}). Export it again."

    def end(self) -> None:
        """Kill the process, whatever it does."""
        self.process.kill()
        self.process.join()
        self.pipe.close()


def _serve(pipe: Any, work: Callable[[Any], Any]) -> None:
    """The life of a process: it ends when nobody holds the other end of its pipe."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides
    # Libraries quote what they find in a file, which may be a patient's name.
    warnings.simplefilter("ignore")
    logging.disable(logging.CRITICAL)
    take_one_thread()
    _limit_memory()
    with suppress(EOFError, OSError):
        pipe.send(_READY)
        while True:
            item = pipe.recv()
            pipe.send(_done(work, item))


def _done(work: Callable[[Any], Any], item: Any) -> Any:
    try:
        return work(item)
    except MemoryError:
        return Lost("Reading it takes more memory than one process may use.", "worker.memory")
    except Exception as error:  # a fault of ours must not cost the other files
        reason = f"PTACL failed while reading it ({type(error).__name__})."
        return Lost(reason, "internal.fault")


def _limit_memory() -> None:
    try:
        import resource
    except ImportError:  # Windows
        return
    hard = resource.getrlimit(resource.RLIMIT_DATA)[1]
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_DATA, (MEMORY_LIMIT_BYTES, hard))
