"""The ECG to compare with: a subject of the gallery, or an upload by its token."""

from collections.abc import Sequence

from . import url_state

KEY = "compare"
NOTHING = "nothing"


def choice(offered: Sequence[str]) -> url_state.UrlParam[str]:
    """Return the parameter of the choice among these ids and tokens."""
    return url_state.one_of(KEY, KEY, [NOTHING, *offered], NOTHING)


def chosen() -> str:
    """Return the last choice, also of another page."""
    return _any().last_chosen()


def choose(token: str) -> None:
    """Compare with this ECG; only in a callback or before the widget."""
    _any().choose(token)


def end() -> None:
    """Compare with nothing."""
    if chosen() != NOTHING:
        _any().choose(NOTHING)


def _any() -> url_state.UrlParam[str]:
    return url_state.UrlParam(KEY, KEY, NOTHING, str, str)
