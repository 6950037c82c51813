"""Table of the pages, and links between them: a page is a folder in `views` and a row here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING

import streamlit as st

if TYPE_CHECKING:
    from streamlit.navigation.page import StreamlitPage

_APP = __package__.rpartition(".")[0]
"""Package name of the app, which depends on how it was installed."""


@dataclass(frozen=True, slots=True)
class PageEntry:
    """One page of the app."""

    address: str
    """Path in the address bar; part of saved links."""
    folder: str
    """Folder in `views`; its ``page.py`` has a function `main` that draws the page."""
    title: str
    icon: str


PAGES = (
    PageEntry("inspect_ecg", "inspect", "Inspect an ECG", ":material/ecg:"),
    PageEntry("inspect_cine", "inspect_cine", "Inspect a cine", ":material/cardiology:"),
    PageEntry("cohort", "cohort", "Cohort", ":material/bubble_chart:"),
    PageEntry("groups", "groups", "Groups", ":material/compare_arrows:"),
    PageEntry("alignment", "alignment", "Alignment", ":material/grid_on:"),
    PageEntry("retrieval", "retrieval", "Retrieval", ":material/search:"),
    PageEntry("volumes", "volumes", "Volumes", ":material/straighten:"),
    PageEntry("model", "model", "Model", ":material/description:"),
    PageEntry("runs", "runs", "Training runs", ":material/monitoring:"),
)
"""In the order of the menu; the first is shown without an address."""


def page_at(address: str, *, with_icon: bool = True) -> StreamlitPage:
    """Return the page of an address, for `st.navigation`, `st.page_link` and `st.switch_page`.

    Args:
        address: as in `PageEntry`.
        with_icon: a link shows the icon of its page; False for a plain one.

    Raises:
        KeyError: no page has this address.
    """
    entry = {entry.address: entry for entry in PAGES}[address]
    return st.Page(
        _draw_function(entry.folder),
        title=entry.title,
        icon=entry.icon if with_icon else None,
        url_path=entry.address,
        default=entry is PAGES[0],
    )


def _draw_function(folder: str) -> Callable[[], None]:
    def draw() -> None:
        # Imported on first use, so that the first page does not wait for the others.
        import_module(f"{_APP}.views.{folder}.page").main()

    return draw
