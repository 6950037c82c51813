"""Cines that need a word are imported with it, and what was assumed reaches whoever imports."""

import csv
import json
from pathlib import Path

import pandas as pd
import pytest

from ptacl.cli import main
from ptacl.store import open_store, withdraw_from_store
from ptacl.synthetic.raw_files import Simulation, write_raw
from tests.io.made_cines import cine, values

IDS = ["S3-00000", "S3-00001", "S3-00002"]


@pytest.fixture(scope="module")
def raw(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three subjects; their cines are an untimed one, one by another name and a plain one."""
    folder = tmp_path_factory.mktemp("raw")
    write_raw(folder, "pairs", Simulation(3, 3), workers=0)
    cine(folder / "untimed", values(TriggerTime=None, NominalInterval=None))
    cine(folder / "named", values(SeriesDescription="cine_4ch"))
    cine(folder / "plain")
    return folder


def _imported(raw: Path, out: Path, *options: str, **columns: list[object]) -> int:
    table = pd.read_csv(raw / "pairs.csv").assign(cine=["untimed", "named", "plain"], **columns)
    table.to_csv(raw / "table.csv", index=False)
    return main(["import", str(raw / "table.csv"), str(out), "--workers", "1", *options])


def test_without_a_word_they_are_problems(raw: Path, tmp_path: Path) -> None:
    assert _imported(raw, tmp_path / "s") == 3
    reasons = pd.read_csv(tmp_path / "s" / "problems.csv").set_index("subject_id")["reason"]
    assert "--rr-ms, column cine_rr_ms" in reasons[IDS[0]]
    assert "--any-series, column cine_any_series" in reasons[IDS[1]]
    assert open_store(tmp_path / "s").table["subject_id"].tolist() == IDS[2:]


@pytest.mark.parametrize("way", ["options", "columns"])
def test_options_and_columns_give_what_the_files_do_not_say(
    raw: Path, tmp_path: Path, way: str, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "s"
    if way == "options":
        options = ("--rr-ms", "880", "--order", "instance", "--any-series", "--json")
        assert _imported(raw, out, *options) == 0
    else:
        columns = {
            "cine_rr_ms": [880, None, None],
            "cine_order": ["instance", None, None],
            "cine_any_series": [None, "yes", "no"],
        }
        assert _imported(raw, out, "--json", **columns) == 0
    shown = capsys.readouterr()
    assert json.loads(shown.out)["imported"] == 3
    assert json.loads(shown.out)["problems"] == []
    assert "cines have caveats (frame_times_assumed" in shown.err
    with (out / "notes.csv").open(newline="") as stream:
        notes = list(csv.DictReader(stream))
    assert (notes[0]["subject_id"], notes[0]["code"]) == (IDS[0], "frame_times_assumed")
    assert open_store(out).table["rr_ms"].tolist() == pytest.approx([880, 880, 880])


def test_who_withdraws_leaves_the_notes(raw: Path, tmp_path: Path) -> None:
    _imported(raw, tmp_path / "s", "--rr-ms", "880")
    assert IDS[0] in (tmp_path / "s" / "notes.csv").read_text()
    withdraw_from_store(tmp_path / "s", {IDS[0]})
    assert IDS[0] not in (tmp_path / "s" / "notes.csv").read_text()


def test_an_interval_that_is_no_heartbeat_is_refused_at_once(
    raw: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _imported(raw, tmp_path / "s", "--rr-ms", "88") == 2
    assert "88 ms is not that of a heartbeat: give 250 to 3000 ms" in capsys.readouterr().err
