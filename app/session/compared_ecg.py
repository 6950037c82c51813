"""Which other ECG stands beside the one that is shown: a subject's, or an upload's by its token."""

from collections.abc import Sequence

from . import url_state

KEY = "compare"
NOTHING = "nothing"


def choice(offered: Sequence[str]) -> url_state.Linked[str]:
    """The choice among these ids and tokens; it stands in the address bar."""
    return url_state.one_of(KEY, KEY, [NOTHING, *offered], NOTHING)


def chosen() -> str:
    """What was chosen last, also on another page."""
    return _any().remembered()


def choose(token: str) -> None:
    """Compare with this ECG; only in a callback or before the page's choice."""
    _any().choose(token)


def end() -> None:
    """Compare with nothing."""
    if chosen() != NOTHING:
        _any().choose(NOTHING)


def _any() -> url_state.Linked[str]:
    return url_state.Linked(KEY, KEY, NOTHING, str, str)
