"""Progress of background work; the page is not blocked, and run again when results arrive."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import streamlit as st

_POLL_S = 0.7
_REDRAWN_S = 3.0
"""A page that waits for several results shows those that are ready at most that often."""
_BEGAN = "_waiting_since"

Words = Callable[[float, int, float, float], tuple[float, str]]
"""(ready, count, ready since the wait began, seconds since then) → share done and text; a result
that is being made counts as a part of one."""


@dataclass(frozen=True, slots=True)
class _Wait:
    """What a page waits for."""

    wanted: tuple[str, ...]
    ready: int
    """Results that were known when the wait began."""
    began_s: float
    """`time.monotonic`."""


def show(
    name: str,
    wanted: Sequence[str],
    ready: Callable[[], int],
    request: Callable[[], None],
    words: Words,
    running: Callable[[], float] = float,
) -> None:
    """Show a progress bar and run the page again when results arrive; nothing if all are known.

    Args:
        name: of the kind of work on this page.
        wanted: names of the results.
        ready: returns how many of them are known, or have failed.
        request: requests all of them.
        words: returns share and text of the bar.
        running: returns the share done of the result that is being made.
    """
    names, known = tuple(dict.fromkeys(wanted)), ready()
    if known >= len(names):
        return
    waits: dict[str, _Wait] = st.session_state.setdefault(_BEGAN, {})
    now = time.monotonic()
    if name not in waits or waits[name].wanted != names:
        waits[name] = _Wait(names, known, now)
    _poll(waits[name], ready, request, words, running, (known, now))


@st.fragment(run_every=_POLL_S)
def _poll(
    wait: _Wait,
    ready: Callable[[], int],
    request: Callable[[], None],
    words: Words,
    running: Callable[[], float],
    drawn: tuple[int, float],
) -> None:
    """Poll; ``drawn`` is what the page shows, and since when."""
    count, known, now = len(wait.wanted), ready(), time.monotonic()
    if known >= count or (known > drawn[0] and now - drawn[1] > _REDRAWN_S):
        st.rerun()
    request()
    part = running()
    share, text = words(known + part, count, known + part - wait.ready, now - wait.began_s)
    st.progress(share, text)
