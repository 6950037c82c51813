"""Keyboard shortcuts: ``g`` and a letter opens a page, ``/`` finds a subject, ``?`` lists them."""

from collections.abc import Sequence

import streamlit as st

from .assets import join_assets, link_modules, read_asset
from .headers import KeyboardData

_mount = st.components.v2.component(
    "keyboard",
    html=read_asset("keyboard/page.html"),
    css=join_assets(["shared/base.css", "keyboard/style.css"]),
    js=link_modules("keyboard/main.js"),
)
_ON_EVERY_PAGE = (
    (("/",), "Find a subject"),
    (("?",), "This list"),
    (("Tab",), "Next control"),
)
_INSIDE = (
    (("Space",), "Players: play or pause"),
    (("←", "→"), "Players: one frame back or on"),
    (("←", "→", "↑", "↓"), "Map and bars: to the next point or bar; Enter opens it"),
    (("Shift", "←"), "Map: move it; bars: take several"),
    (("+", "−", "0"), "Map: zoom in, zoom out, whole map"),
    (("Esc",), "Clear a point, a selection or a measurement; close this list"),
)


def page_letters(pages: Sequence[str]) -> list[str]:
    """Return a letter for each page: its first one, or the next that no page begins with.

    Example:
        >>> page_letters(["Inspect an ECG", "Inspect a cine", "Cohort", "Groups"])
        ['i', 'n', 'c', 'g']
    """
    letters: list[str] = []
    first = {title[0].lower() for title in pages}
    for title in pages:
        own = title.lower().replace(" ", "")
        free = [letter for letter in own if letter not in first and letter not in letters]
        letters.append(own[0] if own[0] not in letters else free[0])
    return letters


def keyboard(pages: Sequence[str], *, key: str) -> None:
    """Listen to the keys and show a small button that lists them.

    Args:
        pages: titles in the order of the navigation; each is opened by ``g`` and a letter of it.
        key: of the component.
    """
    letters = page_letters(pages)
    keys = [(("g", letter), title) for letter, title in zip(letters, pages, strict=True)]
    data: KeyboardData = {"letters": letters, "keys": [*keys, *_ON_EVERY_PAGE, *_INSIDE]}
    _mount(key=key, data=data)
