"""A UK Biobank folder: its files, its tables in three spellings, and what is missing."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from ptacl.errors import BadInput
from ptacl.io.cohort.read import read_cohort
from ptacl.io.cohort.synthetic_marker import write_mark
from ptacl.io.cohort.ukb import read_ukb
from ptacl.io.cohort.ukb_columns import field_of
from ptacl.io.cohort.ukb_files import file_name, find_files
from ptacl.io.cohort.ukb_table import read_values
from ptacl.phenotypes import PHENOTYPES
from ptacl.types import Problem

ECG, CINE = 20205, 20209
MEASURED = {entry.ukb_field: 10.0 + place for place, entry in enumerate(PHENOTYPES)}
SPELLINGS: dict[str, Callable[[int, int], str]] = {
    "csv": lambda field, instance: f"{field}-{instance}.0",
    "tab": lambda field, instance: f"f.{field}.{instance}.0",
    "parquet": lambda field, instance: f"p{field}" + ("" if field == 31 else f"_i{instance}"),
}
EID = {"csv": "eid", "tab": "f.eid", "parquet": "eid"}


def touch(folder: Path, eid: str, fields: tuple[int, ...] = (ECG, CINE), instance: int = 2) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for field in fields:
        (folder / file_name(eid, field, instance)).write_bytes(b"")


def write_table(folder: Path, kind: str, rows: list[dict[tuple[int, int], object]]) -> Path:
    """Rows of (field, instance) → value, participants numbered from 1000001."""
    named = [
        {EID[kind]: 1000001 + place, **{SPELLINGS[kind](*key): v for key, v in row.items()}}
        for place, row in enumerate(rows)
    ]
    frame = pd.DataFrame(named)
    path = folder / f"ukb12345.{kind}"
    if kind == "parquet":
        frame.to_parquet(path)
    else:
        frame.to_csv(path, sep="\t" if kind == "tab" else ",", index=False)
    return path


def visit(instance: int, shift: float = 0.0) -> dict[tuple[int, int], object]:
    covariates = {21003: 61, 50: 170 + shift, 21002: 70 + shift}
    return {(f, instance): v for f, v in covariates.items()} | {
        (f, instance): v + shift for f, v in MEASURED.items()
    }


@pytest.mark.parametrize("kind", list(SPELLINGS))
def test_each_spelling_says_the_same(tmp_path: Path, kind: str) -> None:
    touch(tmp_path / "20205", "1000001", (ECG,))
    touch(tmp_path / "20209", "1000001", (CINE,))
    others = {(22420, 2): 99.0, (31060, 2): 98.0, (24103, 0): 97.0}  # LVEF of other analyses
    row = {(31, 0): 1, **visit(2), **visit(3, 5.0), **others}
    write_table(tmp_path, kind, [row, {(31, 0): 0}])
    (source,) = read_ukb(tmp_path).sources
    subject = source.subject
    assert (subject.subject_id, subject.sex, subject.age_years) == ("1000001", "male", 61)
    assert (subject.height_cm, subject.weight_kg) == (170, 70)
    assert subject.phenotypes == {e.key: MEASURED[e.ukb_field] for e in PHENOTYPES}
    assert source.ecg == tmp_path / "20205" / "1000001_20205_2_0.xml"
    assert source.cine == tmp_path / "20209" / "1000001_20209_2_0.zip"


@pytest.mark.parametrize("kind", list(SPELLINGS))
def test_the_other_visit_takes_all_but_the_sex_from_itself(tmp_path: Path, kind: str) -> None:
    touch(tmp_path, "1000001")
    touch(tmp_path, "1000001", instance=3)
    write_table(tmp_path, kind, [{(31, 0): 0, **visit(2), **visit(3, 5.0)}])
    (source,) = read_ukb(tmp_path, 3).sources
    assert source.ecg.name == "1000001_20205_3_0.xml"
    assert (source.subject.sex, source.subject.height_cm) == ("female", 175)
    assert source.subject.phenotypes["lvef_pct"] == MEASURED[24103] + 5
    with pytest.raises(BadInput, match=r"instance 2 only.*--instance 2"):
        other = tmp_path / "one"
        touch(other, "1000001")
        read_ukb(other, 3)


def test_columns_of_fields_are_known_and_others_are_not() -> None:
    assert field_of("participant.p24103_i3_a1") == (24103, 3, 1)
    for name in ("eid", "24103", "x24103-2.0", "p24103_i2_extra", "f.24103.2"):
        assert field_of(name) is None


def test_height_and_weight_have_second_sources(tmp_path: Path) -> None:
    rows: list[dict[tuple[int, int], object]] = [
        {(50, 2): 170, (12144, 2): 181, (21002, 2): 70, (21001, 2): 30},
        {(12144, 2): 181, (12143, 2): 82, (21001, 2): 30},
        {(50, 2): 200, (21001, 2): 20},
        {(12144, 2): 81, (21001, 2): 20},
    ]
    eids = [str(1000001 + n) for n in range(4)]
    values = read_values([write_table(tmp_path, "csv", rows)], eids, 2).values
    found = {eid: {key: float(text) for key, text in row.items()} for eid, row in values.items()}
    # the imaging visit's own (12144, 12143) come first
    assert found["1000001"] == {"height_cm": 181, "weight_kg": 70}
    assert found["1000002"] == {"height_cm": 181, "weight_kg": 82}
    assert found["1000003"] == {"height_cm": 200, "weight_kg": 80}
    assert found["1000004"] == {}


def test_fields_in_several_tables_come_together_and_other_tables_are_passed_over(
    tmp_path: Path,
) -> None:
    touch(tmp_path, "1000001")
    pd.DataFrame({"eid": [1000001], "31-0.0": [0]}).to_csv(tmp_path / "a.csv", index=False)
    pd.DataFrame({"eid": [1000001], "24103-2.0": [61.5], "31-0.0": [0.0]}).to_csv(
        tmp_path / "b.csv", index=False
    )
    (tmp_path / "notes.txt").write_text("eid is a number\n")
    found = read_ukb(tmp_path)
    gave = {table.name: (table.participants, table.fields) for table in found.tables}
    assert gave == {
        "a.csv": (1, ("sex",)), "b.csv": (1, ("lvef_pct", "sex")), "notes.txt": (0, ()),
    }  # fmt: skip
    assert found.problems == []
    assert found.sources[0].subject.sex == "female"
    assert found.sources[0].subject.phenotypes == {"lvef_pct": 61.5}


def test_missing_recordings_and_odd_values_are_problems(tmp_path: Path) -> None:
    touch(tmp_path, "1000001")
    touch(tmp_path, "1000002", (ECG,))
    touch(tmp_path, "1000003", (CINE,))
    touch(tmp_path, "1000004")
    touch(tmp_path / "again", "1000004", (CINE,))
    touch(tmp_path, "1000005")
    touch(tmp_path, "1000006", (ECG, CINE), instance=3)
    write_table(tmp_path, "csv", [{(24103, 2): 61}] * 4 + [{(24103, 2): 161}])
    found = read_ukb(tmp_path)
    assert [source.subject.subject_id for source in found.sources] == ["1000001"]
    assert found.problems == [
        Problem(
            "1000002",
            "1000002_20209_2_0.zip",
            "there is no cine of instance 2",
            "cohort.file_missing",
        ),
        Problem(
            "1000003",
            "1000003_20205_2_0.xml",
            "there is no ECG of instance 2",
            "cohort.file_missing",
        ),
        Problem(
            "1000004",
            "1000004_20209_2_0.zip",
            "the cine is in 2 folders",
            "cohort.file_ambiguous",
        ),
        Problem(
            "1000005", "ukb12345.csv", "lvef_pct is '161', outside 2 to 100", "cohort.invalid_value"
        ),
    ]


def test_without_a_table_subjects_have_no_phenotypes(tmp_path: Path) -> None:
    touch(tmp_path, "1000001")
    found = read_ukb(tmp_path)
    assert found.tables == [] and found.sources[0].subject.phenotypes == {}
    (problem,) = found.problems
    assert "no table gives phenotypes" in problem.reason


def test_a_table_from_elsewhere_must_be_one(tmp_path: Path) -> None:
    touch(tmp_path / "bulk", "1000001")
    table = write_table(tmp_path, "tab", [{(24103, 2): 55}])
    found = read_ukb(tmp_path / "bulk", table=table)
    assert found.sources[0].subject.phenotypes == {"lvef_pct": 55}
    (tmp_path / "other.csv").write_text("a,b\n1,2\n")
    with pytest.raises(BadInput, match="not a table of participants"):
        read_ukb(tmp_path / "bulk", table=tmp_path / "other.csv")
    (tmp_path / "bulk" / "bad.parquet").write_bytes(b"PAR1 no")
    first, second = read_ukb(tmp_path / "bulk").problems
    assert (first.subject_id, first.file) == ("", "bad.parquet")
    assert "cannot be read as a table" in first.reason
    assert (second.subject_id, second.file) == ("", "")
    assert "tables examined (bad.parquet)" in second.reason


def test_other_files_are_not_taken(tmp_path: Path) -> None:
    touch(tmp_path, "1000001")
    for name in ("1000002_6025_2_0.xml", "1000002_20208_2_0.zip", "1000002_20205_2_0.zip",
                 "x_20205_2_0.xml", "1000002_20205_2_1.xml"):  # fmt: skip
        (tmp_path / name).write_bytes(b"")
    (tmp_path / ".hidden").mkdir()
    touch(tmp_path / ".hidden", "1000003")
    assert find_files(tmp_path).eids == ["1000001"]


def test_a_folder_without_a_cohort_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"neither pairs\.csv nor UK Biobank files"):
        read_cohort(tmp_path)


def test_a_mark_makes_a_cohort_synthetic(tmp_path: Path) -> None:
    touch(tmp_path, "9000001")
    assert read_cohort(tmp_path).simulation is None
    write_mark(tmp_path, {"seed": 4})
    assert read_cohort(tmp_path).simulation == {"seed": 4}
    (tmp_path / "SYNTHETIC.json").write_text("[1")
    assert read_cohort(tmp_path).simulation == {}


def test_a_mark_below_or_beside_a_linked_file_makes_a_cohort_synthetic(tmp_path: Path) -> None:
    touch(tmp_path / "made" / "20205", "9000001", (ECG,))
    touch(tmp_path / "made" / "20209", "9000001", (CINE,))
    write_mark(tmp_path / "made", {"seed": 4})
    assert read_cohort(tmp_path).simulation == {"seed": 4}
    linked = tmp_path / "linked"
    linked.mkdir()
    for field in ("20205", "20209"):
        (linked / field).symlink_to(tmp_path / "made" / field)
    assert read_cohort(linked).simulation == {"seed": 4}
    touch(tmp_path / "real", "1000001")
    assert read_cohort(tmp_path / "real").simulation is None
    touch(tmp_path / "also", "9000002")
    write_mark(tmp_path / "also", {"seed": 5})
    assert read_cohort(tmp_path).simulation == {}


def test_a_table_of_pairs_knows_the_marks_of_the_files_that_it_names(tmp_path: Path) -> None:
    touch(tmp_path / "made" / "files", "9000001")
    write_mark(tmp_path / "made", {"seed": 4})
    (tmp_path / "tables").mkdir()
    table = tmp_path / "tables" / "pairs.csv"
    names = [f"../made/files/{file_name('9000001', field, 2)}" for field in (ECG, CINE)]
    table.write_text(f"subject_id,ecg,cine\n9000001,{','.join(names)}\n")
    assert read_cohort(table).simulation == {"seed": 4}


def test_linked_folders_are_entered_once_and_circles_end(tmp_path: Path) -> None:
    touch(tmp_path / "elsewhere" / "bulk", "1000001")
    cohort = tmp_path / "cohort"
    cohort.mkdir()
    for name in ("a", "b"):
        (cohort / name).symlink_to(tmp_path / "elsewhere")
    (tmp_path / "elsewhere" / "bulk" / "up").symlink_to(tmp_path / "elsewhere")
    found = find_files(cohort)
    assert found.ecgs == {"1000001": [cohort / "a" / "bulk" / file_name("1000001", ECG, 2)]}


def test_a_table_of_half_a_million_is_read_in_parts(tmp_path: Path) -> None:
    eids = np.arange(1_000_000, 1_100_000)
    frame = pd.DataFrame({"eid": eids, "24103-2.0": eids % 100})
    frame.to_csv(tmp_path / "t.csv", index=False)
    values = read_values([tmp_path / "t.csv"], ["1000007", "1099999", "5"], 2).values
    assert values == {"1000007": {"lvef_pct": "7"}, "1099999": {"lvef_pct": "99"}}
