"""UK Biobank's tables however they were converted: columns, separators, packing, numbers."""

import bz2
import gzip
import zipfile
from pathlib import Path

import pandas as pd
import pytest

from ptacl.io.cohort.ukb import read_ukb
from ptacl.io.cohort.ukb_columns import read_column
from ptacl.io.cohort.ukb_files import file_name

EIDS = ("9000001", "9000002")
VALUES = {31: 1, 21003: 61, 12144: 171.5, 12143: 72.4, 24103: 58.3, 24100: 151.2, 24109: 55.5}
TITLES = {
    31: "Sex", 21003: "Age when attended assessment centre", 12144: "Height",
    12143: "Weight (pre-imaging)", 24103: "LV ejection fraction",
    24100: "LV end diastolic volume", 24109: "RV ejection fraction",
}  # fmt: skip


def visit(field: int) -> int:
    return 0 if field == 31 else 2


def with_title(field: int) -> str:
    return TITLES[field] + (f" | Instance {visit(field)}" if field != 31 else "")


SPELLINGS = {
    "UK Biobank's csv": ("eid", lambda f: f"{f}-{visit(f)}.0"),
    "its table for R": ("f.eid", lambda f: f"f.{f}.{visit(f)}.0"),
    "the csv after read.csv": ("eid", lambda f: f"X{f}.{visit(f)}.0"),
    "an underscored csv": ("f_eid", lambda f: f"f_{f}_{visit(f)}_0"),
    "Stata": ("n_eid", lambda f: f"n_{f}_{visit(f)}_0"),
    "ukbtools": ("eid", lambda f: f"{TITLES[f].lower().replace(' ', '_')}_f{f}_{visit(f)}_0"),
    "the platform": ("eid", lambda f: f"p{f}" + (f"_i{visit(f)}" if f != 31 else "")),
    "the platform's entity": ("participant.eid", lambda f: f"participant.p{f}_i{visit(f)}_a0"),
    "titles": ("Participant ID", with_title),
    "titles after read.csv": (
        "Participant.ID", lambda f: "".join(c if c.isalnum() else "." for c in with_title(f)),
    ),
    "the cohort browser": (
        "Participant ID(participant - eid)",
        lambda f: f"{with_title(f)}(participant - p{f}" + (f"_i{visit(f)})" if f != 31 else ")"),
    ),
}  # fmt: skip


def bulk(folder: Path, *eids: str, instance: int = 2) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for eid in eids or EIDS:
        for field in (20205, 20209):
            (folder / file_name(eid, field, instance)).write_bytes(b"")
    return folder


def a_table(spelling: str = "UK Biobank's csv", sep: str = ",", decimal: str = ".") -> str:
    """Two participants, the second without values."""
    eid, name = SPELLINGS[spelling]
    quote = '"' if " " in spelling else ""
    header = sep.join(f"{quote}{column}{quote}" for column in (eid, *map(name, VALUES)))
    row = sep.join(["9000001", *(str(v).replace(".", decimal) for v in VALUES.values())])
    return f"{header}\n{row}\n9000002{sep * len(VALUES)}\n"


def check(folder: Path) -> None:
    found = read_ukb(folder)
    assert [problem.reason for problem in found.problems] == []
    first, second = (source.subject for source in found.sources)
    assert (first.subject_id, first.sex, first.age_years) == ("9000001", "male", 61)
    assert (first.height_cm, first.weight_kg) == (171.5, 72.4)
    assert first.phenotypes == {"lvef_pct": 58.3, "lvedv_ml": 151.2, "rvef_pct": 55.5}
    assert (second.sex, second.phenotypes) == (None, {})
    (report,) = [table for table in found.tables if table.fields]
    assert (report.participants, len(report.fields)) == (1, len(VALUES))


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_every_spelling_of_the_columns_is_read(tmp_path: Path, spelling: str) -> None:
    (bulk(tmp_path) / "table.csv").write_text(a_table(spelling))
    check(tmp_path)


@pytest.mark.parametrize("sep", [",", ";", "\t", "|"])
@pytest.mark.parametrize("decimal", [".", ","])
def test_every_separator_is_read_with_points_or_commas(
    tmp_path: Path, sep: str, decimal: str
) -> None:
    if sep == decimal:
        pytest.skip("no one can read this")
    (bulk(tmp_path) / "ukb.txt").write_text(a_table(sep=sep, decimal=decimal))
    check(tmp_path)


@pytest.mark.parametrize("pack", ["gz", "bz2", "zip", "utf-16", "utf-8-sig", "\r\n"])
def test_packed_and_marked_tables_are_read(tmp_path: Path, pack: str) -> None:
    text, folder = a_table(), bulk(tmp_path)
    if pack == "zip":
        with zipfile.ZipFile(folder / "ukb.csv.zip", "w") as archive:
            archive.writestr("ukb.csv", text)
    elif pack in ("gz", "bz2"):
        squeeze = gzip.compress if pack == "gz" else bz2.compress
        (folder / f"ukb.CSV.{pack}").write_bytes(squeeze(text.encode()))
    elif pack == "\r\n":
        (folder / "ukb.csv").write_bytes(text.replace("\n", "\r\n").encode())
    else:
        (folder / "ukb.csv").write_bytes(text.encode(pack))
    check(tmp_path)


def test_a_file_of_stata_itself_is_read(tmp_path: Path) -> None:
    named = {f"n_{f}_{visit(f)}_0": [v, None] for f, v in VALUES.items()}
    frame = pd.DataFrame({"n_eid": [9000001, 9000002], **named})
    frame.to_stata(bulk(tmp_path) / "ukb.dta", write_index=False)
    check(tmp_path)


def test_a_table_with_r_s_row_names_is_read_and_one_without_a_name_for_its_ids(
    tmp_path: Path,
) -> None:
    header, *rows = a_table("its table for R", " ").replace("  ", " NA NA").splitlines()
    row = rows[0]
    (bulk(tmp_path / "a") / "ukb.tab").write_text(f'{header}\n"1" {row}\n')
    (source, _) = read_ukb(tmp_path / "a").sources
    assert source.subject.phenotypes["lvef_pct"] == 58.3
    (bulk(tmp_path / "b") / "ukb.csv").write_text(a_table().removeprefix('"eid"'))
    (source, _) = read_ukb(tmp_path / "b").sources
    assert source.subject.phenotypes["lvef_pct"] == 58.3


@pytest.mark.parametrize(
    "eid",
    ["9000001.0", "9.000001e+06", " 9000001", '"9000001"', "9000001 ", "9000001.00",
     '"9,000,001"', "9.000001E6"],
)  # fmt: skip
def test_numbers_of_participants_are_read_as_spreadsheets_write_them(
    tmp_path: Path, eid: str
) -> None:
    (bulk(tmp_path) / "ukb.csv").write_text(a_table().replace("\n9000001,", f"\n{eid},"))
    check(tmp_path)


@pytest.mark.parametrize("eid", ["9.00E+06", "9.0e+06", "9.00000E+06"])
def test_rounded_numbers_of_participants_are_nobody_s(tmp_path: Path, eid: str) -> None:
    (bulk(tmp_path) / "ukb.csv").write_text(a_table().replace("\n9000001,", f"\n{eid},"))
    found = read_ukb(tmp_path)
    assert "rounded" in found.problems[0].reason
    assert all(not source.subject.phenotypes for source in found.sources)


@pytest.mark.parametrize("header", ["ID", "Participant ID", "f.eid", "n_eid", "X.eid", "EID", "id"])
def test_the_column_of_participants_is_known_however_it_is_called(
    tmp_path: Path, header: str
) -> None:
    (bulk(tmp_path) / "ukb.csv").write_text(a_table().replace('"eid"', f'"{header}"', 1))
    check(tmp_path)


@pytest.mark.parametrize(
    ("written", "sex"),
    [("0", "female"), ("1.0", "male"), ("Female", "female"), ("Male", "male"), ("MALE", "male")],
)
def test_the_sex_is_a_code_or_a_word(tmp_path: Path, written: str, sex: str) -> None:
    (bulk(tmp_path, "9000001") / "ukb.csv").write_text(f"eid,31-0.0\n9000001,{written}\n")
    assert read_ukb(tmp_path).sources[0].subject.sex == sex


def test_lvef_of_other_analyses_and_other_visits_never_stand_for_it(tmp_path: Path) -> None:
    (bulk(tmp_path, "9000001") / "ukb.csv").write_text(
        "eid,22420-2.0,31060-2.0,24103-3.0,24103-2.1,24103-0.0\n9000001,51,52,53,54,55\n"
    )
    found = read_ukb(tmp_path)
    assert found.sources[0].subject.phenotypes == {}
    assert found.tables[0].note == "it has no field of instance 2, but of 0, 3"


def test_a_title_of_several_fields_is_said_and_twice_it_is_nobody_s(tmp_path: Path) -> None:
    title = "LV ejection fraction | Instance 2"
    once = bulk(tmp_path / "once", "9000001") / "t.csv"
    once.write_text(f"Participant ID,{title}\n9000001,58.3\n")
    found = read_ukb(once.parent)
    assert found.sources[0].subject.phenotypes == {"lvef_pct": 58.3}
    assert found.tables[0].note == (
        "identified by title only, assumed to be of category 157: lvef_pct as 24103"
    )
    twice = bulk(tmp_path / "twice", "9000001") / "t.csv"
    twice.write_text(f"Participant ID,Sex,{title},{title}\n9000001,1,58.3,44\n")
    found = read_ukb(twice.parent)
    assert found.sources[0].subject.phenotypes == {}
    assert "two columns of one title, neither used: lvef_pct" in found.tables[0].note
    other = bulk(tmp_path / "other", "9000001") / "t.csv"
    other.write_text(f"Participant ID,{title}(participant - p22420_i2)\n9000001,58.3\n")
    assert read_ukb(other.parent).sources[0].subject.phenotypes == {}


def test_rows_of_one_participant_that_differ_are_told_and_not_chosen_from(tmp_path: Path) -> None:
    folder = bulk(tmp_path, "9000001", "9000002", "9000003")
    (folder / "a.csv").write_text(
        "eid;24103-2.0;24100-2.0\n9000001;58,3;\n9000001;61,0;\n9000002;58,3;\n9000002;;150\n"
    )
    (folder / "b.tab").write_text("f.eid\tf.24103.2.0\n9000002\t58.3000001\n9000003\t60\n")
    (folder / "c.csv").write_text("eid,p24103_i2\n9000003,40\n")
    found = read_ukb(folder)
    told = {(problem.subject_id, problem.file, problem.reason) for problem in found.problems}
    assert told == {
        ("9000001", "a.csv", "rows of this participant differ in lvef_pct"),
        ("9000003", "c.csv", "rows of this participant differ in lvef_pct"),
    }
    (source,) = found.sources
    assert source.subject.phenotypes == {"lvef_pct": 58.3, "lvedv_ml": 150}


def test_every_file_that_was_looked_at_says_what_it_gave(tmp_path: Path) -> None:
    folder = bulk(tmp_path)
    (folder / "good.csv").write_text("eid,24103-2.0,31-0.0\n9000001,58,1\n9000009,50,0\n")
    (folder / "site.csv").write_text("eid,54-2.0\n9000001,11025\n")
    (folder / "book.xlsx").write_bytes(b"PK\x03\x04")
    (folder / "others.csv").write_text("eid,24103-2.0\n1234567,58\n")
    (folder / "readme.txt").write_text("Downloaded by us\n")
    found = read_ukb(folder)
    said = {table.name: str(table) for table in found.tables}
    assert said["good.csv"] == "good.csv: 1 participants, 2 fields (lvef_pct, sex)"
    assert "none of the supported fields" in said["site.csv"]
    assert "an Excel workbook" in said["book.xlsx"]
    assert "none of its participants has files here" in said["others.csv"]
    assert "not a table of participants" in said["readme.txt"]
    assert {problem.file for problem in found.problems} == {"others.csv"}
    assert not any(eid in text for text in said.values() for eid in ("9000001", "1234567"))


def test_a_column_that_is_no_field_is_none() -> None:
    for name in ("24103", "height_sitting", "x24103-2.0", "LV ejection", "f.24103.2", "", "p_i2"):
        assert read_column(name) is None, name


@pytest.mark.parametrize(
    ("column", "value", "said"),
    [
        ("24103-2.0", "0.58", "fraction of 1"), ("24100-2.0", "0.15", "litres"),
        ("50-2.0", "1.65", "metres"), ("12143-2.0", "72000", ""), ("21003-2.0", "1950", "birth"),
        ("24105-2.0", "0.1", "kilograms"), ("50-2.0", "1,65", "metres"), ("24103-2.0", "inf", ""),
    ],
)  # fmt: skip
def test_values_in_another_unit_are_problems_that_name_it(
    tmp_path: Path, column: str, value: str, said: str
) -> None:
    (bulk(tmp_path, "9000001") / "t.csv").write_text(f"eid;{column};31-0.0\n9000001;{value};1\n")
    found = read_ukb(tmp_path)
    if column == "12143-2.0":  # the other sources of a weight may be right
        assert found.sources[0].subject.weight_kg is None
        return
    (problem,) = found.problems
    assert "outside" in problem.reason and said in problem.reason
    assert found.sources == []


def test_two_columns_of_one_field_that_differ_are_told(tmp_path: Path) -> None:
    (bulk(tmp_path) / "t.csv").write_text(
        "eid,24103-2.0,p24103_i2\n9000001,58,58.0\n9000002,58,61\n"
    )
    found = read_ukb(tmp_path)
    (problem,) = found.problems
    assert (problem.subject_id, "lvef_pct" in problem.reason) == ("9000002", True)
    assert [source.subject.subject_id for source in found.sources] == ["9000001"]


def test_whom_no_table_knows_is_counted(tmp_path: Path) -> None:
    (bulk(tmp_path) / "t.csv").write_text("eid,24103-2.0\n9000001,58\n")
    assert read_ukb(tmp_path).notes == [
        "1 of 2 participants are in no table: they are imported without phenotypes."
    ]


def test_heights_of_one_visit_that_lie_apart_are_counted(tmp_path: Path) -> None:
    (bulk(tmp_path) / "t.csv").write_text(
        "eid,50-2.0,12144-2.0\n9000001,170,171\n9000002,150,171\n"
    )
    found = read_ukb(tmp_path)
    assert [source.subject.height_cm for source in found.sources] == [171, 171]
    assert found.notes == [
        "Fields 12144 and 50 of 1 participants differ by more than 5 cm; the value of the imaging "
        "visit, 12144, is used."
    ]
