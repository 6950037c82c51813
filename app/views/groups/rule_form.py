"""A group by a rule in the grammar of `ptacl.cohort_analysis.rule_grammar`: field, key, errors."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import pandas as pd
import streamlit as st

from ptacl.cohort_analysis.rule_grammar import Vocabulary, format_rule, parse_rule, vocabulary
from ptacl.cohort_analysis.rule_terms import Everyone, Saved, Term, parts
from ptacl.errors import PtaclError

from ...session import galleries, saved_groups
from ...text.labels import literal

if TYPE_CHECKING:
    from ptacl.gallery import Gallery

PREFIX = "rule:"
"""Begins the key and the link's word of such a group."""
_TEXT, _PROBLEM = "group_rule", "_group_rule_problem"
_HELP = """\
`lvef_pct < 50 and (sex = female or age_years from 60 to 70)`

`and`, `or`, `not`, brackets; `<` `<=` `>` `>=` `=` `!=`, `from … to …`, `in (…, …)`, `is unknown`;
`everyone else`: in no other group here. `group "name"` is a saved group: `and` intersects, `or`
unites, `and not` subtracts. Double quotes enclose a name with blanks. A missing value is in
neither a comparison nor its opposite."""


def draw(gallery: Gallery, add: Callable[[str], None]) -> None:
    """Draw the field and its button.

    Args:
        gallery: the rule may name its columns.
        add: takes the key of the new group.
    """
    st.text_input(
        "By a rule", key=_TEXT, help=_HELP, placeholder="lvef_pct < 50 and sex = female",
        max_chars=2000,
    )  # fmt: skip
    st.button("Add the rule", key="rule_add", on_click=_take, args=(gallery, add))
    if problem := st.session_state.get(_PROBLEM):
        st.error(literal(problem), icon=":material/error:")


def term_of(gallery: Gallery, key: str) -> Term | None:
    """Return the terms of a group's key; None for other keys and rules that do not parse."""
    if not key.startswith(PREFIX):
        return None
    try:
        return parse_rule(key.removeprefix(PREFIX), _names(gallery))
    except PtaclError:
        return None


def takes_the_rest(gallery: Gallery, key: str) -> bool:
    """Check whether a rule depends on the other groups of the comparison."""
    term = term_of(gallery, key)
    return term is not None and Everyone(others_only=True) in parts(term)


def may_be_linked(gallery: Gallery, key: str) -> bool:
    """Check whether a rule reads the same in a link: it names no group of this session."""
    term = term_of(gallery, key)
    return term is not None and not any(isinstance(part, Saved) for part in parts(term))


def explain(gallery: Gallery, keys: Sequence[str]) -> None:
    """Show why rules of a link do not parse."""
    for key in keys:
        if key.startswith(PREFIX):
            try:
                parse_rule(key.removeprefix(PREFIX), _names(gallery))
            except PtaclError as error:
                st.caption(literal(str(error)))


def _take(gallery: Gallery, add: Callable[[str], None]) -> None:
    try:
        term = parse_rule(st.session_state[_TEXT], _names(gallery))
    except PtaclError as error:
        st.session_state[_PROBLEM] = str(error)
        return
    st.session_state[_PROBLEM] = None
    add(PREFIX + format_rule(term))


def _names(gallery: Gallery) -> Vocabulary:
    columns = _columns(galleries.key_of(gallery), gallery.table)
    return Vocabulary(columns, tuple(saved_groups.saved()))


@st.cache_resource(show_spinner=False, max_entries=4)
def _columns(of: galleries.Key, _table: pd.DataFrame) -> dict[str, tuple[str, ...] | None]:
    return dict(vocabulary(_table).columns)
