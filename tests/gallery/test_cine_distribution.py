"""The out-of-distribution check of cines."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from ptacl.checkpoint.files import load_model, read_config
from ptacl.checkpoint.shipped import shipped_checkpoints
from ptacl.config.checksums import unseal
from ptacl.data.splits import split_rows
from ptacl.gallery.build import build_gallery
from ptacl.gallery.cine_distribution import NEAREST, cine_distribution
from ptacl.gallery.format import KNOWN_CINES, Simulation
from ptacl.gallery.gallery import open_gallery
from ptacl.gallery.known_cines import lacks_known_cines
from ptacl.inference.model import Model, load
from ptacl.io.cine.read import read_cine
from ptacl.signal.preparation import prepare_cine
from ptacl.store import Store
from ptacl.synthetic import SIMULATION_VERSION, simulate_cine, simulate_subject
from ptacl.types import Appearance
from tests.real_files import SHARED

STUDY = SHARED / "cmr" / "dicom_siemens_stack" / "study.zip"
FEATURES = np.random.default_rng(5).normal(3, [1, 10, 0.1], (400, 3)).astype(np.float32)


def test_the_limit_is_what_left_out_subjects_show() -> None:
    distribution = cine_distribution(FEATURES)
    assert distribution is not None
    others = np.random.default_rng(6).normal(3, [1, 10, 0.1], (400, 3))
    share = np.mean([distribution.place(row).familiar for row in others])
    assert 0.95 < share <= 1


def test_the_distance_is_the_mean_to_the_nearest_in_units_of_the_spread() -> None:
    distribution = cine_distribution(FEATURES)
    assert distribution is not None
    query = np.array([9.0, 3.0, 3.0])
    scaled = (FEATURES - FEATURES.mean(0)) / FEATURES.std(0)
    own = (query - FEATURES.mean(0)) / FEATURES.std(0)
    slow = np.sort(np.sqrt(((scaled - own) ** 2).mean(1)))[:NEAREST].mean()
    place = distribution.place(query)
    assert place.distance == pytest.approx(slow, rel=1e-5)
    assert not place.familiar and place.percentile == 100


def test_a_few_subjects_cannot_tell() -> None:
    assert cine_distribution(FEATURES[: 10 * NEAREST - 1]) is None


SIMULATION = Simulation(seed=3, coupling=1.0, version=SIMULATION_VERSION)


@pytest.mark.parametrize(
    ("trained_on", "shown", "lacks"),
    [
        ("random", "plain", True),
        ("random", "random", False),
        ("plain", "plain", False),
        (None, "plain", False),
    ],
)
def test_only_a_plain_gallery_lacks_what_a_model_of_random_appearance_knows(
    tiny_checkpoint: Path, trained_on: str | None, shown: Appearance, lacks: bool
) -> None:
    made = {"simulation": {"appearance": trained_on}} if trained_on else {}
    checkpoint = replace(read_config(tiny_checkpoint), data={"provenance": made})
    assert lacks_known_cines(checkpoint, replace(SIMULATION, appearance=shown)) == lacks
    assert not lacks_known_cines(checkpoint, None)


@pytest.mark.long
def test_a_gallery_gets_the_features_of_its_own_hearts_in_random_appearance(
    tiny_store: Store, tiny_checkpoint: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    checkpoint = Path(shutil.copytree(tiny_checkpoint, tmp_path / "trained"))
    config = json.loads((checkpoint / "config.json").read_text())
    config["data"]["provenance"]["simulation"]["appearance"] = "random"
    (checkpoint / "config.json").write_text(json.dumps(config))
    unseal(checkpoint)
    heads, rows = open_gallery(checkpoint / "gallery").heads, split_rows(tiny_store, "test")[:12]
    monkeypatch.setattr("ptacl.gallery.fitting.fit_store_heads", lambda *_, **__: heads)
    build_gallery(tiny_store, checkpoint, checkpoint / "gallery", rows=rows)
    known = np.load(checkpoint / "gallery" / KNOWN_CINES).astype(np.float32)
    assert len(known) == len(rows)
    tower = load_model(checkpoint)[0]
    for row in (2, 11):
        number = int(tiny_store.table["subject_id"].iloc[rows[row]].rsplit("-", 1)[1])
        cine = prepare_cine(simulate_cine(SIMULATION.seed, number), tiny_store.recipe.cine)
        frames, phases = torch.from_numpy(cine.frames)[None], torch.from_numpy(cine.phases)[None]
        with torch.inference_mode():
            features = tower.encode_cmr(frames, phases).features[0].numpy()
        np.testing.assert_allclose(known[row], features, rtol=0.01, atol=0.01)
    build_gallery(tiny_store, tiny_checkpoint, checkpoint / "gallery", rows=rows)
    assert not (checkpoint / "gallery" / KNOWN_CINES).exists()


def test_known_cines_join_those_of_the_gallery(tiny_checkpoint: Path, tmp_path: Path) -> None:
    path = Path(shutil.copytree(tiny_checkpoint / "gallery", tmp_path / "gallery"))
    width = open_gallery(path).vectors["cmr_features"].shape[1]
    more = np.random.default_rng(0).normal(size=(60, width)).astype(np.float16)
    np.save(path / KNOWN_CINES, more)
    gallery = open_gallery(path)
    distribution = gallery.cine_distribution
    assert distribution is not None
    assert len(distribution.known) == len(gallery) + len(more)


@pytest.fixture(scope="module")
def model() -> Model:
    return load(shipped_checkpoints() / "demo")


def test_a_cine_like_those_of_the_gallery_finds_neighbours(model: Model) -> None:
    match = model.match_cine(simulate_subject(99, 2, ages="adults").cine)
    assert match.familiar and match.embedding is not None
    assert len(match.neighbours) == 6


@pytest.mark.skipif(not STUDY.exists(), reason="no real recordings beside the repository")
def test_a_real_middle_slice_is_known_and_spoiled_it_is_not(model: Model) -> None:
    cine = read_cine(STUDY)
    match = model.match_cine(cine)
    assert match.familiar and match.embedding is not None and len(match.neighbours) == 6
    inverted = replace(cine, frames=cine.frames.max() - cine.frames)
    shuffled = replace(cine, frames=np.random.default_rng(0).permutation(cine.frames))
    for spoiled in (inverted, shuffled):
        match = model.match_cine(spoiled)
        assert not match.familiar and match.embedding is None and match.neighbours == ()
