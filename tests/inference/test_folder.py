"""`ptacl inspect FOLDER --out TABLE`: every file a row, whatever it is and whatever happens."""

import json
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import ptacl
from ptacl.cli import main
from ptacl.inference.table import inspection_row, table
from tests.made.deadly import deadly_prepare
from tests.made.files import FAILED, READ, csv_bytes, write_folder, write_wfdb

REPOSITORY = Path(__file__).parents[2]
DEMO = REPOSITORY / "checkpoints" / "demo"


def run(capsys, *arguments: object) -> tuple[int, str, str]:
    capsys.readouterr()
    status = main(["inspect", *map(str, arguments), "--checkpoint", str(DEMO)])
    captured = capsys.readouterr()
    return status, captured.out, captured.err


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    place = tmp_path_factory.mktemp("folder")
    write_folder(place, tmp_path_factory.mktemp("scratch"))
    return place


@pytest.fixture(scope="module")
def inspected(folder):
    """The table of the folder, written into it."""
    out = folder / "table of all.csv"
    arguments = [str(folder), "--checkpoint", str(DEMO), "--out", str(out), "--workers", "2"]
    assert main(["inspect", *arguments]) == 3
    return pd.read_csv(out)


@pytest.fixture(scope="module")
def model():
    return ptacl.load(DEMO)


def test_every_file_has_one_row_in_order(inspected):
    assert list(inspected.file) == sorted([*READ, *FAILED])
    assert set(inspected.file[inspected.status == "read"]) == set(READ)


def test_failed_files_say_why_and_name_nothing_twice(inspected):
    reasons = inspected.set_index("file").reason
    assert "JPEG" in reasons["holiday.jpg"]
    assert "an empty file" in reasons["empty.hea"]
    assert "p1.dat is missing" in reasons["torn.hea"]
    assert reasons[list(READ)].isna().all()
    for file, reason in reasons.dropna().items():
        assert Path(file).name not in reason and reason.endswith(".")


def test_rows_say_the_same_as_inspecting_one_file(inspected, folder, model):
    for name in ("cart/p1.hea", "table.csv", "two.npz"):
        single = inspection_row(model.inspect(ptacl.read_ecg(folder / name)))
        expected = table([{"file": name, **single}]).iloc[0]
        row = inspected[inspected.file == name].iloc[0]
        for key, value in expected.items():
            assert pd.isna(row[key]) if pd.isna(value) else row[key] == value, key


def test_the_numbers_are_those_of_the_file(inspected):
    rows = inspected.set_index("file")
    beats = {"cart/p1.hea": 0.8, "cart/p2.hea": 1.0, "two.zip/sub/b.hea": 0.7, "one.zip": 0.6}
    for name, rr_s in beats.items():
        assert rows.heart_rate_bpm[name] == pytest.approx(60 / rr_s, abs=1)
    # The plain made ECG at 100/min lies far from all that the model knows, and says so.
    withheld = rows.loc[list(READ)].lvef_pct.isna()
    assert not withheld.all()
    assert rows.loc[list(READ)][withheld].caveats.str.contains("far out of distribution").all()
    values = rows.loc[list(READ)][~withheld]
    assert (values.lvef_pct_low < values.lvef_pct).all()
    assert (values.lvef_pct < values.lvef_pct_high).all()


def test_the_table_and_its_side_file_are_no_rows_and_the_side_file_is_gone(inspected, folder):
    assert not inspected.file.str.contains("table of all").any()
    assert not list(folder.glob("*.partial")) and not list(folder.glob(".*.tmp"))


def test_parquet_holds_the_same_table(folder, tmp_path, capsys, inspected):
    status, out, _ = run(capsys, folder / "cart", "--out", tmp_path / "t.parquet", "--json")
    assert status == 0
    summary = json.loads(out)
    assert summary["files"] == summary["read"] == 2 and summary["failed"] == 0
    assert summary["out"] == str(tmp_path / "t.parquet") and summary["seconds"] > 0
    frame = pd.read_parquet(tmp_path / "t.parquet")
    assert list(frame.columns) == list(inspected.columns)
    assert frame.usable.dtype == "boolean" and frame.qt_ms.dtype == "float64"
    csv = inspected[inspected.file == "cart/p1.hea"].iloc[0]
    assert frame.lvm_g[0] == csv.lvm_g and frame.nearest[0] == csv.nearest


def test_sex_rate_and_unit_hold_for_all(tmp_path, capsys):
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "bare.csv").write_bytes(csv_bytes(said=""))
    out = tmp_path / "t.csv"
    assert run(capsys, tmp_path / "in", "--out", out)[0] == 3
    assert "--rate-hz" in pd.read_csv(out).reason[0]
    flags = ["--rate-hz", 500, "--unit", "mV", "--sex", "male"]
    status, text, err = run(capsys, tmp_path / "in", "--out", out, *flags)
    assert status == 0 and "read: 1" in text and "1/1" in err
    frame = pd.read_csv(out)
    assert "lvm_g_for_men" in frame and "lvm_g_for_women" not in frame


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([".", "--out", "table.xlsx"], ".csv or .parquet"),
        (["."], "--out table.csv"),
        ([".", "--out", "t.csv", "--height-cm", "170"], "one person"),
        (["absent", "--out", "t.csv"], "no such file"),
        (["empty", "--out", "t.csv"], "no file"),
    ],
)
def test_what_cannot_be_asked_is_one_sentence_and_status_2(
    arguments, words, tmp_path, capsys, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "empty").mkdir()
    status, out, err = run(capsys, *arguments)
    assert status == 2 and out == "" and words in err and "Traceback" not in err
    assert [path.name for path in tmp_path.iterdir()] == ["empty"]


def test_a_file_that_kills_its_process_costs_its_row_only(tmp_path, capsys, monkeypatch):
    (tmp_path / "in").mkdir()
    for name in ("a", "killer", "y", "z"):
        (tmp_path / "in" / f"{name}.csv").write_bytes(csv_bytes())
    monkeypatch.setattr("ptacl.inference.folder.prepare", deadly_prepare)
    status, _, _ = run(capsys, tmp_path / "in", "--out", tmp_path / "t.csv", "--workers", 1)
    frame = pd.read_csv(tmp_path / "t.csv")
    assert status == 3
    assert list(frame.status) == ["read", "failed", "read", "read"]
    reason = "The reader ended its process (signal 11, SIGSEGV). Export the file again."
    assert frame.reason[1] == reason


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="only Linux limits a process's data")
@pytest.mark.long
def test_a_file_that_hangs_or_swells_costs_its_row_only(tmp_path, capsys, monkeypatch):
    (tmp_path / "in").mkdir()
    for name in ("a", "hanging", "swelling", "z"):
        (tmp_path / "in" / f"{name}.csv").write_bytes(csv_bytes())
    monkeypatch.setattr("ptacl.inference.folder.prepare", deadly_prepare)
    limits = ["--item-seconds", 30, "--item-gb", 1.5]
    out = tmp_path / "t.csv"
    assert run(capsys, tmp_path / "in", "--out", out, "--workers", 2, *limits)[0] == 3
    frame = pd.read_csv(out)
    assert list(frame.status) == ["read", "failed", "failed", "read"]
    assert "The reader took longer than 30 s. If the file is sound" in frame.reason[1]
    assert "The reader needed more than 1.5 GB. If the file is sound" in frame.reason[2]


def test_what_the_processes_import_holds_no_torch():
    code = "import sys, ptacl.inference.prepare_worker; print('torch' in sys.modules)"
    found = subprocess.run([sys.executable, "-c", code], cwd=REPOSITORY, capture_output=True)
    assert found.stdout.split() == [b"False"], found.stderr


@pytest.mark.slow
@pytest.mark.long
def test_a_killed_run_goes_on_and_ends_with_the_same_table(tmp_path, capsys):
    for number in range(25):
        write_wfdb(tmp_path / "in" / f"{number:02d}.hea", 0.6 + number / 100)
    (tmp_path / "in" / "bad.csv").write_bytes(b"words")
    run(capsys, tmp_path / "in", "--out", tmp_path / "whole.csv")
    out, side = tmp_path / "t.csv", tmp_path / "t.csv.partial"
    code = "from ptacl.cli import main; import sys; sys.exit(main(sys.argv[1:]))"
    command = [sys.executable, "-c", code, "inspect", str(tmp_path / "in")]
    command += ["--checkpoint", str(DEMO), "--out", str(out)]
    for lines in (3, 12):
        process = subprocess.Popen(command, cwd=REPOSITORY, stderr=subprocess.DEVNULL)
        children = kill_after(process, side, lines)
        assert not out.exists() and side.read_bytes().count(b"\n") < 27
        wait_until_gone(children)
    done = side.read_bytes().count(b"\n") - 1
    status, _, err = run(capsys, tmp_path / "in", "--out", out)
    assert status == 3
    # What was done before is not done, nor counted, again.
    assert min(int(count) for count in re.findall(r"(\d+)/26", err)) >= done
    assert out.read_bytes() == (tmp_path / "whole.csv").read_bytes()
    assert not side.exists()


def kill_after(process: subprocess.Popen, side: Path, lines: int) -> list[int]:
    """SIGKILL once the side file has so many lines; the processes it leaves behind."""
    deadline = time.monotonic() + 120
    while not side.exists() or side.read_bytes().count(b"\n") < lines:
        assert process.poll() is None and time.monotonic() < deadline
        time.sleep(0.005)
    tasks = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    children = [int(pid) for pid in tasks.read_text().split()] if tasks.exists() else []
    process.send_signal(signal.SIGKILL)
    process.wait()
    return children


def wait_until_gone(pids: list[int]) -> None:
    deadline = time.monotonic() + 20
    while any(Path(f"/proc/{pid}/cmdline").exists() and Path(f"/proc/{pid}/cmdline").read_bytes()
              for pid in pids):  # fmt: skip
        assert time.monotonic() < deadline, "a process outlived its parent"
        time.sleep(0.05)


@pytest.mark.slow
def test_rows_are_the_same_with_two_processes_and_with_three(folder, tmp_path, capsys, inspected):
    run(capsys, folder, "--out", tmp_path / "t.csv", "--workers", 3)
    frame = pd.read_csv(tmp_path / "t.csv")
    frame = frame[frame.file != "table of all.csv"].reset_index(drop=True)
    pd.testing.assert_frame_equal(frame, inspected)
    read = frame[frame.status == "read"]
    shown = np.isfinite(read.lvef_pct)  # a made ECG may lie too far from all that the model knows
    assert shown.sum() >= 5 and read.caveats[~shown].str.contains("far out of distribution").all()
