"""Lists of people to be left out: by whatever name, and never passed over where it is unclear."""

import gzip
from pathlib import Path

import pytest

from ptacl.errors import BadInput, PtaclError
from ptacl.io.cohort.read import read_cohort
from ptacl.io.cohort.ukb_files import file_name
from ptacl.store.exclusions import left_out

EIDS = ("9000001", "9000002", "9000003")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A UK Biobank folder of three participants with a table."""
    (tmp_path / "bulk").mkdir()
    for eid in EIDS:
        for field in (20205, 20209):
            (tmp_path / "bulk" / file_name(eid, field, 2)).write_bytes(b"")
    rows = "".join(f"{eid},60\n" for eid in EIDS)
    (tmp_path / "ukb.csv").write_text("eid,24103-2.0\n" + rows)
    return tmp_path


def gone(folder: Path, **options: list[Path]) -> set[str]:
    chosen = {"withdrawn": [], "not_withdrawn": []} | options
    return set(left_out(read_cohort(folder), **chosen)[0])


@pytest.mark.parametrize(
    "name",
    [
        "w98765_20240527.csv", "W98765_2024-05-27.CSV", "w98765_20240527.txt", "w98765.csv",
        "withdrawals.csv", "withdrawn_participants.txt", "participants_withdrawn.tsv",
        "withdrawal_list", "Withdrew.lst", "consent_withdrawn.csv", "opt_out.csv", "optouts.txt",
        "revoked.txt", "exclude_ids.txt", "exclusions.csv", "excluded.csv", "to_remove.txt",
        "removed_participants.csv", "dropped.csv",
    ],
)  # fmt: skip
def test_a_list_is_honoured_under_any_plausible_name(folder: Path, name: str) -> None:
    (folder / "bulk" / name).write_text("9000002\n1111111\n")
    assert gone(folder) == {"9000002", "1111111"}
    said = left_out(read_cohort(folder), (), ())[1]
    assert said == [f"Left out as withdrawn by {name}: 1 of this cohort, 2 listed."]


@pytest.mark.parametrize(
    "content",
    [
        b"eid\n9000002\n", b"f.eid,date\n9000002,2024-05-27\n", b"date;eid\n2024;9000002\n",
        b"FID IID\n9000002 9000002\n", b"9000002.0\n", b"9.000002e+06\n", b' "9000002" \r\n',
        "Participant ID\n9000002\n".encode("utf-16"), gzip.compress(b"eid\n9000002\n", mtime=0),
        b"9000002\t\n", b"eid\n9,000,002\n",
    ],
)  # fmt: skip
def test_a_list_is_read_however_it_is_written(folder: Path, content: bytes) -> None:
    (folder / "withdrawals.csv").write_bytes(content)
    assert gone(folder) == {"9000002"}


@pytest.mark.parametrize("content", [b"\x00\x01\xff", b"a text about nobody\n", b"9.00E+06\n"])
def test_a_list_that_cannot_be_read_ends_the_import(folder: Path, content: bytes) -> None:
    (folder / "w98765_20240527.csv").write_bytes(content)
    with pytest.raises(BadInput, match="no list of withdrawn"):
        gone(folder)


@pytest.mark.parametrize(
    "content",
    ["9000002\n", "eid\n9000001\n9000002\n", "9000002 9000002\n", "eid,reason\n9000002,\n"],
)
@pytest.mark.parametrize("name", ["ids.txt", "list.csv", "mail_from_ukb.txt", "new.tsv"])
def test_a_file_of_bare_ids_is_asked_about(folder: Path, name: str, content: str) -> None:
    (folder / name).write_text(content)
    with pytest.raises(PtaclError, match=rf"--withdrawn {name}.*--not-withdrawn {name}") as told:
        gone(folder)
    assert not any(eid in str(told.value) for eid in EIDS)
    assert gone(folder, not_withdrawn=[folder / name]) == set()
    assert "9000002" in gone(folder, withdrawn=[folder / name])


def test_files_that_list_nobody_of_the_cohort_or_say_more_are_not_asked_about(folder: Path) -> None:
    (folder / "others.txt").write_text("1234567\n")
    (folder / "site.csv").write_text("eid,54-2.0\n9000001,11025\n")
    (folder / "readme.txt").write_text("9000001 is one of the numbers in here\n")
    (folder / "excluded_fields.txt").write_text("24103-2.0, because it is not trusted\n")
    assert gone(folder) == set()


def test_an_exclusion_may_be_none_but_a_withdrawal_is_one(folder: Path) -> None:
    (folder / "exclude.txt").write_text("9000001\n")
    assert gone(folder) == {"9000001"}
    assert gone(folder, not_withdrawn=[folder / "exclude.txt"]) == set()
    (folder / "withdrawn.txt").write_text("9000001\n")
    with pytest.raises(BadInput, match="called a list of withdrawn"):
        gone(folder, not_withdrawn=[folder / "withdrawn.txt"])
    with pytest.raises(BadInput, match="no such file"):
        gone(folder, not_withdrawn=[folder / "absent.txt"])


def test_beside_a_table_of_pairs_the_same_holds(tmp_path: Path) -> None:
    for name in ("a.hea", "a.nii"):
        (tmp_path / name).write_bytes(b"")
    (tmp_path / "pairs.csv").write_text("subject_id,ecg,cine\n9000001.0,a.hea,a.nii\n")
    (tmp_path / "train.txt").write_text("9000001\n")
    with pytest.raises(PtaclError, match=r"--not-withdrawn train\.txt"):
        gone(tmp_path)
    (tmp_path / "train.txt").unlink()
    (tmp_path / "withdrawals.csv").write_text("9000001\n")
    # the table's number and the list's are the same person's
    assert gone(tmp_path) == {"9000001", "9000001.0"}
