"""Values of an opened link that the page does not know, to name them in a message.

Streamlit's own binding drops unknown values silently.
"""

import streamlit as st

_REQUESTED = "_asked_by_link"
_BEFORE, _AFTER = "_found_in_address", "_left_in_address"
_ANSWERED = "_answered"


def begin() -> None:
    """Store the parameters of the address before any widget reads or drops them."""
    requested = _address()
    # Parameters of the last run were answered then: only a new link is a request.
    answered = (st.session_state.get(_BEFORE), st.session_state.get(_AFTER))
    st.session_state[_REQUESTED] = {} if requested in answered else requested
    st.session_state[_BEFORE] = requested
    st.session_state[_ANSWERED] = {}


def answer(name: str, *, known: bool) -> None:
    """Record whether the value of a parameter is known.

    Args:
        name: of the parameter.
        known: whether this run could apply its value.
    """
    st.session_state.setdefault(_ANSWERED, {})[name] = known


def unknown() -> list[str]:
    """Return the parameters with unknown values; call it after the page."""
    remaining, answered = _address(), st.session_state[_ANSWERED]
    requested = st.session_state[_REQUESTED]
    st.session_state[_AFTER] = remaining
    return [
        name
        for name, values in requested.items()
        if not answered.get(name, set(values) <= {*remaining.get(name, ()), *_chosen(name)})
    ]


def _address() -> dict[str, list[str]]:
    return {name: st.query_params.get_all(name) for name in st.query_params}


def _chosen(name: str) -> set[str]:
    """Return the values of the widget of this name: a default value leaves the address too."""
    chosen = st.session_state.get(name)
    return {str(value) for value in (chosen if isinstance(chosen, list | tuple) else [chosen])}
