"""Which groups stand side by side: ready-made, saved, uploaded, or the nearest of one heart.

What one line describes stands in the address bar; saved groups stay in the session.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import streamlit as st

from ptacl.cohort_analysis.group_rules import Rule, members, ready_made, rule_of
from ptacl.io.cohort.id_list import ids_of
from ptacl.stats.matching import Rows

from ...session import galleries, saved_groups, unknown_links
from ...text.labels import SEX_WORDS, listed, literal, name_and_unit

if TYPE_CHECKING:
    from ptacl.gallery import Gallery

GROUPS = "groups"
MOST = 4
_CHOSEN, _LINKED, _UPLOADED = "_chosen_groups", "_linked_groups", "_uploaded_group"
_NEAREST = ("subject", "space", "count")
_KEPT = "kept:"
_SPACES = {"cmr": "hearts", "ecg": "ECGs"}
_DEFAULTS = (("lvef_pct:from:50", "lvef_pct:below:50"), ("sex:is:female", "sex:is:male"))


@dataclass(frozen=True, slots=True, eq=False)
class Group:
    """A group on the page."""

    title: str
    rows: Rows
    """Of the gallery's table."""
    made_from: str | None = None
    """The column that made it: in that one it differs by construction."""

    @property
    def fingerprint(self) -> str:
        """What a cache may hold figures of these members under."""
        return hashlib.blake2b(self.rows.tobytes(), digest_size=12).hexdigest()


def choose_groups(gallery: Gallery) -> list[Group]:
    """Let the person choose up to four groups; the first is what the others are set against."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        place = st.container()
        with st.popover("Make a group", icon=":material/add:"):
            _make(gallery)
    with place:
        chosen = _chosen(gallery, _titles(gallery))
    groups = [_group(gallery, key) for key in chosen]
    if empty := [literal(group.title) for group in groups if not len(group.rows)]:
        st.warning(f"Nobody of this gallery is in {listed(empty)}.", icon=":material/warning:")
    return [group for group in groups if len(group.rows)]


def _chosen(gallery: Gallery, titles: dict[str, str]) -> list[str]:
    """The keys chosen: by the person, else by a link that was just opened, else as last time."""
    linked = tuple(st.query_params.get_all(GROUPS))
    wanted = st.session_state.get(GROUPS, st.session_state.get(_CHOSEN))
    if linked and linked != st.session_state.get(_LINKED):
        wanted = linked
        if unknown := [key for key in linked if key not in titles]:
            unknown_links.answer(GROUPS, known=True)  # said here, in more words
            st.caption(f"The link names groups that this gallery lacks: {literal(listed(unknown))}")
    if wanted is None:
        wanted = next((pair for pair in _DEFAULTS if set(pair) <= set(titles)), ())
    st.session_state[GROUPS] = [key for key in wanted if key in titles][:MOST]
    chosen = st.multiselect(
        "Groups",
        list(titles),
        key=GROUPS,
        format_func=titles.__getitem__,
        max_selections=MOST,
        placeholder="Choose two groups",
        help="The others are set against the first. Type to search: sex, LVEF, findings, and the "
        "highest and lowest fifth of every number.",
    )
    st.session_state[_CHOSEN] = chosen
    words = tuple(key for key in chosen if rule_of(key))
    if linked != words:
        st.query_params[GROUPS] = words
    st.session_state[_LINKED] = words
    return chosen


def _titles(gallery: Gallery) -> dict[str, str]:
    """Key → title of all that may be chosen: saved groups first, then what a line describes."""
    keys = [_KEPT + name for name in saved_groups.kept()]
    keys += _offered(galleries.key_of(gallery), gallery.table)
    named = [*st.query_params.get_all(GROUPS), *st.session_state.get(GROUPS, ())]
    named += st.session_state.get(_CHOSEN, ())
    keys += [key for key in named if _can_follow(gallery, rule_of(key))]
    return {key: _title(key) for key in keys}


@st.cache_data(show_spinner=False, max_entries=4)
def _offered(of: galleries.Key, _table: pd.DataFrame) -> list[str]:
    return [rule.key for rule in ready_made(_table)]


def _can_follow(gallery: Gallery, rule: Rule | None) -> bool:
    return rule is not None and rule.kind == "near" and rule.value in gallery.table.index


def _group(gallery: Gallery, key: str) -> Group:
    rule = rule_of(key)
    if rule is not None:
        rows = members(rule, gallery.table, gallery.vectors)
        return Group(_title(key), rows, rule.column)
    ids = saved_groups.kept()[key.removeprefix(_KEPT)]
    return Group(_title(key), np.flatnonzero(gallery.table.index.isin(ids)))


def _title(key: str) -> str:
    rule = rule_of(key)
    if rule is None:
        return key.removeprefix(_KEPT)
    if rule.kind == "near":
        return f"{rule.count} {_SPACES[rule.column]} nearest to {rule.value}"
    if rule.kind == "is":
        return SEX_WORDS[rule.value]  # type: ignore[index]
    name, unit = name_and_unit(rule.column)
    words = {
        "below": f" < {rule.value} {unit}", "from": f" ≥ {rule.value} {unit}",
        "some": ": yes", "none": ": no", "top": ": highest fifth", "bottom": ": lowest fifth",
    }  # fmt: skip
    return name + words[rule.kind]


def _make(gallery: Gallery) -> None:
    """What the popover holds: the nearest of a subject, a list of ids, and the saved groups."""
    ids = list(gallery.table.index)
    st.selectbox("Nearest of", ids, key="near_subject", help="Type to search.")
    st.segmented_control(
        "By", list(_SPACES), default="cmr", required=True, key="near_space",
        format_func={"cmr": "its heart", "ecg": "its ECG"}.__getitem__,
    )  # fmt: skip
    st.number_input("How many", 2, max(2, len(ids)), min(50, len(ids)), key="near_count")
    st.button("Add", key="near_add", on_click=_add_nearest)
    st.file_uploader(
        "Or a list of subject ids (CSV)", type=["csv", "txt"], key=_UPLOADED,
        on_change=_take_upload, args=(gallery.table.index,),
        help="One id a line, in the first column. It stays in this session.",
    )  # fmt: skip
    if problem := st.session_state.get(f"{_UPLOADED}_problem"):
        st.error(literal(problem), icon=":material/error:")
    for name in saved_groups.kept():
        st.button(
            f"Forget {literal(name)}", key=f"drop-{name}", icon=":material/delete:",
            on_click=saved_groups.drop, args=(name,),
        )  # fmt: skip


def _add_nearest() -> None:
    subject, space, count = (st.session_state[f"near_{part}"] for part in _NEAREST)
    _add(Rule(space, "near", subject, int(count)).key)


def _add(key: str) -> None:
    former = [one for one in st.session_state.get(GROUPS, ()) if one != key]
    st.session_state[GROUPS] = [*former[: MOST - 1], key]


def _take_upload(known: Sequence[str]) -> None:
    file = st.session_state[_UPLOADED]
    st.session_state[f"{_UPLOADED}_problem"] = None
    if file is None:
        return
    ids = ids_of(file.getvalue())
    found = set(ids or ()) & set(known)
    if not found:
        st.session_state[f"{_UPLOADED}_problem"] = (
            f"{file.name} is no list of ids. Save it as text with one id a line."
            if ids is None
            else f"None of the {len(ids)} ids in {file.name} is in this gallery. Choose the "
            "gallery that they belong to."
        )
        return
    name = Path(file.name).stem
    saved_groups.keep(name, sorted(found))
    _add(_KEPT + name)
