"""A cohort brings its own targets: a list beside its table, no edit of the source."""

import json
from pathlib import Path

import numpy as np
import pytest

from ptacl.errors import PtaclError
from ptacl.io.cohort.targets import read_target_table, read_targets, targets_file

LIST = [
    {"key": "lamax_ml", "title": "Left atrial maximal volume", "unit": "mL", "ukb_field": 24110},
    {"key": "af5y", "title": "Atrial fibrillation within five years", "kind": "binary"},
    {"key": "death", "title": "Death", "kind": "event", "time": "death_years"},
]


def targets_in(folder: Path, entries: object = LIST) -> Path:
    path = folder / "targets.json"
    path.write_text(json.dumps(entries))
    return path


def test_values_come_from_named_columns_and_from_fields_of_the_visit(tmp_path: Path) -> None:
    path, table = targets_in(tmp_path), tmp_path / "a.csv"
    other = tmp_path / "b.tsv"
    table.write_text(
        "eid,24110-2.0,24110-3.0,af5y\n1001,61.5,99,no\n1002,70,99,1\n1003.0,many,99,2\n7,50,99,1\n"
    )
    other.write_text("eid\tdeath\tdeath_years\n1001\t1\t3,5\n1002\t0\t0\n")
    read = read_target_table(path, [table, other], ["1001", "1002", "1003"])
    values = read.values.set_index("subject_id")
    nan = np.nan
    np.testing.assert_equal(values["lamax_ml"].tolist(), [61.5, 70.0, nan])
    np.testing.assert_equal(values["af5y"].tolist(), [0.0, 1.0, nan])
    np.testing.assert_equal(values["death"].tolist(), [1.0, 0.0, nan])
    np.testing.assert_equal(values["death_years"].tolist(), [3.5, nan, nan])
    assert read.notes[0] == (
        "Target column lamax_ml: 2 subjects; 1 more cells are contradictory or not allowed."
    )
    visit_3 = read_target_table(path, [table, other], ["1001"], instance=3).values
    assert visit_3["lamax_ml"].tolist() == [99.0]


def test_two_tables_that_differ_leave_no_value(tmp_path: Path) -> None:
    path = targets_in(tmp_path, LIST[1:2])
    for name, value in (("a.csv", 0), ("b.csv", 1)):
        (tmp_path / name).write_text(f"subject_id,af5y\np1,{value}\np2,1\n")
    read = read_target_table(path, [tmp_path / "a.csv", tmp_path / "b.csv"], ["p1", "p2"])
    np.testing.assert_equal(read.values["af5y"].tolist(), [np.nan, 1.0])


@pytest.mark.parametrize(
    ("entries", "says"),
    [
        ({}, "no list of targets"),
        ([{"key": "a"}], "title"),
        ([{"key": "a", "title": "A", "range": 1}], "unknown key 'range'"),
        ([{"key": "a", "title": "A"}] * 2, "occurs twice"),
        ([{"key": "lvef_pct", "title": "A"}], "built in"),
        ([{"key": "A b", "title": "A"}], "lower-case"),
        ([{"key": "a", "title": "A", "kind": "event"}], "column `time`"),
    ],
)
def test_a_list_that_cannot_be_used_says_why(tmp_path: Path, entries: object, says: str) -> None:
    with pytest.raises(PtaclError, match=says):
        read_targets(targets_in(tmp_path, entries))


def test_a_target_without_a_column_stops_the_import_at_once(tmp_path: Path) -> None:
    path = targets_in(tmp_path)
    (tmp_path / "a.csv").write_text("subject_id,af5y\np1,0\n")
    with pytest.raises(PtaclError, match=r"no table .* column lamax_ml or of field 24110"):
        read_target_table(path, [tmp_path / "a.csv"], ["p1"])


def test_the_list_lies_beside_the_table_or_in_the_folder(tmp_path: Path) -> None:
    (tmp_path / "tables").mkdir()
    assert targets_file(tmp_path, [tmp_path / "tables" / "a.csv"]) is None
    path = targets_in(tmp_path / "tables")
    assert targets_file(tmp_path, [tmp_path / "tables" / "a.csv"]) == path
