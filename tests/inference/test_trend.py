import pytest

from ptacl.inference.trend import change_table, file_order, trend_table, trends
from ptacl.measurements import shown_in
from ptacl.phenotypes import PHENOTYPES

FIRST = {"lvef_pct": 58.0, "lvef_pct_low": 52.0, "lvef_pct_high": 64.0, "qrs_ms": 96.0}
LATER = {"lvef_pct": 40.0, "lvef_pct_low": 33.0, "lvef_pct_high": 47.0, "qrs_ms": 131.0}
WITHHELD = {"lvef_pct": None, "qrs_ms": 104.0, "pr_ms": None}


def by_key(rows: list[dict]) -> dict:
    return {trend.key: trend for trend in trends(rows)}


def test_the_phenotypes_come_first_and_a_withheld_one_has_no_point():
    found = trends([FIRST, WITHHELD, LATER])
    assert (
        len(found) == len(PHENOTYPES) + len(shown_in("inspection"))
        and found[0].key == "lvedv_ml"
        and not found[0].points
    )
    lvef = by_key([FIRST, WITHHELD, LATER])["lvef_pct"]
    assert [point.order for point in lvef.points] == [1, 3]
    assert lvef.change == -18.0


def test_a_change_counts_only_where_the_intervals_do_not_touch():
    assert by_key([FIRST, LATER])["lvef_pct"].intervals_disjoint
    assert not by_key([FIRST, {**LATER, "lvef_pct_high": 52.0}])["lvef_pct"].intervals_disjoint
    assert not by_key([FIRST])["lvef_pct"].intervals_disjoint
    assert not by_key([FIRST, LATER])["qrs_ms"].intervals_disjoint  # a measurement has no interval


def test_the_table_has_a_line_a_value():
    table = trend_table(trends([FIRST, LATER]))
    assert list(table.key) == ["lvef_pct"] * 2 + ["qrs_ms"] * 2
    assert table.low_90.iloc[1] == pytest.approx(33.0)
    assert table.low_90.iloc[2:].isna().all()


def test_an_axis_turns_the_shorter_way():
    turned = by_key([{"qrs_axis_deg": -170.0}, {"qrs_axis_deg": 175.0}])["qrs_axis_deg"]
    assert turned.change == -15.0


def test_changes_tell_predictions_that_left_both_intervals_from_what_was_measured():
    table = change_table(trends([FIRST, {**LATER, "pr_ms": 160.0}])).set_index("key")
    assert list(table.index) == ["lvef_pct", "qrs_ms"]  # PR is known of one alone
    assert table.change.to_dict() == {"lvef_pct": -18.0, "qrs_ms": 35.0}
    assert table.apart["lvef_pct"] is True and table.apart["qrs_ms"] is None


def test_files_stand_in_the_order_of_their_numbers():
    names = ["ecg10.xml", "2020-01 b.xml", "ecg9.xml", "1.xml", "A.xml"]
    wanted = ["1.xml", "2020-01 b.xml", "A.xml", "ecg9.xml", "ecg10.xml"]
    assert sorted(names, key=file_order) == wanted
