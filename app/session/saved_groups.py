"""Groups of subjects that a person saved under a name; gone with the session, as all ids are."""

from collections.abc import Sequence

import streamlit as st

from . import galleries

_KEPT = "_named_groups"


def kept() -> dict[str, tuple[str, ...]]:
    """Name → subject ids of the groups of the gallery shown, in the order in which they came."""
    return dict(_of_gallery())


def keep(name: str, subject_ids: Sequence[str]) -> None:
    """Save a group of the gallery shown; one of the same name is replaced."""
    _of_gallery()[name] = tuple(subject_ids)


def drop(name: str) -> None:
    """Forget a group of the gallery shown."""
    _of_gallery().pop(name, None)


def _of_gallery() -> dict[str, tuple[str, ...]]:
    groups: dict[str, dict[str, tuple[str, ...]]] = st.session_state.setdefault(_KEPT, {})
    return groups.setdefault(str(galleries.chosen_gallery()), {})
