"""The table of pages, and the way from one page to another: a page is a folder and a row here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING

import streamlit as st

if TYPE_CHECKING:
    from streamlit.navigation.page import StreamlitPage

_APP = __package__.rpartition(".")[0]
"""The package of the app, whatever it is called where it was installed."""


@dataclass(frozen=True, slots=True)
class PageEntry:
    """One page of the app."""

    address: str
    """In the address bar, after the slash; links that people keep hold it."""
    folder: str
    """In `views`; its ``page.py`` has a function `main` that draws the page."""
    title: str
    icon: str


PAGES = (
    PageEntry("inspect_ecg", "inspect", "Inspect an ECG", ":material/ecg:"),
    PageEntry("cohort", "cohort", "Cohort", ":material/bubble_chart:"),
    PageEntry("groups", "groups", "Groups", ":material/compare_arrows:"),
    PageEntry("alignment", "alignment", "Alignment", ":material/grid_on:"),
    PageEntry("retrieval", "retrieval", "Retrieval", ":material/search:"),
    PageEntry("volumes", "volumes", "Volumes", ":material/straighten:"),
    PageEntry("model", "model", "Model", ":material/description:"),
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
        _draws(entry.folder),
        title=entry.title,
        icon=entry.icon if with_icon else None,
        url_path=entry.address,
        default=entry is PAGES[0],
    )


def _draws(folder: str) -> Callable[[], None]:
    def draw() -> None:
        # Imported when it is shown: the first page does not wait for the others.
        import_module(f"{_APP}.views.{folder}.page").main()

    return draw
