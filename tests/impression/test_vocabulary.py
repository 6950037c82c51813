import pytest

from ptacl.impression.scp_codes import MEANINGS, meant_by, stated_by
from ptacl.impression.vocabulary import BY_CODE, RULES
from ptacl.types import LEADS

PLACE = {rule.code: at for at, rule in enumerate(RULES)}


def test_codes_are_unique_and_there_are_about_fifty():
    assert len(PLACE) == len(RULES) and 45 <= len(RULES) <= 65


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_a_row_relates_to_rows_below_it_only_and_names_its_source(rule):
    for code in (*rule.excludes, *rule.implies):
        assert PLACE[code] > PLACE[rule.code], code
    assert not set(rule.excludes) & set(rule.implies)
    assert set(rule.needs) <= set(LEADS)
    assert rule.source.count(";") == 1 and rule.limits and rule.text[0].isupper()


def test_each_scp_code_and_each_meaning_is_listed_once():
    codes = [code for meaning in MEANINGS for code in meaning.codes]
    assert len(codes) == len(set(codes))
    assert len({meaning.title for meaning in MEANINGS}) == len(MEANINGS)


def test_the_statements_of_the_meanings_exist():
    assert all(meaning.statements <= set(BY_CODE) for meaning in MEANINGS)


def test_codes_and_statements_of_one_meaning_agree():
    assert meant_by({"CLBBB"}) == stated_by({"lbbb"}) == {"left bundle branch block"}
    assert stated_by({"rbbb_lafb"}) == {
        "right bundle branch block", "left anterior fascicular block",
    }  # fmt: skip
    assert stated_by({"model_lvef_pct"}) == frozenset()
