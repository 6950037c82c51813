"""Choices of a page that stand in the address bar by their ids and survive a page switch.

Streamlit's own binding writes the words of an option, which change with the wording, and forgets
them on the next page.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

import streamlit as st

from . import unknown_links

Choice = TypeVar("Choice")
_WRITTEN = "_written_to_address"


@dataclass(frozen=True, slots=True)
class Linked(Generic[Choice]):
    """One choice of a page."""

    key: str
    """Of the choice in the session; a widget of this key shows it."""
    name: str
    """In the address bar."""
    default: Choice
    """Never written: a bare address means it."""
    read: Callable[[str], Choice]
    """Raises ValueError for what no choice can be."""
    write: Callable[[Choice], str]
    widget: str = ""
    """A widget that tells whether this page was shown last; by default the one of the same key."""

    def follow(self) -> Choice:
        """Take over what the address bar asks for; call it before the widget, in every run."""
        text, former = st.query_params.get(self.name), _written().get(self.key)
        shown = (self.widget or self.key) in st.session_state
        if not shown and text is None:  # another page was shown meanwhile
            text = former
        if shown and text == former:  # what can be chosen may have changed
            text = self.write(self.chosen())
        st.session_state[self.key] = self._read(text)
        self.keep()
        return self.chosen()

    def chosen(self) -> Choice:
        """What is chosen now."""
        return st.session_state[self.key]

    def remembered(self) -> Choice:
        """What was chosen last, on whichever page that was; the default before any choice."""
        text = _written().get(self.key)
        return self.default if text is None else self.read(text)

    def choose(self, choice: Choice) -> None:
        """Choose in the person's stead; only in a callback or before the widget."""
        st.session_state[self.key] = choice
        self.keep()

    def keep(self) -> None:
        """Write the choice into the address bar; also the widget's ``on_change``.

        The callback runs before the page, so that an older address does not undo the choice.
        """
        chosen = self.chosen()
        text = None if chosen == self.default else self.write(chosen)
        _written()[self.key] = text
        if st.query_params.get(self.name) == text:
            return  # each writing, even of nothing new, would be a step of the browser's history
        if text is None:
            st.query_params.pop(self.name)
        else:
            st.query_params[self.name] = text

    def _read(self, text: str | None) -> Choice:
        if text is None:
            return self.default
        try:
            choice = self.read(text)
        except ValueError:
            choice = self.default
        unknown_links.answer(
            self.name, known=set(text.split(",")) <= set(self.write(choice).split(","))
        )
        return choice


def one_of(key: str, name: str, options: list[str], default: str) -> Linked[str]:
    """One of several ids."""
    return Linked(key, name, default, lambda text: options[options.index(text)], str)


def some_of(key: str, name: str, options: list[str]) -> Linked[list[str]]:
    """Any of several ids; all of them by default."""

    def read(text: str) -> list[str]:
        return [option for option in options if option in text.split(",")]

    return Linked(key, name, options, read, ",".join)


def interval(key: str, name: str, low: int, high: int) -> Linked[tuple[int, int]]:
    """Two whole numbers within limits; the limits by default."""

    def read(text: str) -> tuple[int, int]:
        first, last = (min(max(int(end), low), high) for end in text.split("~"))
        if first > last:
            raise ValueError(text)
        return first, last

    return Linked(key, name, (low, high), read, lambda ends: f"{ends[0]}~{ends[1]}")


def switch(key: str, name: str) -> Linked[bool]:
    """On or off; off by default."""
    return Linked(key, name, False, lambda text: text == "1", lambda on: "1" if on else "0")


def _written() -> dict[str, str | None]:
    """Key → what this session last wrote into the address bar for it."""
    return st.session_state.setdefault(_WRITTEN, {})
