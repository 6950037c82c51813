"""The table of notes of a store: what must be known of its cines."""

import json
from pathlib import Path

import pandas as pd

from ptacl.store.cine_notes import NOTES, cine_caveats, purge_notes, write_notes
from ptacl.types import Caveat

LACKS = {"code": "frames_missing", "text": 'Two, "or three".', "severity": "check"}
ORDER = {"code": "frame_times_assumed", "text": "In order.", "severity": "check"}
TABLE = pd.DataFrame(
    {
        "subject_id": ["A", "B", "C", "007"],
        "cine_caveats": [json.dumps([LACKS, ORDER]), "[]", None, json.dumps([LACKS])],
    }
)


def test_notes_are_counted_and_listed(tmp_path: Path) -> None:
    message = write_notes(tmp_path, TABLE)
    counts = "frames_missing 2, frame_times_assumed 1"
    assert message == f"2 cines have caveats ({counts}): see notes.csv of the store."
    table = pd.read_csv(tmp_path / NOTES, dtype=str)
    assert table["subject_id"].tolist() == ["A", "A", "007"]
    assert table["recording"].tolist() == ["cine"] * 3
    assert table.loc[0, ["code", "severity", "text"]].tolist() == [
        "frames_missing", "check", 'Two, "or three".',
    ]  # fmt: skip
    assert next(cine_caveats(TABLE)) == ("A", Caveat(**LACKS))


def test_without_notes_there_is_no_table(tmp_path: Path) -> None:
    write_notes(tmp_path, TABLE)
    assert write_notes(tmp_path, TABLE.iloc[1:3]) == ""
    assert not (tmp_path / NOTES).exists()
    assert write_notes(tmp_path, TABLE[["subject_id"]]) == ""


def test_who_has_withdrawn_leaves_the_notes(tmp_path: Path) -> None:
    write_notes(tmp_path, TABLE)
    before = (tmp_path / NOTES).read_text().splitlines()
    purge_notes(tmp_path, {"A"})
    assert (tmp_path / NOTES).read_text().splitlines() == [before[0], before[3]]
    purge_notes(tmp_path / "nowhere", {"A"})
