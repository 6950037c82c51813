"""Groups of subjects saved under a name, for the duration of the session."""

from collections.abc import Sequence

import streamlit as st

from . import galleries

_GROUPS = "_named_groups"


def saved() -> dict[str, tuple[str, ...]]:
    """Return name → subject ids of the groups of the current gallery, the oldest first."""
    return dict(_of_gallery())


def save(name: str, subject_ids: Sequence[str]) -> None:
    """Save a group of the current gallery, replacing one of the same name."""
    _of_gallery()[name] = tuple(subject_ids)


def delete(name: str) -> None:
    """Delete a group of the current gallery."""
    _of_gallery().pop(name, None)


def _of_gallery() -> dict[str, tuple[str, ...]]:
    groups: dict[str, dict[str, tuple[str, ...]]] = st.session_state.setdefault(_GROUPS, {})
    return groups.setdefault(str(galleries.chosen_gallery()), {})
