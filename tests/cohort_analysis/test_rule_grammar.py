"""Rules of groups: text to terms and back, whom they select, and what a wrong one is told."""

import re

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ptacl.cohort_analysis.rule_grammar import format_rule, parse_rule, vocabulary
from ptacl.cohort_analysis.rule_terms import (
    OPERATORS,
    Compared,
    Everyone,
    Joined,
    Missing,
    Not,
    OneOf,
    Saved,
    Subjects,
    Within,
    columns_of,
    selected,
)
from ptacl.errors import PtaclError

NUMBERS = ("lvef_pct", "age_years", 'a "quoted" column', "and")
TABLE = pd.DataFrame(
    {
        **{
            name: np.where(np.arange(40) % 7 == at, np.nan, (np.arange(40) * (at + 3)) % 23)
            for at, name in enumerate(NUMBERS)
        },
        "sex": ["female", "male", None, "male"] * 10,
        "site": ["a b", "not", "2"] * 13 + ["2"],
    },
    index=[f"S-{number}" for number in range(40)],
)
SAVED = {"first ten": tuple(TABLE.index[:10]), "odd": tuple(TABLE.index[1::2])}
KNOWN = vocabulary(TABLE, SAVED)

numbers = st.floats(allow_nan=False, allow_infinity=False) | st.integers(0, 23).map(float)
codes = st.sampled_from(("sex", "site")).flatmap(
    lambda column: st.tuples(st.just(column), st.sampled_from(KNOWN.columns[column]))
)
column = st.sampled_from(NUMBERS)
tests_of_one = st.one_of(
    st.builds(Compared, column, st.sampled_from(OPERATORS), numbers),
    st.builds(Within, column, numbers, numbers),
    st.builds(OneOf, column, st.lists(numbers, min_size=1, max_size=3).map(tuple)),
    st.builds(lambda pair, op: Compared(pair[0], op, pair[1]), codes, st.sampled_from(("=", "!="))),
    st.builds(lambda pair: OneOf(pair[0], (pair[1],)), codes),
    st.builds(Missing, st.sampled_from([*NUMBERS, "sex"])),
    st.builds(Saved, st.sampled_from(list(SAVED))),
    st.builds(Everyone, st.booleans()),
)
terms = st.recursive(
    tests_of_one,
    lambda inner: (
        st.builds(Not, inner)
        | st.builds(
            Joined,
            st.sampled_from(("and", "or")),
            st.lists(inner, min_size=2, max_size=3).map(tuple),
        )
    ),
    max_leaves=8,
)


def truth(term, subject: str):
    """The plain formula: True, False or None (unknown) of one subject."""
    row = TABLE.loc[subject]
    if isinstance(term, Not):
        inner = truth(term.term, subject)
        return None if inner is None else not inner
    if isinstance(term, Joined):
        each = [truth(part, subject) for part in term.terms]
        decided = term.word == "or"
        return decided if decided in each else None if None in each else not decided
    if isinstance(term, Saved):
        return subject in SAVED[term.name]
    if isinstance(term, Everyone):
        return not term.others_only or int(subject[2:]) >= 5
    value = row[term.column]
    if isinstance(term, Missing):
        return bool(pd.isna(value))
    if pd.isna(value):
        return None
    if isinstance(term, Within):
        return bool(term.low <= value <= term.high)
    if isinstance(term, OneOf):
        return any(value == each for each in term.values)
    python = {"=": "==", "<": "<", "<=": "<=", ">": ">", ">=": ">=", "!=": "!="}[term.operator]
    compare = {
        "==": value == term.value, "!=": value != term.value,
    } | ({} if isinstance(value, str) else {
        "<": value < term.value, "<=": value <= term.value,
        ">": value > term.value, ">=": value >= term.value,
    })  # fmt: skip
    return bool(compare[python])


@settings(max_examples=150, deadline=None)
@given(terms)
def test_a_formatted_rule_is_read_as_the_same_terms(term):
    assert parse_rule(format_rule(term), KNOWN) == term


@settings(max_examples=100, deadline=None)
@given(terms)
def test_a_rule_selects_the_subjects_of_the_plain_formula(term):
    others = np.arange(len(TABLE)) < 5
    rows = selected(term, Subjects(TABLE, SAVED, others))
    wanted = [row for row, subject in enumerate(TABLE.index) if truth(term, subject) is True]
    assert rows.tolist() == wanted


def chosen(text: str) -> list[int]:
    return selected(parse_rule(text, KNOWN), Subjects(TABLE, SAVED)).tolist()


def test_and_binds_more_than_or_and_words_may_be_in_capitals():
    one = parse_rule("lvef_pct < 3 OR sex = male And age_years from 4 to 9", KNOWN)
    assert one == parse_rule("lvef_pct<3 or (sex=male and (age_years from 4 to 9))", KNOWN)
    assert columns_of(one) == ("lvef_pct", "sex", "age_years")


def test_saved_groups_are_united_intersected_and_subtracted():
    first, odd = set(range(10)), set(range(1, 40, 2))
    assert chosen('group "first ten" or group odd') == sorted(first | odd)
    assert chosen('group "first ten" and group odd') == sorted(first & odd)
    assert chosen('group "first ten" and not group odd') == sorted(first - odd)


def test_a_missing_value_is_in_neither_a_comparison_nor_its_opposite():
    missing = chosen("lvef_pct is unknown")
    assert missing == list(range(0, 40, 7))
    assert sorted([*chosen("lvef_pct < 9"), *chosen("not lvef_pct < 9"), *missing]) == list(
        range(40)
    )


@pytest.mark.parametrize(
    ("text", "character", "allowed"),
    [
        ("", 1, "a column"),
        ("lvef < 50", 1, "lvef_pct"),
        ("lvef_pct < fifty", 12, "a number"),
        ("lvef_pct ~ 5", 10, "from … to"),
        ("sex = malee", 7, "male"),
        ("sex < male", 5, "=, !="),
        ("(sex = male", 12, ")"),
        ("sex = male sex = male", 12, "the end of the rule"),
        ("group nobody", 7, "odd"),
        ("lvef_pct in (3, )", 17, "a number"),
        ("lvef_pct from 3 and 4", 17, "to"),
        ("lvef_pct < 1e999", 12, "1e308"),
        ("__import__('os')", 1, "a column"),
        ("not " * 90 + "sex = male", 161, "nested"),
    ],
)
def test_a_wrong_rule_is_told_where_and_what_is_allowed(text, character, allowed):
    with pytest.raises(PtaclError, match=re.escape(allowed)) as told:
        parse_rule(text, KNOWN)
    assert str(told.value).startswith(f"Character {character} of the rule")
    assert told.value.code == "group.unreadable_rule"


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=60) | st.text(alphabet="lvef_pctsxandor()<>=\" 5'\n", max_size=60))
def test_any_text_is_a_rule_or_told_why_not(text):
    try:
        parse_rule(text, KNOWN)
    except PtaclError as error:
        assert error.code == "group.unreadable_rule"
