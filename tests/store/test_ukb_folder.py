"""A whole UK Biobank folder as people have it: what is imported, and what is told of the rest."""

import json
import shutil
from pathlib import Path

import pandas as pd
import pytest

from ptacl.cli import main
from ptacl.io.cohort.ukb_files import file_name
from ptacl.store import open_store
from ptacl.synthetic.raw_files import FIRST_EID, Simulation, write_raw

SUBJECTS = 5
EIDS = [str(FIRST_EID + number) for number in range(SUBJECTS)]
ECG, CINE = 20205, 20209


@pytest.fixture(scope="module")
def simulated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("simulated")
    write_raw(folder, "ukb", Simulation(9, SUBJECTS, slices=3), workers=0)
    return folder


@pytest.fixture
def folder(simulated: Path, tmp_path: Path) -> Path:
    """Bulk files in folders of their own, other fields and visits beside them, a table for Stata.

    The second participant has no cine, the third a cut ECG, the fourth has withdrawn; the fifth's
    files are in capitals.
    """
    ecgs, cines = tmp_path / "Bulk" / "Electrocardiogram" / "90", tmp_path / "Bulk" / "Heart MRI"
    for place, field in ((ecgs, ECG), (cines, CINE)):
        place.mkdir(parents=True)
        for eid in EIDS:
            name = file_name(eid, field, 2)
            shutil.copy(simulated / str(field) / name, place / name)
            shutil.copy(simulated / str(field) / name, place / file_name(eid, field, 3))
    (cines / file_name(EIDS[1], CINE, 2)).unlink()
    cut = ecgs / file_name(EIDS[2], ECG, 2)
    cut.write_bytes(cut.read_bytes()[:2000])
    for place, field in ((ecgs, ECG), (cines, CINE)):
        last = place / file_name(EIDS[4], field, 2)
        last.rename(last.with_name(last.name.upper()))
    for other in ("6025_2_0.xml", "20204_2_0.zip", "20208_2_0.zip", "20263_2_0.zip"):
        (cines / f"{EIDS[0]}_{other}").write_bytes(b"not opened")
    for beside in ("ukb98765.enc", "ukb98765.enc_ukb", "ukb98765.log", "ukb98765.html", "ukbconv",
                   "fields.ukb", ".ukbkey", "cines.bulk"):  # fmt: skip
        (tmp_path / beside).write_text(f"{EIDS[0]} 20209_2_0\n")
    (tmp_path / "readme.txt").write_text("Fetched by ukbfetch\n")
    frame = pd.read_csv(simulated / "phenotypes.csv").rename(
        columns=lambda c: "n_" + c.replace("-", "_").replace(".", "_")
    )
    frame["n_eid"] = frame["n_eid"].map(lambda eid: f"{eid}.0")
    frame.to_csv(tmp_path / "ukb98765.csv", sep=";", decimal=",", index=False)
    (tmp_path / "withdraw98765_20240527.txt").write_text(f"{EIDS[3]}\n")
    return tmp_path


def run(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str, str]:
    capsys.readouterr()
    status = main([str(argument) for argument in arguments])
    return status, *capsys.readouterr()


def test_it_is_imported_untouched_and_every_problem_is_told_right(
    folder: Path, tmp_path_factory: pytest.TempPathFactory, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path_factory.mktemp("out") / "store"
    status, printed, said = run(capsys, "import", folder, out, "--json", "--workers", 1)
    result = json.loads(printed)
    assert status == 3
    assert (result["imported"], result["withdrawn"]) == (2, 1)
    told = {problem["subject_id"]: problem for problem in result["problems"]}
    assert set(told) == {EIDS[1], EIDS[2]}
    assert told[EIDS[1]]["reason"] == "there is no cine of instance 2"
    assert told[EIDS[2]]["file"] == file_name(EIDS[2], ECG, 2)
    assert "ukb98765.csv: 5 participants, 14 fields" in said
    assert "withdraw98765_20240527.txt: 1 of this cohort, 1 listed" in said
    assert not any(eid in said for eid in EIDS)
    store = open_store(out)
    assert set(store.table["subject_id"]) == {EIDS[0], EIDS[4]}
    assert store.table["lvef_pct"].between(20, 80).all() and store.table["sex"].notna().all()
    assert any("14 fields" in line for line in store.manifest.report["tables"])
    name = folder.name
    assert store.manifest.commands == (f"ptacl import {name} OUT",)


def test_the_other_visit_is_imported_by_its_number(
    folder: Path, tmp_path_factory: pytest.TempPathFactory, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path_factory.mktemp("out") / "store"
    status, printed, said = run(
        capsys, "import", folder, out, "--json", "--workers", 1, "--instance", 3
    )
    result = json.loads(printed)
    # the files are there, the table tells of instance 2 and the sex alone
    assert (status, result["imported"], result["problems"]) == (0, 4, [])
    assert "ukb98765.csv: 5 participants, 1 fields (sex)" in said


def test_without_a_table_that_tells_anything_the_import_says_so_and_ends_with_3(
    folder: Path, tmp_path_factory: pytest.TempPathFactory, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "ukb98765.csv").unlink()
    out = tmp_path_factory.mktemp("out") / "store"
    status, printed, _ = run(capsys, "import", folder, out, "--json", "--workers", 1)
    first = json.loads(printed)["problems"][0]
    assert status == 3
    assert (first["subject_id"], first["file"]) == ("", "")
    assert "gives phenotypes, sex or size of a participant" in first["reason"]
    assert "readme.txt" in first["reason"]
    rows = pd.read_csv(out / "problems.csv", dtype=str)
    assert rows["reason"][0] == first["reason"]
    assert len(open_store(out)) == 2


def test_a_store_inside_the_folder_is_nobody_s_table(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for _ in range(2):
        status, printed, said = run(
            capsys, "import", folder, folder / "store", "--json", "--workers", 1
        )
        assert (status, json.loads(printed)["imported"]) == (3, 2)
    assert "problems.csv:" not in said and "subjects.parquet" not in said


def test_a_cohort_that_is_there_already_honours_a_list_that_came_later(
    folder: Path, tmp_path_factory: pytest.TempPathFactory, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path_factory.mktemp("out") / "store"
    assert run(capsys, "import", folder, out, "--workers", 1)[0] == 3
    (folder / "exclude_ids.csv").write_text(f"Participant ID\n{EIDS[0]}.0\n")
    _, printed, _ = run(capsys, "import", folder, out, "--json", "--workers", 1)
    assert json.loads(printed)["imported"] == 1
    assert list(open_store(out).table["subject_id"]) == [EIDS[4]]
    # a list that is laid beside the store itself, under another name, counts as well
    (out / "w98765_20250101.txt").write_text(f"{EIDS[4]}.0\n")
    assert len(open_store(out)) == 0


def test_a_terminal_sees_how_many_problems_there_are_and_nobody_s_number(
    folder: Path, tmp_path_factory: pytest.TempPathFactory, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path_factory.mktemp("out") / "store"
    status, printed, said = run(capsys, "import", folder, out, "--workers", 1)
    assert status == 3
    assert f"problems: 2, listed in {out / 'problems.csv'}" in printed
    assert not any(eid in printed + said for eid in EIDS)
