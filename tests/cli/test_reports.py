"""A folder of ECGs to a folder of reports; what cannot be read is a row with its reason."""

import json
import shutil
from pathlib import Path

import pandas as pd
import pydicom
import pytest

from ptacl.cli import main
from ptacl.cli.reports import read_people
from ptacl.errors import BadInput


@pytest.fixture(scope="module")
def folder(tmp_path_factory, shared_data: Path) -> Path:
    made = tmp_path_factory.mktemp("recordings")
    for ending in ("hea", "dat"):
        shutil.copy(shared_data / "ecg" / "wfdb_ptbxl" / f"00001_hr.{ending}", made)
    (made / "torn.dcm").write_text("no ecg")
    return made


def test_every_recording_gets_its_reports_with_the_person_of_the_table(
    folder, tiny_checkpoint, tmp_path, capsys
):
    people = tmp_path / "people.csv"
    people.write_text(
        "file,sex,age_years,height_cm,weight_kg,recorded_on,comment\n"
        "00001_hr.hea,male,61,178,80,2026-03-09,Known block\n"
    )
    out, where = tmp_path / "reports", ["--checkpoint", str(tiny_checkpoint)]
    status = main([
        "inspect", str(folder), *where, "--reports", str(out), "--people", str(people),
        "--forms", "pdf", "json", "dcm", "html",
    ])  # fmt: skip
    capsys.readouterr()
    assert status == 3
    rows = pd.read_csv(out / "reports.csv").set_index("file")
    assert list(rows["status"]) == ["written", "failed"]
    assert rows.loc["torn.dcm", "code"] == "ecg.unknown_format"
    names = rows.loc["00001_hr.hea", ["pdf", "json", "dcm", "html"]]
    assert names["pdf"] == "00001_hr.hea-2026-03-09.pdf"
    assert {each.name for each in out.iterdir()} == {*names, "reports.csv"}
    assert (out / names["pdf"]).read_bytes().startswith(b"%PDF")
    assert "Known block" in (out / names["html"]).read_text(encoding="utf-8")
    assert pydicom.dcmread(out / names["dcm"]).PatientAge == "061Y"
    record = json.loads((out / names["json"]).read_text(encoding="utf-8"))
    assert record["report"]["recorded_on"] == "2026-03-09"
    assert record["person"]["body_surface_area_m2"] == pytest.approx(1.98, abs=0.01)
    assert main(["repeat", str(out / names["json"]), *where]) == 0


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("file,name\na.hea,x\n", "columns"),
        ("file\nother.hea\n", "other.hea"),
        ("file,age_years\na.hea,old\n", "old"),
        ("file,sex\na.hea,M\n", "sex of a.hea"),
        ("file,recorded_on\na.hea,9.3.2026\n", "9.3.2026"),
        ("file,height_cm\na.hea,1.78\n", "1.78"),
    ],
)
def test_a_table_of_people_that_cannot_be_is_refused_with_its_place(tmp_path, text, found):
    path = tmp_path / "people.csv"
    path.write_text(text)
    with pytest.raises(BadInput) as error:
        read_people(path, {"a.hea"})
    assert found in str(error.value)


def test_a_person_of_the_command_line_is_not_that_of_a_folder(folder, tiny_checkpoint, capsys):
    status = main([
        "inspect", str(folder), "--checkpoint", str(tiny_checkpoint), "--reports", "x",
        "--sex", "male", "--json",
    ])  # fmt: skip
    assert status == 2 and json.loads(capsys.readouterr().out)["code"] == "option.conflict"
