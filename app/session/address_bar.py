"""Parameters in the address bar; in the run that follows a page switch they are written last.

Streamlit's browser part writes the path of a new page only once it has drawn it, but parameters as
soon as they arrive. Parameters sent early would be written to the address of the page that is left:
the step back would then show another subject under that page's address.
"""

from collections.abc import Sequence

import streamlit as st

_DEFERRED = "_deferred_address"
"""Name → values that are written at the end of this run; None while writing is not deferred."""


def begin(*, switched: bool) -> None:
    """Begin a run.

    Args:
        switched: whether the last run showed another page.
    """
    if switched:
        st.session_state[_DEFERRED] = {}
    else:
        write_deferred()  # of a run that was interrupted


def get(name: str) -> str | None:
    """Return the value of a parameter, the last one where it has several."""
    values = get_all(name)
    return values[-1] if values else None


def get_all(name: str) -> list[str]:
    """Return all values of a parameter."""
    deferred = st.session_state.get(_DEFERRED) or {}
    return list(deferred[name] if name in deferred else st.query_params.get_all(name))


def put(name: str, *values: str) -> None:
    """Write a parameter into the address bar, or remove it where no value is given.

    Args:
        name: of the parameter.
        values: one for each time that it occurs.
    """
    if get_all(name) == list(values):
        return  # each write, even of the same values, is a step of the browser's history
    deferred = st.session_state.get(_DEFERRED)
    if deferred is None:
        _write(name, values)
    else:
        deferred[name] = values


def write_deferred() -> None:
    """Write what was deferred; call it after the panels of a page."""
    for name, values in (st.session_state.get(_DEFERRED) or {}).items():
        _write(name, values)
    st.session_state[_DEFERRED] = None


def _write(name: str, values: Sequence[str]) -> None:
    if st.query_params.get_all(name) == list(values):
        return
    if values:
        st.query_params[name] = values
    else:
        st.query_params.pop(name)
