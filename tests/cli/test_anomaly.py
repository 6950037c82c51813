"""`ptacl anomaly` and `ptacl train --stage restore`: what they print, write and refuse."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from ptacl.cli import main
from ptacl.restoration.files import RESTORER
from ptacl.synthetic import simulate_ecg
from ptacl.synthetic.without_disease import simulate_twins, subjects_with


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A normal heart, a block and a file that is no ECG."""
    out = tmp_path / "ecgs"
    out.mkdir()
    block = subjects_with("block", 6, range(200))[0]
    signals = {
        "normal": simulate_ecg(6, 4, ages="adults")[0].signal_mv,
        "block": simulate_twins(6, block, "block").ecg.signal_mv,
    }
    for name, signal in signals.items():
        np.save(out / f"{name}.npy", signal)
    (out / "broken.npy").write_bytes(b"\x93NUMPY broken")
    return out


READ_AS = ["--rate-hz", "500", "--unit", "mV"]


def test_one_file_is_printed(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["anomaly", str(folder / "block.npy"), *READ_AS]) == 0
    printed = capsys.readouterr().out
    assert "unusual, which is not the same as ill" in printed and " SD " in printed
    assert main(["anomaly", str(folder / "block.npy"), *READ_AS, "--json"]) == 0
    record = json.loads(capsys.readouterr().out)
    assert record["unusual"] is True and record["percentile"] > 99 and record["findings"]


def test_a_folder_is_a_table_and_a_broken_file_has_its_reason(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "table.csv"
    assert main(["anomaly", str(folder), "--out", str(out), *READ_AS]) == 3
    table = pd.read_csv(out).set_index("file")
    assert table["status"].to_dict() == {
        "block.npy": "read", "broken.npy": "failed", "normal.npy": "read",
    }  # fmt: skip
    assert table.loc["broken.npy", "code"].startswith(("file.", "ecg."))
    assert table.loc["block.npy", "anomaly_score"] > table.loc["normal.npy", "anomaly_score"]
    capsys.readouterr()
    assert main(["anomaly", str(folder), *READ_AS]) == 3
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("block.npy: unusual") and len(lines) == 3


@pytest.mark.parametrize(
    "arguments",
    [[], ["file.npy", "--twins", "5"], ["file.npy", "--ecg-labels", "records.csv"]],
)
def test_one_kind_of_input_is_needed(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["anomaly", *arguments]) == 2
    assert "Give one of these" in capsys.readouterr().err


def test_a_folder_without_a_restorer_is_named(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = str(folder / "normal.npy")
    assert main(["anomaly", file, "--restorer", str(tmp_path)]) == 2
    assert "is no restorer" in capsys.readouterr().err


def test_options_of_other_stages_are_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["train", str(tmp_path), "--stage", "restore", "--epochs", "2"]) == 2
    assert "--stage restore takes" in capsys.readouterr().err
    stores = [str(tmp_path / "store"), str(tmp_path / "out")]
    assert main(["train", *stores, "--stage", "restore", "--simulate", "30"]) == 2
    assert "draws its hearts itself" in capsys.readouterr().err


def test_the_card_has_the_measured_tables() -> None:
    card = (RESTORER.shipped() / "README.md").read_text()
    assert "detection AUROC" in card and "normal flagged" in card
    assert "ptacl train OUT --stage restore" in card
