"""What an opened link asks for and the page does not know: named in one line, never guessed.

Streamlit's own binding drops a value that no widget knows, and says nothing.
"""

import streamlit as st

_ASKED = "_asked_by_link"
_FOUND, _LEFT = "_found_in_address", "_left_in_address"
_ANSWERED = "_answered"


def begin() -> None:
    """Remember what the address asks for, before any widget takes it over or drops it."""
    asked = _address()
    # What the last run found or left there was answered then: only a link asks anew.
    answered = (st.session_state.get(_FOUND), st.session_state.get(_LEFT))
    st.session_state[_ASKED] = {} if asked in answered else asked
    st.session_state[_FOUND] = asked
    st.session_state[_ANSWERED] = {}


def answer(name: str, *, known: bool) -> None:
    """Say whether this run could follow what the address asks for under a name."""
    st.session_state.setdefault(_ANSWERED, {})[name] = known


def unknown() -> list[str]:
    """Names in the address whose values this run could not follow; call it after the page."""
    left, answered = _address(), st.session_state[_ANSWERED]
    asked = st.session_state[_ASKED]
    st.session_state[_LEFT] = left
    return [
        name
        for name, values in asked.items()
        if not answered.get(name, set(values) <= {*left.get(name, ()), *_chosen(name)})
    ]


def _address() -> dict[str, list[str]]:
    return {name: st.query_params.get_all(name) for name in st.query_params}


def _chosen(name: str) -> set[str]:
    """What the widget of this name holds: a value that is its default leaves the address too."""
    chosen = st.session_state.get(name)
    return {str(one) for one in (chosen if isinstance(chosen, list | tuple) else [chosen])}
