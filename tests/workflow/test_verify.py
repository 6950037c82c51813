"""One flipped byte in any file of a store, checkpoint, gallery or training is named."""

import shutil
from pathlib import Path

import pytest

from ptacl.checkpoint.files import load_model
from ptacl.checkpoint.shipped import shipped_checkpoints
from ptacl.cli import main
from ptacl.config.checksums import CHECKSUMS
from ptacl.errors import PtaclError
from ptacl.gallery import open_gallery
from ptacl.store import Store, open_store
from ptacl.workflow.verify import seal_folder, verify_folder
from tests.made.cohorts import simulated_store

HARMLESS = {"README.md", "progress.json"}
"""The card is made from the other files; progress is written every few seconds and read by no
command."""
IN_A_STORE = [
    "manifest.json", "plan.json", "problems.csv", "checksums.json", "shards/00000/ecg.npy",
    "shards/00000/cine.npy", "shards/00000/subjects.parquet", "shards/00000/problems.json",
]  # fmt: skip
IN_A_CHECKPOINT = [
    "model.safetensors", "config.json", "metrics.json", "metrics.jsonl", "checksums.json",
    "state/last.pt", "state/checksums.json", "gallery/gallery.json", "gallery/table.parquet",
    "gallery/embeddings.npz", "gallery/map.npy", "gallery/familiar.npy", "gallery/heads.json",
    "gallery/heads.npz", "gallery/heads-sex.json", "gallery/heads-sex.npz",
    "gallery/heads-body.json", "gallery/heads-body.npz", "gallery/lead_sets.json",
    "gallery/lead_sets.npz", "gallery/index.faiss", "gallery/checksums.json",
    "gallery/signals/ecg.npy", "gallery/signals/cine.npy", "gallery/signals/segments.npy",
    "gallery/signals/frames.npy", "gallery/signals/checksums.json",
]  # fmt: skip


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return simulated_store(tmp_path_factory.mktemp("stores") / "small", subjects=4).path


@pytest.fixture(scope="module")
def checkpoint(tiny_checkpoint: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    copy = tmp_path_factory.mktemp("checkpoints") / "copy"
    return Path(shutil.copytree(tiny_checkpoint, copy))


def files_of(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


def flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def found(folder: Path) -> str:
    """Return what opening or verifying a folder says of its damage."""
    try:
        return "; ".join(verify_folder(folder).damage)
    except PtaclError as error:
        return str(error)


def names_the_flipped(folder: Path, file: str) -> bool:
    content = (folder / file).read_bytes()
    flip(folder / file)
    try:
        return Path(file).name in found(folder)
    finally:
        (folder / file).write_bytes(content)


def test_the_lists_below_are_all_files(store: Path, checkpoint: Path) -> None:
    assert files_of(store) == set(IN_A_STORE)
    others = {file for file in files_of(checkpoint) if Path(file).name not in HARMLESS}
    optional = {f"gallery/{name}" for name in ("probabilities.json", "probabilities.npz")}
    assert others - optional == set(IN_A_CHECKPOINT)


@pytest.mark.parametrize("file", IN_A_STORE)
def test_a_flipped_byte_of_a_store_is_named(store: Path, file: str) -> None:
    assert found(store) == ""
    assert names_the_flipped(store, file)


@pytest.mark.parametrize("file", IN_A_CHECKPOINT)
def test_a_flipped_byte_of_a_checkpoint_is_named(checkpoint: Path, file: str) -> None:
    assert names_the_flipped(checkpoint, file)
    assert found(checkpoint) == ""


@pytest.mark.parametrize("file", ["map.npy", "table.parquet", "familiar.npy", "gallery.json"])
def test_a_gallery_with_a_flipped_byte_does_not_open(
    tiny_checkpoint: Path, tmp_path: Path, file: str
) -> None:
    gallery = Path(shutil.copytree(tiny_checkpoint / "gallery", tmp_path / "gallery"))
    flip(gallery / file)
    with pytest.raises(PtaclError, match=f"{file} does not match its SHA-256"):
        open_gallery(gallery)


def test_damaged_weights_are_refused_and_not_embedded(
    tiny_checkpoint: Path, tiny_store: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    damaged = Path(shutil.copytree(tiny_checkpoint, tmp_path / "damaged"))
    flip(damaged / "model.safetensors")
    with pytest.raises(PtaclError, match=r"model\.safetensors does not match its SHA-256"):
        load_model(damaged)
    options = ["--checkpoint", str(damaged), "--out", str(tmp_path / "gallery")]
    assert main(["embed", str(tiny_store.path), *options]) == 2
    assert "Embedding again would not repair it" in capsys.readouterr().err
    assert not (tmp_path / "gallery" / "gallery.json").exists()


def test_folders_of_earlier_versions_open_and_can_be_sealed(store: Path, tmp_path: Path) -> None:
    old = Path(shutil.copytree(store, tmp_path / "old"))
    (old / CHECKSUMS).unlink()
    assert len(open_store(old)) == 4
    assert verify_folder(old).without_checksums == [str(old)]
    assert seal_folder(old) == [str(old)]
    assert files_of(old) == files_of(store)
    assert (old / CHECKSUMS).read_bytes() == (store / CHECKSUMS).read_bytes()


def test_sealing_does_not_bless_what_is_damaged(store: Path, tmp_path: Path) -> None:
    damaged = Path(shutil.copytree(store, tmp_path / "damaged"))
    flip(damaged / "manifest.json")
    assert seal_folder(damaged) == []
    assert "manifest.json" in found(damaged)


@pytest.mark.parametrize("name", ["demo", "segmenter", "restorer"])
def test_the_shipped_models_carry_checksums_and_are_undamaged(name: str) -> None:
    verified = verify_folder(shipped_checkpoints() / name)
    assert verified.kind == "checkpoint"
    assert verified.damage == verified.without_checksums == []


def test_a_folder_of_something_else_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PtaclError, match="no store, checkpoint, gallery or cache"):
        verify_folder(tmp_path)
