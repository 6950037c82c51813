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


def keyboard(pages: Sequence[str], *, key: str) -> None:
    """Listen to the keys and show a small button that lists them.

    Args:
        pages: titles in the order of the navigation; each is opened by ``g`` and its first letter.
        key: of the component.
    """
    letters = [title[0].lower() for title in pages]
    keys = [(("g", letter), title) for letter, title in zip(letters, pages, strict=True)]
    data: KeyboardData = {"letters": letters, "keys": [*keys, *_ON_EVERY_PAGE, *_INSIDE]}
    _mount(key=key, data=data)
