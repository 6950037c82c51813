"""Choice of the groups to compare: ready-made, saved, uploaded, or the neighbours of a subject.

Groups that are defined by a rule are part of the link; saved groups stay in the session and go to
others as a file.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import streamlit as st

from ptacl.cohort_analysis.group_files import FiledGroup, groups_json
from ptacl.cohort_analysis.group_rules import Rule, members, ready_made, rule_of
from ptacl.cohort_analysis.rule_terms import Subjects, columns_of, selected
from ptacl.errors import PtaclError
from ptacl.stats.matching import Rows

from ...session import address_bar, galleries, saved_groups, unknown_links
from ...text.labels import SEX_WORDS, listed, literal, name_and_unit
from . import rule_form
from .uploaded_groups import known_ids, missing_sentence, uploaded_groups

if TYPE_CHECKING:
    from ptacl.gallery import Gallery

GROUPS = "groups"
MOST = 4
_CHOSEN, _LINKED, _UPLOADED = "_chosen_groups", "_linked_groups", "_uploaded_group"
_NEAREST = ("subject", "space", "count")
_SAVED = "kept:"
_SPACES = {"cmr": "hearts", "ecg": "ECGs"}
_DEFAULTS = (("lvef_pct:from:50", "lvef_pct:below:50"), ("sex:is:female", "sex:is:male"))


@dataclass(frozen=True, slots=True, eq=False)
class Group:
    """A group of subjects on the page."""

    title: str
    rows: Rows
    """Rows of the gallery's table."""
    made_from: tuple[str, ...] = ()
    """The columns that define it, in which it differs by construction."""

    @property
    def fingerprint(self) -> str:
        """Cache key of these members."""
        return hashlib.blake2b(self.rows.tobytes(), digest_size=12).hexdigest()


def choose_groups(gallery: Gallery) -> list[Group]:
    """Show the choice of up to four groups; the first is the reference."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        slot = st.container()
        with st.popover("Make a group", icon=":material/add:"):
            _make(gallery)
    with slot:
        chosen = _chosen(gallery, _titles(gallery))
    groups = _groups(gallery, chosen)
    if empty := [literal(group.title) for group in groups if not len(group.rows)]:
        st.warning(f"No subject of this gallery is in {listed(empty)}.", icon=":material/warning:")
    return [group for group in groups if len(group.rows)]


def _chosen(gallery: Gallery, titles: dict[str, str]) -> list[str]:
    """Return the chosen keys: of the widget, else of a new link, else of the last run."""
    linked = tuple(address_bar.get_all(GROUPS))
    wanted = st.session_state.get(GROUPS, st.session_state.get(_CHOSEN))
    if linked and linked != st.session_state.get(_LINKED):
        wanted = linked
        if unknown := [key for key in linked if key not in titles]:
            unknown_links.answer(GROUPS, known=True)  # the caption below is more specific
            st.caption(f"The link names groups that this gallery lacks: {literal(listed(unknown))}")
            rule_form.explain(gallery, unknown)
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
        help="The first group is the reference. Type to search: sex, LVEF, findings, and the "
        "highest and lowest fifth of every measurement.",
    )
    st.session_state[_CHOSEN] = chosen
    words = tuple(key for key in chosen if rule_of(key) or rule_form.may_be_linked(gallery, key))
    address_bar.put(GROUPS, *words)
    st.session_state[_LINKED] = words
    return chosen


def _titles(gallery: Gallery) -> dict[str, str]:
    """Return key → title of all groups to choose from: saved groups first, then rules."""
    keys = [_SAVED + name for name in saved_groups.saved()]
    keys += _offered(galleries.key_of(gallery), gallery.table)
    named = [*address_bar.get_all(GROUPS), *st.session_state.get(GROUPS, ())]
    named += st.session_state.get(_CHOSEN, ())
    keys += [
        key
        for key in named
        if _can_follow(gallery, rule_of(key)) or rule_form.term_of(gallery, key)
    ]
    return {key: _title(key) for key in keys}


@st.cache_data(show_spinner=False, max_entries=4)
def _offered(of: galleries.Key, _table: pd.DataFrame) -> list[str]:
    return [rule.key for rule in ready_made(_table)]


def _can_follow(gallery: Gallery, rule: Rule | None) -> bool:
    return rule is not None and rule.kind == "near" and rule.value in gallery.table.index


def _groups(gallery: Gallery, keys: Sequence[str]) -> list[Group]:
    """Return the groups of keys in their order; those of everyone else need the others first."""
    remaining = {key for key in keys if rule_form.takes_the_rest(gallery, key)}
    groups = {key: _group(gallery, key) for key in keys if key not in remaining}
    others = np.zeros(len(gallery.table), dtype=bool)
    for group in groups.values():
        others[group.rows] = True
    groups |= {key: _group(gallery, key, others) for key in remaining}
    return [groups[key] for key in keys]


def _group(gallery: Gallery, key: str, others: np.ndarray | None = None) -> Group:
    if term := rule_form.term_of(gallery, key):
        subjects = Subjects(gallery.table, saved_groups.saved(), others)
        return Group(_title(key), selected(term, subjects), columns_of(term))
    rule = rule_of(key)
    if rule is not None:
        rows = members(rule, gallery.table, gallery.vectors)
        return Group(_title(key), rows, (rule.column,))
    ids = saved_groups.saved()[key.removeprefix(_SAVED)]
    return Group(_title(key), np.flatnonzero(gallery.table.index.isin(ids)))


def _title(key: str) -> str:
    rule = rule_of(key)
    if rule is None:
        return key.removeprefix(_SAVED).removeprefix(rule_form.PREFIX)
    if rule.kind == "near":
        return f"{rule.count} {_SPACES[rule.column]} nearest to {rule.value}"
    if rule.kind == "is":
        return SEX_WORDS["female" if rule.value == "female" else "male"]
    name, unit = name_and_unit(rule.column)
    words = {
        "below": f" < {rule.value} {unit}", "from": f" ≥ {rule.value} {unit}",
        "some": ": yes", "none": ": no", "top": ": highest fifth", "bottom": ": lowest fifth",
    }  # fmt: skip
    return name + words[rule.kind]


def _make(gallery: Gallery) -> None:
    """Draw the popover: a rule, neighbours of a subject, a file, and the saved groups."""
    rule_form.draw(gallery, _add)
    ids = list(gallery.table.index)
    st.selectbox("Neighbours of", ids, key="near_subject", help="Type to search.")
    st.segmented_control(
        "By", list(_SPACES), default="cmr", required=True, key="near_space",
        format_func={"cmr": "its heart", "ecg": "its ECG"}.__getitem__,
    )  # fmt: skip
    st.number_input("How many", 2, max(2, len(ids)), min(50, len(ids)), key="near_count")
    st.button("Add", key="near_add", on_click=_add_nearest)
    st.file_uploader(
        "Or a list of subject ids (CSV), or saved groups (JSON)", type=["csv", "txt", "json"],
        key=_UPLOADED, on_change=_take_upload, args=(gallery.table.index,),
        help="One id per line, in the first column; or a file that *Save the groups* wrote. "
        "It stays in this session.",
    )  # fmt: skip
    if problem := st.session_state.get(f"{_UPLOADED}_problem"):
        st.error(literal(problem), icon=":material/error:")
    if missing := st.session_state.get(f"{_UPLOADED}_missing"):
        st.warning(literal(missing), icon=":material/warning:")
    _save(gallery)
    for name in saved_groups.saved():
        st.button(
            f"Forget {literal(name)}", key=f"drop-{name}", icon=":material/delete:",
            on_click=saved_groups.delete, args=(name,),
        )  # fmt: skip


def _add_nearest() -> None:
    subject, space, count = (st.session_state[f"near_{part}"] for part in _NEAREST)
    _add(Rule(space, "near", subject, int(count)).key)


def _add(key: str) -> None:
    former = [other for other in st.session_state.get(GROUPS, ()) if other != key]
    st.session_state[GROUPS] = [*former[: MOST - 1], key]


def _save(gallery: Gallery) -> None:
    """Offer the chosen and the saved groups as a file."""
    chosen = [key for key in st.session_state.get(_CHOSEN, ()) if not key.startswith(_SAVED)]
    groups = [FiledGroup(name, subject_ids=ids) for name, ids in saved_groups.saved().items()]
    groups += [FiledGroup(_title(key), rule=key) for key in chosen]
    st.download_button(
        "Save the groups",
        groups_json(groups, gallery.synthetic),
        file_name="ptacl-groups-synthetic.json" if gallery.synthetic else "ptacl-groups.json",
        mime="application/json",
        on_click="ignore",
        help="Rules as text, lists as subject ids: keep the file as you keep the cohort.",
    )


def _take_upload(known: Sequence[str]) -> None:
    file = st.session_state[_UPLOADED]
    problem, missing = f"{_UPLOADED}_problem", f"{_UPLOADED}_missing"
    st.session_state[problem] = st.session_state[missing] = None
    if file is None:
        return
    try:
        uploaded = uploaded_groups(file.name, file.getvalue())
        groups, unknown = known_ids(uploaded, known, file.name)
    except PtaclError as error:
        st.session_state[problem] = str(error)
        return
    st.session_state[missing] = missing_sentence(unknown)
    for group in groups:
        if group.subject_ids:
            saved_groups.save(group.name, group.subject_ids)
        _add(group.rule or _SAVED + group.name)
