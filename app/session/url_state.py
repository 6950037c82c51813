"""Parameters of a page in the address bar, by ids, which survive a page switch.

Streamlit's own binding writes the label of an option, which changes with the wording, and drops it
on the next page.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

import streamlit as st

from . import address_bar, unknown_links

Choice = TypeVar("Choice")
_WRITTEN = "_written_to_address"


@dataclass(frozen=True, slots=True)
class UrlParam(Generic[Choice]):
    """One choice of a page as a parameter of its address."""

    key: str
    """Key of the choice in the session, and of its widget."""
    name: str
    """Name in the address bar."""
    default: Choice
    """Value of an address without the parameter; never written."""
    parse: Callable[[str], Choice]
    """Raises ValueError for an invalid value."""
    format: Callable[[Choice], str]
    widget: str = ""
    """Key of a widget that exists if this page was shown last; by default ``key``."""

    def read(self) -> Choice:
        """Return the choice of the address bar; call it before the widget, in every run."""
        text, former = address_bar.get(self.name), _written().get(self.key)
        shown = (self.widget or self.key) in st.session_state
        if not shown and text is None:  # another page was shown meanwhile
            text = former
        if shown and text == former:  # what can be chosen may have changed
            text = self.format(self.chosen())
        st.session_state[self.key] = self._parsed(text)
        self.write()
        return self.chosen()

    def chosen(self) -> Choice:
        """Return the current choice."""
        return st.session_state[self.key]

    def last_chosen(self) -> Choice:
        """Return the last choice, also of another page; the default before any choice."""
        text = _written().get(self.key)
        return self.default if text is None else self.parse(text)

    def choose(self, choice: Choice) -> None:
        """Set the choice; only in a callback or before the widget."""
        st.session_state[self.key] = choice
        self.write()

    def write(self) -> None:
        """Write the choice into the address bar; also the widget's ``on_change``.

        The callback runs before the page, so that an older address does not undo the choice.
        """
        chosen = self.chosen()
        text = None if chosen == self.default else self.format(chosen)
        _written()[self.key] = text
        address_bar.put(self.name, *([] if text is None else [text]))

    def _parsed(self, text: str | None) -> Choice:
        if text is None:
            return self.default
        try:
            choice = self.parse(text)
        except ValueError:
            choice = self.default
        unknown_links.answer(
            self.name, known=set(text.split(",")) <= set(self.format(choice).split(","))
        )
        return choice


def one_of(key: str, name: str, options: list[str], default: str) -> UrlParam[str]:
    """Return a parameter for one of several ids."""
    return UrlParam(key, name, default, lambda text: options[options.index(text)], str)


def some_of(key: str, name: str, options: list[str]) -> UrlParam[list[str]]:
    """Return a parameter for any of several ids; all of them by default."""

    def parse(text: str) -> list[str]:
        return [option for option in options if option in text.split(",")]

    return UrlParam(key, name, options, parse, ",".join)


def interval(key: str, name: str, low: int, high: int) -> UrlParam[tuple[int, int]]:
    """Return a parameter for two whole numbers within limits; the limits by default."""

    def parse(text: str) -> tuple[int, int]:
        first, last = (min(max(int(end), low), high) for end in text.split("~"))
        if first > last:
            raise ValueError(text)
        return first, last

    return UrlParam(key, name, (low, high), parse, lambda ends: f"{ends[0]}~{ends[1]}")


def switch(key: str, name: str) -> UrlParam[bool]:
    """Return a parameter that is on or off; off by default."""
    return UrlParam(key, name, False, lambda text: text == "1", lambda on: "1" if on else "0")


def _written() -> dict[str, str | None]:
    """Return key → value that this session wrote last into the address bar."""
    return st.session_state.setdefault(_WRITTEN, {})
