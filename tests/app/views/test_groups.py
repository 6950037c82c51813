"""The page of groups in its states, and what it keeps in the session and in the address bar."""

import io
import json

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from tests.app.driving import open_page, shown, tables, text

LVEF = ["lvef_pct:from:50", "lvef_pct:below:50"]
SEXES = ["sex:is:female", "sex:is:male"]
CHOICE = """
import streamlit as st

from app.session.galleries import gallery
from app.views.groups.group_picker import choose_groups

st.json([[group.title, len(group.rows)] for group in choose_groups(gallery())])
"""


@pytest.fixture
def choice(app):
    """The choice of groups alone: what is chosen, as titles and sizes."""
    return AppTest.from_string(CHOICE, default_timeout=30)


def choose(page, *keys: str):
    page.multiselect(key="groups").set_value(list(keys)).run()
    assert not page.exception and not page.error
    return page


def upload(page, name: str, content: bytes):
    page.file_uploader(key="_uploaded_group").set_value((name, content, "text/csv")).run()
    assert not page.exception
    return page


def chosen(page) -> list[str]:
    return page.multiselect(key="groups").value


def sections(page) -> set[str]:
    return {subheader.value for subheader in page.subheader}


def compared(page) -> list[pd.DataFrame]:
    return [table for table in tables(page) if "Difference (95 %)" in table]


def test_a_link_restores_its_groups_and_names_what_the_gallery_lacks(choice):
    linked = ["sex:is:male", "cmr:near:S0-00004:12"]
    choice.query_params["groups"] = [*linked, "other_column:top"]
    choice.run()
    assert chosen(choice) == linked and choice.query_params["groups"] == linked
    assert "12 hearts nearest to S0-00004" in choice.json[0].value
    assert "lacks: other" in choice.caption[0].value


def test_an_uploaded_list_becomes_a_group_of_the_session_and_never_of_the_link(choice):
    page = choose(choice.run(), "sex:is:male")
    upload(page, "my patients.csv", b"subject_id\nS0-00001\nS0-00002\nelsewhere\n")
    assert chosen(page) == ["sex:is:male", "kept:my patients"]
    assert json.loads(page.json[0].value)[1] == ["my patients", 2]
    assert page.query_params["groups"] == "sex:is:male"
    page.button(key="drop-my patients").click().run()
    assert chosen(page) == ["sex:is:male"]


def add_rule(page, rule: str):
    page.text_input(key="group_rule").set_value(rule)
    page.button(key="rule_add").click().run()
    assert not page.exception
    return page


def test_a_rule_becomes_a_group_of_the_link_and_everyone_else_is_in_no_other(choice, gallery):
    page = choose(choice.run(), "sex:is:male")
    add_rule(page, "SEX = female")
    assert "Character 1 of the rule" in page.error[0].value and chosen(page) == ["sex:is:male"]
    add_rule(page, "sex = female AND lvef_pct<50")
    add_rule(page, "everyone else")
    linked = ["sex:is:male", "rule:sex = female and lvef_pct < 50", "rule:everyone else"]
    assert chosen(page) == linked and page.query_params["groups"] == linked
    table = gallery.table
    sizes = [
        int((table["sex"] == "male").sum()),
        int(((table["sex"] == "female") & (table["lvef_pct"] < 50)).sum()),
    ]
    assert [size for _, size in json.loads(page.json[0].value)] == [
        *(sizes if sizes[1] else sizes[:1]),
        len(table) - sum(sizes),
    ]


def test_a_rule_of_a_saved_group_stays_out_of_the_link(choice):
    page = choose(choice.run(), "sex:is:male")
    upload(page, "mine.csv", b"S0-00001\nS0-00002\n")
    add_rule(page, "not group mine")
    assert chosen(page)[-1] == "rule:not group mine"
    assert page.query_params["groups"] == "sex:is:male"


def test_a_file_of_groups_is_imported_and_names_the_ids_that_the_gallery_lacks(choice):
    from ptacl.cohort_analysis.group_files import FiledGroup, groups_json

    filed = (
        FiledGroup("ours", subject_ids=("S0-00001", "elsewhere")),
        FiledGroup("low", rule="rule:lvef_pct < 50"),
    )
    page = choose(choice.run(), "sex:is:male")
    upload(page, "groups.json", groups_json(filed, synthetic=True).encode())
    assert chosen(page) == ["sex:is:male", "kept:ours", "rule:lvef_pct < 50"]
    assert "Not in this gallery: 1 of ours (elsewhere)." in page.warning[0].value


@pytest.mark.parametrize(
    ("content", "said"), [(b"\x89PNG\xff", "is no list of ids"), (b"id\nnobody\n", "None of the 1")]
)
def test_a_list_that_names_nobody_says_so(choice, content, said):
    page = upload(choice.run(), "list.csv", content)
    assert said in page.error[0].value and chosen(page) == LVEF


def test_the_nearest_of_a_heart_become_a_group(choice):
    page = choose(choice.run(), "sex:is:male")
    page.selectbox(key="near_subject").set_value("S0-00003")
    page.number_input(key="near_count").set_value(9)
    page.button(key="near_add").click().run()
    assert chosen(page) == ["sex:is:male", "cmr:near:S0-00003:9"]


def test_the_page_opens_compared_and_a_visit_elsewhere_keeps_the_choice(app, gallery):
    page = shown(app, "groups")
    assert not page.error and chosen(page) == LVEF and page.query_params["groups"] == LVEF
    assert {"Differences", "ECGs", "Hearts", "Interpolation between the groups"} <= (sections(page))
    choose(page, *SEXES)
    row = compared(page)[0].loc["LVEDV (mL)"]
    women, men = (gallery.table["lvedv_ml"][gallery.table["sex"] == s] for s in ("female", "male"))
    assert row["women"] == f"{women.mean():.1f} ± {women.std():.1f}"
    assert row["Difference (95 %)"].startswith(f"+{men.mean() - women.mean():.1f} (")
    assert "atched for age and body surface area" in text(
        page
    )  # men and women have no sex in common
    open_page(page, "model").run()
    assert chosen(open_page(page, "groups").run()) == SEXES


def test_no_group_and_one_group_say_what_to_choose(app):
    app.run()
    app.session_state["_chosen_groups"] = []
    page = open_page(app, "groups").run()
    assert "Choose two groups" in page.info[0].value and not page.subheader
    choose(page, "sex:is:male")
    assert "second group" in page.info[0].value
    assert sections(page) == {"ECGs", "Hearts", "Strain"}


def test_a_group_of_one_has_a_mean_and_no_deviation(app, gallery):
    page = shown(app, "groups")
    page.session_state["_named_groups"] = {
        str(gallery.path): {"one": ("S0-00003",), "few": ("S0-00010", "S0-00011", "S0-00012")}
    }
    choose(page.run(), "kept:one", "kept:few")
    every = "\n".join(table.to_string() for table in tables(page))
    assert "nan" not in every and "nan" not in text(page)
    own = gallery.table.loc["S0-00003"]
    assert compared(page)[0].loc["LVEDV (mL)", "one"] == f"{own.lvedv_ml:.1f}"
    assert tables(page)[0].loc["one", "Age (years)"] == f"{own.age_years:.0f}"
    assert "one: 1 subject · few: 3 subjects" in text(page)


def test_overlap_and_small_groups_are_told(gallery):
    from app.views.groups.comparison import (
        compare_with_first,
        comparison_csv,
        comparison_sentence,
    )
    from app.views.groups.group_picker import Group

    men = (gallery.table["sex"] == "male").to_numpy().nonzero()[0]
    women = (gallery.table["sex"] == "female").to_numpy().nonzero()[0]
    both = Group("some", pd.Index(men[:6]).union(women[:9]).to_numpy())
    found = compare_with_first(gallery, [Group("men", men), both, Group("few", women[:4])])
    assert "6 subjects in both groups are excluded" in comparison_sentence(found[0])
    assert "Fewer than 5 in a group: means only" in comparison_sentence(found[1])
    assert not compare_with_first(gallery, [Group("men", men), Group("within", men[:7])])
    table = pd.read_csv(io.StringIO(comparison_csv(found[:1])))
    assert set(table["way"]) == {"all", "matched"} and len(table) == 2 * len(found[0].plain)
    assert set(table["n_other"][table["way"] == "all"]) == {9}


def test_three_groups_and_nothing_is_computed_again_that_did_not_change(app, monkeypatch):
    from app.views.groups import averages as pictured
    from app.views.groups import comparison as against

    calls = []
    for place, name in ((against, "compare_groups"), (pictured, "group_beat")):
        original = getattr(place, name)
        monkeypatch.setattr(
            place, name, lambda *a, n=name, f=original, **k: calls.append(n) or f(*a, **k)
        )
    page = shown(app, "groups")
    calls.clear()
    choose(page, *SEXES, "lvef_pct:bottom")
    assert [list(table)[:2] for table in compared(page)] == [
        ["women", "men"], ["women", "LVEF: lowest fifth"]
    ]  # fmt: skip
    assert calls.count("compare_groups") == 4 and calls.count("group_beat") == 3
    page.toggle(key="matched").set_value(False)
    page.segmented_control(key="space").set_value("ecg")
    page.selectbox(key="walk_to").set_value(2).run()
    assert "towards **LVEF: lowest fifth**" in text(page)
    assert len(calls) == 7
