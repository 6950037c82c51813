"""Where a checkpoint comes from, read without its weights."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from ptacl.checkpoint.provenance import read_provenance
from ptacl.config.strict_json import to_dict
from ptacl.errors import PtaclError
from ptacl.signal.recipe import Recipe


def a_checkpoint(folder: Path, provenance: dict[str, object]) -> Path:
    data = {"store": "cohort", "subjects": {"train": 90}, "provenance": provenance}
    training = {"preset": "demo", "epochs": 3, "seed": 4}
    config = {"name": "mine", "recipe": to_dict(Recipe()), "data": data, "training": training}
    (folder / "config.json").write_text(json.dumps(config))
    return folder


def test_a_simulated_cohort_can_be_made_again(tmp_path: Path) -> None:
    made = {"simulation": {"subjects": 500, "seed": 7, "coupling": 1.0}}
    found = read_provenance(a_checkpoint(tmp_path, made))
    assert found.origin == "simulated, seed 7, coupling 1"
    assert found.commands[0] == "ptacl simulate out/cohort --subjects 500 --seed 7 --coupling 1"
    assert "--preset demo --epochs 3 --seed 4" in found.commands[1]
    made["simulation"]["ages"] = "adults"
    found = read_provenance(a_checkpoint(tmp_path, made))
    assert found.origin == "simulated, seed 7, coupling 1, adults of all ages"
    assert found.commands[0].endswith("--seed 7 --coupling 1 --ages adults")
    made["simulation"]["appearance"] = "random"
    found = read_provenance(a_checkpoint(tmp_path, made))
    assert found.origin.endswith("adults of all ages, cines of random appearance")
    assert found.commands[0].endswith("--ages adults --appearance random")


@pytest.mark.parametrize(
    ("provenance", "origin"),
    [
        ({"import": {"layout": "pairs"}}, "imported from a table of pairs"),
        ({"import": {"layout": "ukb", "instance": 2}}, "imported from a UK Biobank folder"),
        ({}, "of unknown origin"),
    ],
)
def test_other_cohorts_say_where_they_come_from_and_promise_no_command(
    tmp_path: Path, provenance: dict[str, object], origin: str
) -> None:
    found = read_provenance(a_checkpoint(tmp_path, provenance))
    assert (found.origin, found.commands) == (origin, ())


def test_a_missing_or_damaged_config_is_named(tmp_path: Path) -> None:
    with pytest.raises(PtaclError, match=r"no config\.json"):
        read_provenance(tmp_path)
    (tmp_path / "config.json").write_text("{")
    with pytest.raises(PtaclError, match=r"config\.json is damaged.*Copy the checkpoint again"):
        read_provenance(tmp_path)


def test_reading_it_needs_no_torch() -> None:
    program = "import sys, ptacl.checkpoint.provenance; print('torch' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.stdout.strip() == "False", done.stderr
