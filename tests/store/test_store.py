"""A store survives kills, tells damage, and gives back what went in."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

import ptacl.store.build as builder
from ptacl.config.checksums import unseal
from ptacl.errors import BadInput, PtaclError
from ptacl.signal.preparation import prepare_ecg
from ptacl.signal.recipe import EcgRecipe, Recipe
from ptacl.store import open_store, verify_store
from ptacl.store.build import build_store
from ptacl.store.plan import planned_subjects
from ptacl.synthetic import simulate_subject
from ptacl.types import Pair
from tests.made.cohorts import SEED, simulated_store


@pytest.fixture(autouse=True)
def small_shards(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(builder, "SHARD_SUBJECTS", 4)


def contents(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def test_rows_are_what_the_recipe_makes_of_the_recordings(tmp_path: Path) -> None:
    store = simulated_store(tmp_path / "s", 6)
    pair = simulate_subject(SEED, 5)
    prepared = prepare_ecg(pair.ecg, store.recipe.ecg)
    assert np.abs(store.ecg_rows([5])[0] - prepared.signal_mv).max() <= 0.000501
    assert (store.cine_rows([5])[0] == pair.cine.frames).all()
    assert (store.r_peaks(5) == prepared.r_peaks).all()
    assert store.prepared_ecg(5).quality == prepared.quality
    assert store.table["lvef_pct"].iloc[5] == pair.subject.phenotypes["lvef_pct"]
    assert store.table["truth_t_es_ms"].iloc[5] == pair.truth["t_es_ms"]


def test_an_interrupted_build_ends_byte_identical(tmp_path: Path) -> None:
    whole = simulated_store(tmp_path / "whole", 10)
    broken = tmp_path / "broken"
    simulated_store(broken, 10)
    (broken / "manifest.json").unlink()
    for file in (broken / "shards" / "00001").iterdir():
        file.unlink()
    (broken / "shards" / "00001").rmdir()
    (broken / "shards" / ".00002").mkdir()
    (broken / "shards" / ".00002" / "ecg.npy").write_bytes(b"half")
    simulated_store(broken, 10)
    assert contents(broken) == contents(whole.path)


@pytest.mark.slow
@pytest.mark.long
def test_a_killed_build_ends_byte_identical(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "ptacl", "simulate", str(tmp_path / "a" / "s")]
    command += ["--subjects", "120", "--seed", "3", "--workers", "1"]
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    first = tmp_path / "a" / "s" / "shards" / "00000"
    deadline = time.monotonic() + 60
    while not first.exists() and time.monotonic() < deadline:
        time.sleep(0.02)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    assert not (tmp_path / "a" / "s" / "manifest.json").exists()
    with pytest.raises(PtaclError, match="unfinished"):
        open_store(tmp_path / "a" / "s")
    subprocess.run(command, check=True, capture_output=True)
    subprocess.run([*command[:4], str(tmp_path / "b" / "s"), *command[5:]],
                   check=True, capture_output=True)  # fmt: skip
    assert contents(tmp_path / "a") == contents(tmp_path / "b")


def test_a_damaged_manifest_is_named_and_says_what_to_do(tmp_path: Path) -> None:
    store = simulated_store(tmp_path / "s", 2)
    whole = (store.path / "manifest.json").read_bytes()
    (store.path / "manifest.json").write_bytes(whole[:100])
    with pytest.raises(PtaclError, match=r"manifest\.json has 100 bytes .* delete manifest\.json"):
        open_store(store.path)
    with pytest.raises(PtaclError, match=r"manifest\.json is damaged .*Delete this file"):
        simulated_store(store.path, 2)
    (store.path / "manifest.json").unlink()
    simulated_store(store.path, 2)
    assert (store.path / "manifest.json").read_bytes() == whole


@pytest.mark.parametrize("left", [b'{"subjects": ["S1', b"[]", b'{"subjects": 3}', b"\xff\xfe"])
def test_a_damaged_plan_is_named_and_says_what_to_do(tmp_path: Path, left: bytes) -> None:
    store = simulated_store(tmp_path / "s", 2)
    (store.path / "plan.json").write_bytes(left)
    for use in (lambda: planned_subjects(store.path), lambda: simulated_store(store.path, 2)):
        with pytest.raises(PtaclError, match=r"plan\.json is damaged .*Import into another folder"):
            use()


def test_a_damaged_shard_is_named(tmp_path: Path) -> None:
    store = simulated_store(tmp_path / "s", 6)
    assert verify_store(store.path) == []
    place = store.path / "shards" / "00001" / "cine.npy"
    content = bytearray(place.read_bytes())
    content[-1] ^= 1
    place.write_bytes(content)
    (store.path / "shards" / "00000" / "ecg.npy").unlink()
    assert verify_store(store.path) == [
        "shard 00000: ecg.npy is missing",
        "shard 00001: cine.npy differs from its checksum",
    ]


def test_another_recipe_is_refused(tmp_path: Path) -> None:
    simulated_store(tmp_path / "s", 2)
    with pytest.raises(PtaclError, match="another recipe"):
        build_store(
            tmp_path / "s",
            [("S3-00000", 0), ("S3-00001", 1)],
            load_or_fail,
            recipe=Recipe(ecg=EcgRecipe(highpass_hz=1.0)),
            name="tiny",
            synthetic=True,
        )


@pytest.mark.parametrize("damage", ["a bit", "cut", "gone"])
def test_building_again_never_takes_damage_for_sound(tmp_path: Path, damage: str) -> None:
    store = simulated_store(tmp_path / "s", 6)
    place = store.path / "shards" / "00001" / "ecg.npy"
    content = place.read_bytes()
    if damage == "gone":
        place.unlink()
    else:
        place.write_bytes(content[:-1] + b"x" if damage == "a bit" else content[:40])
    before = contents(store.path)
    with pytest.raises(PtaclError, match="Shard 00001 is damaged"):
        simulated_store(store.path, 6)
    assert contents(store.path) == before
    shutil.rmtree(place.parent)
    simulated_store(store.path, 6)
    assert place.read_bytes() == content and verify_store(store.path) == []


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"provenance": {"simulation": {"coupling": 0.0}}}, "another origin"),
        ({"synthetic": False}, "another kind"),
        ({"sources": [("S3-00000", Path("b/0.xml"))]}, "other files"),
        ({"shard_subjects": 9}, "shards of another size"),
    ],
)
def test_a_store_never_mixes_two_runs(tmp_path: Path, change: dict, words: str) -> None:
    """Neither an unfinished one nor a finished one, whose manifest would tell a lie."""
    options = {
        "sources": [("S3-00000", Path("a/0.xml"))],
        "recipe": Recipe(),
        "name": "tiny",
        "synthetic": True,
        "provenance": {"simulation": {"coupling": 1.0}},
        "workers": 0,
    }
    build_store(tmp_path / "s", load=load_named, **options)
    before = contents(tmp_path / "s")
    for unfinished in (False, True):
        if unfinished:
            (tmp_path / "s" / "manifest.json").unlink()
            unseal(tmp_path / "s")
            del before["manifest.json"], before["checksums.json"]
        with pytest.raises(PtaclError, match=f"{words}.*Choose another folder"):
            build_store(tmp_path / "s", load=load_named, **(options | change))
        assert contents(tmp_path / "s") == before


def load_named(path: Path) -> Pair:
    return simulate_subject(SEED, int(path.stem))


def load_or_fail(number: int) -> Pair:
    if number == 1:
        raise BadInput("b.hea", "it is empty", "export it again")
    return simulate_subject(SEED, number)


def test_bad_subjects_are_listed_and_the_good_ones_imported(tmp_path: Path) -> None:
    store, problems = build_store(
        tmp_path / "s",
        [(f"p{n}", n) for n in range(3)],
        load_or_fail,
        recipe=Recipe(),
        name="x",
        synthetic=False,
        workers=0,
    )
    assert len(store) == 2
    assert [(p.subject_id, p.file) for p in problems] == [("p1", "b.hea")]
    assert "it is empty" in problems[0].reason


def test_a_folder_without_a_store_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(PtaclError, match="ptacl simulate"):
        open_store(tmp_path)


def test_a_store_made_before_reports_and_commands_were_kept_opens(tmp_path: Path) -> None:
    store = simulated_store(tmp_path / "s", 2)
    place = store.path / "manifest.json"
    values = json.loads(place.read_text())
    for key in ("report", "commands"):
        del values[key]
    place.write_text(json.dumps(values))
    unseal(store.path)
    manifest = open_store(store.path).manifest
    assert (manifest.report, manifest.commands) == ({}, ())
