"""Whoever withdraws is left out by the store, by every command that reads it and by galleries."""

import json
import os
import shutil
from pathlib import Path

import numpy as np
import pytest

import ptacl.store.build as builder
import ptacl.store.purge as forgetting
from ptacl.checkpoint.files import read_config
from ptacl.checkpoint.reconstructions import Reconstructions, save_reconstructions
from ptacl.cli import main
from ptacl.config.checksums import unseal
from ptacl.data.splits import split_of, split_rows
from ptacl.errors import BadInput, PtaclError
from ptacl.gallery import open_gallery
from ptacl.signal.recipe import Recipe
from ptacl.store import Store, open_store, verify_store, withdraw_from_store
from ptacl.store.build import build_store
from ptacl.store.withdrawals import is_withdrawn_list, read_withdrawn, withdrawn_in
from ptacl.synthetic import simulate_subject
from ptacl.types import Pair, Problem
from tests.made.cohorts import SEED, simulated_store


@pytest.mark.parametrize(
    "text",
    [
        "12\n34\n",
        "eid\n12\n34",
        "f.eid,reason\r\n12,moved\r\n34,\r\n",
        '\ufeff"12"\n\n"34"\n',
        "12.0\n34.0\n12\n",
    ],
)
def test_a_list_is_read_with_or_without_a_heading(tmp_path: Path, text: str) -> None:
    (tmp_path / "w.csv").write_text(text)
    assert read_withdrawn(tmp_path / "w.csv") == {"12", "34"}


def test_an_empty_list_names_nobody(tmp_path: Path) -> None:
    (tmp_path / "w.csv").write_text("")
    assert read_withdrawn(tmp_path / "w.csv") == frozenset()


@pytest.mark.parametrize("content", [b"PK\x03\x04\x14\x00\xff\xfe", b"a list of names\n", bytes(9)])
def test_what_is_no_list_is_refused_and_never_passed_over(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "withdrawn_1.csv").write_bytes(content)
    with pytest.raises(BadInput, match="no list of withdrawn"):
        withdrawn_in(tmp_path)
    with pytest.raises(BadInput, match="no such file"):
        read_withdrawn(tmp_path / "none.csv")


@pytest.mark.parametrize(
    ("name", "is_list"),
    [
        ("withdrawn.csv", True), ("withdrawn_2024.csv", True), ("Withdrawn-b.CSV", True),
        ("w12345_20240101.csv", True), ("phenotypes.csv", False), ("weights.csv", False),
    ],
)  # fmt: skip
def test_lists_are_known_by_their_name(name: str, is_list: bool) -> None:
    assert is_withdrawn_list(name) == is_list


def test_lists_in_linked_and_hidden_folders_are_found(tmp_path: Path) -> None:
    (tmp_path / "elsewhere" / ".lists").mkdir(parents=True)
    (tmp_path / "elsewhere" / ".lists" / "w12345_20240101.csv").write_text("12\n")
    (tmp_path / "cohort").mkdir()
    (tmp_path / "cohort" / "bulk").symlink_to(tmp_path / "elsewhere")
    assert withdrawn_in(tmp_path / "cohort", below=True) == {"12"}
    assert withdrawn_in(tmp_path / "cohort") == frozenset()


def subject(number: int) -> str:
    return f"S{SEED}-{number:05d}"


def build(out: Path, gone: set[str], subjects: int = 7) -> Store:
    return build_store(
        out,
        [(subject(number), number) for number in range(subjects)],
        load,
        recipe=Recipe(),
        name="tiny",
        synthetic=True,
        withdrawn=gone,
        shard_subjects=3,
        workers=0,
    )[0]


def load(number: int) -> Pair:
    return simulate_subject(SEED, number)


def shards(store: Store) -> dict[str, bytes]:
    return {str(p): p.read_bytes() for p in (store.path / "shards").rglob("*") if p.is_file()}


def test_rows_stay_with_their_subjects_when_others_are_dropped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(builder, "SHARD_SUBJECTS", 3)
    whole = simulated_store(tmp_path / "s", 7)
    assert withdraw_from_store(whole.path, {subject(0), subject(4), "a stranger"}) == 2
    store = open_store(whole.path)
    kept = [1, 2, 3, 5, 6]
    assert list(store.table["subject_id"]) == [subject(number) for number in kept]
    assert list(store.table.index) == list(range(5)) and len(store) == 5
    assert (store.ecg_rows(range(5)) == whole.ecg_rows(kept)).all()
    assert (store.cine_rows(range(5)) == whole.cine_rows(kept)).all()
    for row, place in enumerate(kept):
        assert (store.r_peaks(row) == whole.r_peaks(place)).all()
        assert store.prepared_ecg(row).quality == whole.prepared_ecg(place).quality
    assert verify_store(store.path) == []
    assert (store.path / "withdrawn.csv").read_text() == f"subject_id\n{subject(0)}\n{subject(4)}\n"


def test_withdrawn_subjects_are_not_imported(tmp_path: Path) -> None:
    store = build(tmp_path / "s", {subject(2), "somebody else"})
    assert subject(2) not in store.stored_ids
    everything = b"".join(p.read_bytes() for p in store.path.rglob("*") if p.is_file())
    assert subject(2).encode() not in everything
    assert b"somebody else" not in everything


def test_a_longer_list_changes_no_shard_and_drops_the_subject(tmp_path: Path) -> None:
    before = build(tmp_path / "s", {subject(2)})
    first = shards(before)
    after = build(tmp_path / "s", {subject(2), subject(5)})
    assert shards(after) == first
    assert list(after.table["subject_id"]) == [subject(number) for number in (0, 1, 3, 4, 6)]


def test_who_withdraws_before_the_shard_is_written_is_never_in_it(tmp_path: Path) -> None:
    store = build(tmp_path / "s", set())
    (store.path / "manifest.json").unlink()
    shutil.rmtree(store.path / "shards" / "00001")
    store = build(tmp_path / "s", {subject(1), subject(4)})
    assert subject(4) not in store.stored_ids
    assert list(store.table["subject_id"]) == [subject(number) for number in (0, 2, 3, 5, 6)]


def test_a_deleted_shard_is_built_again_without_who_withdrew_since(tmp_path: Path) -> None:
    store = build(tmp_path / "s", set())
    withdraw_from_store(store.path, {subject(4)})
    shutil.rmtree(store.path / "shards" / "00001")
    again = build(tmp_path / "s", set())
    assert subject(4) not in again.stored_ids
    assert verify_store(again.path) == []


def test_a_rebuild_that_is_stopped_before_the_manifest_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = build(tmp_path / "s", set())
    withdraw_from_store(store.path, {subject(4)})
    shutil.rmtree(store.path / "shards" / "00001")

    def stopped(out: Path, gone: set[str]) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as change, pytest.raises(KeyboardInterrupt):
        change.setattr(builder, "add_withdrawn", stopped)
        build(tmp_path / "s", set())
    with pytest.raises(PtaclError, match="unfinished"):
        open_store(store.path)
    again = build(tmp_path / "s", set())
    assert len(again) == 6 and verify_store(again.path) == []


def test_who_could_not_be_imported_can_withdraw_too(tmp_path: Path) -> None:
    def build_with_problems() -> tuple[Store, list[Problem]]:
        return build_store(
            tmp_path / "s",
            [(subject(number), number) for number in range(3)],
            load_all_but_one,
            recipe=Recipe(),
            name="tiny",
            synthetic=True,
            problems=[Problem("early", "e.zip", 'no "cine", none')],
            workers=0,
        )

    _, problems = build_with_problems()
    assert [problem.subject_id for problem in problems] == ["early", subject(1)]
    place = tmp_path / "s" / "problems.csv"
    assert withdraw_from_store(tmp_path / "s", {subject(1), "a stranger"}) == 0
    kept = place.read_text()
    assert kept == 'subject_id,file,reason,code\nearly,e.zip,"no ""cine"", none",\n'
    assert build_with_problems()[1] == problems[:1] and place.read_text() == kept
    withdraw_from_store(tmp_path / "s", {"early"})
    assert place.read_text() == "subject_id,file,reason,code\n"
    assert build_with_problems()[1] == []
    told = (tmp_path / "s" / "withdrawn.csv").read_text()
    assert told == f"subject_id\n{subject(1)}\nearly\n"
    notes = [path for path in place.parent.rglob("*.json") if subject(1) in path.read_text()]
    assert notes == [] and verify_store(place.parent) == []


def test_the_plan_and_the_shards_forget_who_withdrew(tmp_path: Path) -> None:
    store = build(tmp_path / "s", set())
    withdraw_from_store(store.path, {subject(2)})
    plan = (store.path / "plan.json").read_text()
    assert subject(2) not in plan and subject(1) in plan
    # The places of all others stand: the same import goes on, with another one left out.
    after = build(tmp_path / "s", {subject(5)})
    assert list(after.table["subject_id"]) == [subject(number) for number in (0, 1, 3, 4, 6)]
    assert subject(5) not in (store.path / "plan.json").read_text()
    with pytest.raises(PtaclError, match="other subjects"):
        build(tmp_path / "s", set(), subjects=8)


def test_checksums_killed_before_their_files_are_made_good(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, _ = build_store(
        tmp_path / "s", [(subject(number), number) for number in range(2)], load_all_but_one,
        recipe=Recipe(), name="tiny", synthetic=True, workers=0,
    )  # fmt: skip
    written = forgetting.write_atomically

    def killed(path: Path, text: str) -> None:
        if path.name == "problems.json":
            raise KeyboardInterrupt
        written(path, text)

    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(forgetting, "write_atomically", killed)
        withdraw_from_store(store.path, {subject(1)})
    assert verify_store(store.path) == ["shard 00000: problems.json differs from its checksum"]
    withdraw_from_store(store.path, {subject(1)})
    assert verify_store(store.path) == []


def test_a_checkpoint_loses_the_recordings_that_it_shows(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "config.json").write_text("{}")
    ecg, cine = np.zeros((4, 12, 5), np.float32), np.zeros((4, 2, 3, 3), np.float32)
    shown = Reconstructions(ecg, ecg, ecg > 0, cine, cine, cine > 0)
    save_reconstructions(tmp_path, shown)
    for content, removed, stays in (("eid\n", 0, True), ("eid\n12\n", 4, False)):
        (tmp_path / "list.csv").write_text(content)
        arguments = ["withdraw", str(tmp_path), "--list", str(tmp_path / "list.csv"), "--json"]
        assert main(arguments) == 0
        [told] = json.loads(capsys.readouterr().out)["withdrawn"]
        assert told["left_out"] == removed
        assert (tmp_path / "reconstructions.npz").is_file() == stays


def load_all_but_one(number: int) -> Pair:
    if number == 1:
        raise BadInput("b.hea", "it is empty", "export it again")
    return load(number)


def test_a_store_of_other_subjects_is_still_refused(tmp_path: Path) -> None:
    build(tmp_path / "s", set())
    with pytest.raises(PtaclError, match="other subjects"):
        build(tmp_path / "s", {subject(1)}, subjects=6)


def test_a_list_laid_into_the_store_is_honoured(tmp_path: Path) -> None:
    store = build(tmp_path / "s", set())
    (store.path / "withdrawn_2031.csv").write_text(f"eid\n{subject(6)}\n")
    assert len(open_store(store.path)) == 6
    (store.path / "withdrawn_2032.csv").write_text("\n".join(map(subject, range(7))))
    assert len(open_store(store.path)) == 0
    with pytest.raises(PtaclError, match="have withdrawn"):
        _ = open_store(store.path).table


@pytest.fixture(scope="module")
def gone(tiny_store: Store) -> list[str]:
    """One subject in five."""
    return list(tiny_store.table["subject_id"].iloc[::5])


@pytest.fixture
def store(tiny_store: Store, tmp_path: Path) -> Path:
    """The tiny cohort once more, its arrays linked."""
    return Path(shutil.copytree(tiny_store.path, tmp_path / "tiny", copy_function=os.link))


def test_no_command_sees_the_withdrawn(
    store: Path, tiny_store: Store, tiny_checkpoint: Path, gone: list[str], tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    (tmp_path / "list.csv").write_text("\n".join(gone))
    out = tmp_path / "model"
    withdrawn = ["--withdrawn", str(tmp_path / "list.csv")]
    assert main(["train", str(store), str(out), "--epochs", "1", *withdrawn, "--json"]) == 0
    counted = read_config(out).data["subjects"]
    for split in ("train", "val", "test"):
        rows = split_rows(tiny_store, split)
        kept = [one for one in tiny_store.table["subject_id"].iloc[rows] if one not in gone]
        assert counted[split] == len(kept) < len(rows)
    # From now on the store knows, without being told again.
    model = ["--checkpoint", str(tiny_checkpoint)]
    assert main(["embed", str(store), *model, "--out", str(tmp_path / "gallery")]) == 0
    assert not set(open_gallery(tmp_path / "gallery").table.index) & set(gone)
    capsys.readouterr()
    assert main(["evaluate", str(store), *model, "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["subjects"] == counted["test"]


def test_a_gallery_made_before_leaves_them_out_as_well(
    tiny_checkpoint: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(tiny_checkpoint, tmp_path / "model")
    folder = tmp_path / "model" / "gallery"
    whole = open_gallery(folder)
    gone = [whole.table.index[0], whole.table.index[7], whole.examples[0].subject_id]
    (tmp_path / "list.csv").write_text("\n".join(gone))
    arguments = ["withdraw", str(folder), "--list", str(tmp_path / "list.csv"), "--json"]
    assert main(arguments) == 0
    left_out = json.loads(capsys.readouterr().out)["withdrawn"]
    assert left_out == [{"folder": str(folder), "left_out": len(set(gone))}]
    gallery = open_gallery(folder)
    kept = [one for one in whole.table.index if one not in gone]
    assert list(gallery.table.index) == kept
    assert not {example.subject_id for example in gallery.examples} & set(gone)
    for one in (kept[0], kept[3], kept[-1]):
        row, place = gallery.row(one), whole.row(one)
        assert (gallery.ecg(one).signal_mv == whole.ecg(one).signal_mv).all()
        assert (gallery.cine(one).frames == whole.cine(one).frames).all()
        assert (gallery.map_ecg[row] == whole.map_ecg[place]).all()
        assert (gallery.vectors["cmr"][row] == whole.vectors["cmr"][place]).all()
        assert (gallery.embeddings.segments[row] == whole.embeddings.segments[place]).all()
        np.testing.assert_array_equal(gallery.similarity(one), whole.similarity(one))
    found = gallery.search(whole.vectors["ecg"][whole.row(gone[0])], len(whole))
    assert [neighbour.subject_id for neighbour in found] == [
        neighbour.subject_id
        for neighbour in whole.search(whole.vectors["ecg"][whole.row(gone[0])], len(whole))
        if neighbour.subject_id not in gone
    ]
    with pytest.raises(PtaclError, match="holds no subject"):
        gallery.row(gone[0])


def test_a_gallery_honours_the_lists_of_its_store(
    tiny_checkpoint: Path, store: Path, tmp_path: Path
) -> None:
    shutil.copytree(tiny_checkpoint, tmp_path / "model")
    place = tmp_path / "model" / "gallery" / "gallery.json"
    manifest = json.loads(place.read_text())
    assert manifest["store_path"] == ""  # simulated people do not withdraw
    manifest["store_path"] = os.path.relpath(store, place.parent)
    place.write_text(json.dumps(manifest))
    unseal(place.parent)
    test = [one for one in open_store(store).table["subject_id"] if split_of(one) == "test"]
    before = len(open_gallery(place.parent))
    withdraw_from_store(store, {test[1]})
    assert len(open_gallery(place.parent)) == before - 1
