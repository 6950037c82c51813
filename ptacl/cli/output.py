"""Output of commands: results to standard output, progress to standard error."""

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Annotated, Any

from tqdm import tqdm
from tyro.conf import Positional, arg

Folder = Positional[Path]
AsJson = Annotated[bool, arg(name="json")]


def finish(as_json: bool, result: dict[str, Any]) -> int:
    """Print a result as JSON or as lines of text and return the exit status 0.

    Args:
        as_json: print one JSON object.
        result: plain JSON values.
    """
    if as_json:
        print(json.dumps(result))
        return 0
    for key, value in result.items():
        rows = value if isinstance(value, list) else [value]
        for row in rows:
            text = ", ".join(map(str, row.values())) if isinstance(row, dict) else row
            print(f"{key}: {text}")
    return 0


def say(message: str) -> None:
    """Print a message about progress."""
    print(message, file=sys.stderr)


@contextmanager
def progress_bar(unit: str, *, shown: bool = True) -> Iterator[Callable[..., None]]:
    """Show a bar on standard error and yield its callback (done, in all, figures to show).

    Args:
        unit: name of a step.
        shown: False shows nothing.
    """
    with tqdm(unit=unit, smoothing=0.05, delay=0.3, disable=not shown) as bar:
        yield partial(_move, bar)


def _move(bar: tqdm, done: int, total: int, figures: dict[str, float] | None = None) -> None:
    if bar.total is None:
        # The steps of an earlier run do not count for the estimate of the time left.
        bar.initial = bar.n = done
    bar.total = total
    if figures:
        bar.set_postfix({key: f"{value:.3f}" for key, value in figures.items()}, refresh=False)
    if done > bar.n:
        bar.update(done - bar.n)
