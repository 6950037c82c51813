"""Progress of a gallery whose hearts are still being rebuilt, and what waits for all of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from ..session import galleries
from ..text.progress_steps import time_left

if TYPE_CHECKING:
    from ptacl.gallery import Gallery

_POLL_S = 1.0
_EARLY = 0.05
"""Share from which the time left can be estimated."""


def show(opened: Gallery) -> None:
    """Show the progress in the sidebar; nothing where all hearts are there."""
    if not opened.complete:
        with st.sidebar.container(key="rebuilding"):
            _progress(opened)


@st.fragment(run_every=_POLL_S)
def _progress(opened: Gallery) -> None:
    task = galleries.rebuilding()
    if task is None or opened.complete:
        st.caption("All hearts of the gallery are ready.")
    elif task.failed:
        st.caption(":material/warning: The other hearts could not be rebuilt; those shown can be.")
    else:
        st.progress(min(task.share, 1.0), words(len(opened), task.share, task.seconds()))


def words(hearts: int, share: float, elapsed_s: float) -> str:
    """Return what is being rebuilt, and how long it will take.

    Example:
        >>> words(500, 0.5, 10.0)
        'Simulating 500 hearts: 50 %, about 10 s left. All pages can be used meanwhile.'
    """
    left = f", about {time_left(elapsed_s, share)} left" if share >= _EARLY else ""
    done = f"{100 * share:.0f} %"
    return f"Simulating {hearts} hearts: {done}{left}. All pages can be used meanwhile."


def waits_for_all(opened: Gallery, what: str) -> bool:
    """Return whether a panel needs hearts that are not ready, and show that it waits for them.

    The page is drawn again once they are.

    Args:
        opened: the gallery.
        what: the panel shows, as the subject of a sentence.
    """
    if opened.complete:
        return False
    _poll(opened, what)
    return True


@st.fragment(run_every=_POLL_S)
def _poll(opened: Gallery, what: str) -> None:
    if opened.complete:
        st.rerun()
    task = galleries.rebuilding()
    share = 0.0 if task is None else min(task.share, 1.0)
    st.progress(share, f"{what} follows when all hearts of the gallery are simulated.")
