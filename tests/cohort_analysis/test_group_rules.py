"""Groups that one line describes."""

import numpy as np
import pandas as pd
import pytest

from ptacl.cohort_analysis.group_rules import Rule, members, ready_made, rule_of
from ptacl.errors import PtaclError


@pytest.fixture
def table() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "sex": ["female", "male", None, "male"] * 5,
            "age_years": np.arange(50.0, 70.0),
            "lvef_pct": np.r_[np.nan, np.arange(41.0, 60.0)],
            "low_lvef_pct": np.arange(20.0),
            "truth_lbbb": [1.0] + [0.0] * 19,
            "truth_coupling": [1.0] * 20,
        },
        index=[f"S-{number}" for number in range(20)],
    )


def rows(rule: Rule, table: pd.DataFrame) -> list[int]:
    return members(rule, table, {}).tolist()


def test_each_kind_chooses_its_subjects(table):
    assert rows(Rule("sex", "is", "female"), table) == [0, 4, 8, 12, 16]
    assert rows(Rule("lvef_pct", "below", "50"), table) == list(range(1, 10))
    assert rows(Rule("lvef_pct", "from", "50"), table) == list(range(10, 20))
    assert rows(Rule("age_years", "top"), table) == [16, 17, 18, 19]
    assert rows(Rule("age_years", "bottom"), table) == [0, 1, 2, 3]
    assert rows(Rule("truth_lbbb", "some"), table) == [0]
    assert rows(Rule("truth_lbbb", "none"), table) == list(range(1, 20))


def test_the_nearest_of_a_subject_are_itself_and_those_of_the_greatest_cosine(table):
    turn = np.arange(20) * 0.1
    vectors = {"ecg": np.stack([np.cos(turn), np.sin(turn)], axis=1).astype(np.float32)}
    rule = Rule("ecg", "near", "S-7", 4)
    assert (
        set(members(rule, table, vectors)) >= {6, 7, 8} and len(members(rule, table, vectors)) == 4
    )
    assert len(members(Rule("ecg", "near", "S-7", 99), table, vectors)) == 20


def test_what_is_offered_chooses_somebody_and_is_restored_from_its_word(table):
    offered = ready_made(table)
    assert all(rows(rule, table) for rule in offered)
    assert [rule_of(rule.key) for rule in offered] == list(offered)
    columns = {rule.column for rule in offered}
    assert columns == {"sex", "lvef_pct", "truth_lbbb", "age_years"}


@pytest.mark.parametrize("word", ["", "women", "lvef_pct:like:3", "cmr:near:S-1", "lv:near:S-1:5"])
def test_other_words_are_no_rule(word):
    assert rule_of(word) is None


@pytest.mark.parametrize("word", ["nothing:top", "cmr:near:nobody:5", "lvef_pct:below:abc"])
def test_a_rule_that_the_gallery_cannot_follow_says_so(table, word):
    vectors = {"cmr": np.eye(20, dtype=np.float32)}
    with pytest.raises(PtaclError, match=r"nothing|nobody|abc"):
        members(rule_of(word), table, vectors)
