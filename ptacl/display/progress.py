"""Progress of long work, on standard error."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial

from tqdm import tqdm


@contextmanager
def progress_bar(unit: str, *, shown: bool = True) -> Iterator[Callable[..., None]]:
    """Show a bar and yield its callback (done, in all, figures to show).

    Args:
        unit: name of a step.
        shown: False shows nothing.
    """
    with tqdm(unit=unit, smoothing=0.05, delay=0.3, disable=not shown) as bar:
        yield partial(_move, bar)


def print_message(message: str) -> None:
    """Print a message about progress."""
    print(message, file=sys.stderr)


def _move(bar: tqdm, done: int, total: int, figures: dict[str, float] | None = None) -> None:
    if bar.total is None:
        # The steps of an earlier run do not count for the estimate of the time left.
        bar.initial = bar.n = done
    bar.total = total
    if figures:
        bar.set_postfix({key: f"{value:.3f}" for key, value in figures.items()}, refresh=False)
    if done > bar.n:
        bar.update(done - bar.n)
