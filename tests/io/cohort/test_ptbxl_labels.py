"""A table of ECGs with diagnoses, as PTB-XL writes it."""

from pathlib import Path

import pytest

from ptacl.errors import BadInput
from ptacl.io.cohort.ptbxl_labels import read_labels, scp_codes

TABLE = """\
ecg_id,file,age,sex,scp_codes
1,00001_hr,56.0,1,"{'NORM': 100.0, 'SR': 0.0}"
2,more/00002_hr.hea,300,0,"{'LVH': 35.0}"
3,00003_hr,,,{}
4,,40,1,"{'NORM': 100.0}"
5,00005_hr,forty,1,"{'NORM': 100.0}"
6,00006_hr,40,1,NORM
"""


def test_each_line_is_a_recording_or_says_what_is_wrong_with_it(tmp_path: Path) -> None:
    table = tmp_path / "records.csv"
    table.write_text(TABLE)
    labelled, problems = read_labels(table)
    assert [entry.line for entry in labelled] == [2, 3, 4]
    first, second, third = labelled
    assert (first.path, first.sex, first.age_years) == (tmp_path / "00001_hr", "female", 56.0)
    assert first.codes == {"NORM", "SR"}
    # PTB-XL: 0 is male, and whoever is above 89 is 300 years old
    assert (second.path, second.sex) == (tmp_path / "more" / "00002_hr.hea", "male")
    assert second.age_years == 90.0
    assert (third.codes, third.sex, third.age_years) == (frozenset(), None, None)
    assert [problem.subject_id for problem in problems] == ["line 5", "line 6", "line 7"]
    for problem, word in zip(problems, ("file", "forty", "dict of codes"), strict=True):
        assert word in problem.reason


@pytest.mark.parametrize(
    "text",
    ["", "LVH", "['LVH']", "{1: 2}", "__import__('os').getcwd()", "{'LVH': open('x')}",
     "(" * 3000, "{'" + "L" * 5000 + "': 1}"],
)  # fmt: skip
def test_codes_are_a_literal_dict_and_nothing_is_run(text: str) -> None:
    with pytest.raises(BadInput, match="not a dict of codes"):
        scp_codes(text)


def test_a_table_without_its_columns_is_refused(tmp_path: Path) -> None:
    table = tmp_path / "records.csv"
    table.write_text("file,age\n00001_hr,5\n")
    with pytest.raises(BadInput, match="no column scp_codes"):
        read_labels(table)
    with pytest.raises(BadInput, match="no such table"):
        read_labels(tmp_path / "absent.csv")


@pytest.mark.parametrize(
    ("age", "sex", "said"),
    [("1e9", "1", "age"), ("-3", "1", "age"), ("nan ", "1", ""), ("inf", "0", "age"),
     ("150", "0", "age"), ("60", "3", "sex"), ("60", "x", "sex"), ("60,5", "0", "")],
)  # fmt: skip
def test_an_age_or_sex_that_nobody_has_is_a_problem_of_its_line(
    tmp_path: Path, age: str, sex: str, said: str
) -> None:
    table = tmp_path / "records.csv"
    table.write_text(f"file;age;sex;scp_codes\n00001_hr;{age};{sex};{{'NORM': 100.0}}\n")
    labelled, problems = read_labels(table)
    assert [said in problem.reason for problem in problems] == ([True] if said else [])
    assert len(labelled) == (0 if said else 1)
    if not said:
        assert labelled[0].age_years in (None, 60.5)
