"""A gallery searches, places and compares, and refuses what does not belong to it."""

import json
import shutil
from dataclasses import asdict
from pathlib import Path
from typing import get_args

import numpy as np
import pandas as pd
import pytest
import torch

from ptacl.config.checksums import unseal
from ptacl.data.splits import split_of, split_rows
from ptacl.errors import PtaclError
from ptacl.gallery import Gallery, GalleryManifest, Simulation, open_gallery
from ptacl.gallery.build import _signals, build_gallery
from ptacl.gallery.signals import FILES, Signals, render_subjects, write_signals
from ptacl.inference.inspection_json import to_dict
from ptacl.inference.model import Step, load
from ptacl.metrics.alignment import errors_in_frames
from ptacl.phenotypes import PHENOTYPE_KEYS
from ptacl.signal.preparation import prepare_cine, prepare_ecg
from ptacl.signal.recipe import Recipe
from ptacl.store import Store
from ptacl.store.format import quantise
from ptacl.synthetic import SIMULATION_VERSION, simulate_subject
from ptacl.types import Appearance, Embeddings, Person


@pytest.fixture(scope="module")
def gallery(tiny_checkpoint: Path) -> Gallery:
    return open_gallery(tiny_checkpoint / "gallery")


def test_it_holds_held_out_subjects_only(gallery: Gallery) -> None:
    assert len(gallery) > 10
    assert {split_of(subject) for subject in gallery.table.index} == {"test"}
    assert gallery.synthetic


def test_its_signals_are_the_store_s(gallery: Gallery, tiny_store: Store) -> None:
    subject = gallery.table.index[3]
    row = int(np.flatnonzero(tiny_store.table["subject_id"] == subject)[0])
    assert (gallery.ecg(subject).signal_mv == tiny_store.ecg_rows([row])[0]).all()
    assert (gallery.ecg(subject).r_peaks == tiny_store.r_peaks(row)).all()
    frames = gallery.cine(subject).frames
    assert (frames == tiny_store.cine_rows([row])[0]).all()
    top, left = (np.array(frames.shape[1:]) - 6) // 2
    assert (gallery.stills([subject], side=6)[0] == frames[0, top : top + 6, left : left + 6]).all()


def test_search_is_the_order_of_inner_products(gallery: Gallery) -> None:
    query = gallery.embeddings.ecg[0]
    for modality in ("cmr", "ecg"):
        similarity = getattr(gallery.embeddings, modality) @ query
        found = gallery.search(query, 5, modality)
        # Two hearts may be alike to the last digit: their order is then either.
        assert [n.similarity for n in found] == pytest.approx(
            np.sort(similarity)[:-6:-1].tolist(), abs=1e-6
        )
        assert all(
            n.similarity == pytest.approx(float(similarity[gallery.row(n.subject_id)]), abs=1e-6)
            for n in found
        )


def test_search_keeps_to_the_allowed_and_leaves_out_the_query(gallery: Gallery) -> None:
    ids = list(gallery.table.index)
    allowed = set(ids[:6])
    found = gallery.search(gallery.embeddings.ecg[0], 10, allowed=allowed, exclude=ids[0])
    assert {n.subject_id for n in found} == allowed - {ids[0]}


def test_controls_of_time_lose_the_diagonal(gallery: Gallery) -> None:
    subject, other = gallery.table.index[:2]
    own = gallery.similarity(subject)
    frames = gallery.cine(subject).frames.shape[0]
    assert own.shape == (frames, frames)
    rolled = gallery.similarity(subject, control="rolled")
    assert np.allclose(rolled, np.roll(own, 12, axis=1), atol=1e-6)
    assert not np.allclose(gallery.similarity(subject, control="shuffled"), own)
    assert not np.allclose(gallery.similarity(subject, other), own)


def test_errors_by_phase_are_those_of_its_subjects(gallery: Gallery) -> None:
    spread = gallery.errors_by_phase()
    own = errors_in_frames(np.stack([gallery.similarity(each) for each in gallery.table.index]))
    assert (spread.median == np.median(own, axis=0)).all()


def test_the_volume_curve_is_the_simulated_truth(gallery: Gallery) -> None:
    subject = gallery.table.index[0]
    curve = gallery.volume_curve(subject)
    assert curve is not None
    record = gallery.table.loc[subject]
    assert curve.max() == pytest.approx(record["lvedv_ml"], rel=0.02)
    assert curve.min() == pytest.approx(record["lvesv_ml"], rel=0.05)


def test_an_example_is_inspected_without_the_encoder_as_with_it(
    gallery: Gallery, tiny_checkpoint: Path
) -> None:
    subject = str(gallery.table.index[1])
    ready = gallery.inspection(subject)
    model = load(tiny_checkpoint, gallery)
    pair = simulate_subject(3, int(subject.rsplit("-")[1]))
    begun: list[str] = []
    fresh = model.inspect(pair.ecg, begin=begun.append)
    assert begun == list(get_args(Step))
    assert [p.value for p in fresh.predictions] == pytest.approx(
        [p.value for p in ready.predictions], rel=1e-3
    )
    assert np.allclose(fresh.embedding, ready.embedding, atol=1e-3)
    assert fresh.intervals.qrs_ms == pytest.approx(ready.intervals.qrs_ms, abs=6)


def test_an_inspection_is_plain_json_with_all_that_was_promised(
    gallery: Gallery, tiny_checkpoint: Path
) -> None:
    model = load(tiny_checkpoint, gallery)
    person = Person("female", height_cm=165.0, weight_kg=60.0)
    found = to_dict(model.inspect(simulate_subject(3, 5).ecg, person))
    found = json.loads(json.dumps(found))
    assert set(found["ecg"]) >= {
        "format", "leads", "sample_rate_hz", "duration_s", "heart_rate_bpm", "pr_ms", "qrs_ms",
        "qt_ms", "qtc_ms", "missing",
    }  # fmt: skip
    assert len(found["quality"]["per_lead"]) == 12
    assert [p["key"] for p in found["phenotypes"]] == list(PHENOTYPE_KEYS)
    for entry in found["phenotypes"]:
        assert entry["low"] < entry["value"] < entry["high"]
        assert entry["reference_low"] < entry["reference_high"]
        assert ("indexed" in entry) == (entry["key"] not in ("lvef_pct", "rvef_pct"))
    assert found["read_from"] == ["ecg", "sex"]
    assert found["model"] == {"name": "tiny", "version": found["model"]["version"],
                              "synthetic": True, "measures": True}  # fmt: skip


def test_a_gallery_of_other_weights_is_refused(tiny_checkpoint: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(tiny_checkpoint, copy)
    from safetensors.torch import load_file, save_file

    weights = load_file(copy / "model.safetensors")
    weights["patient_logit_scale"] += torch.tensor(0.1)
    save_file(weights, copy / "model.safetensors")
    unseal(copy)
    with pytest.raises(PtaclError, match="ptacl embed"):
        load(copy)


def test_left_out_signals_are_rebuilt_from_the_seed(
    tiny_checkpoint: Path, gallery: Gallery, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PTACL_CACHE", str(tmp_path / "cache"))
    copy = tmp_path / "copy"
    shutil.copytree(tiny_checkpoint, copy)
    shutil.rmtree(copy / "gallery" / "signals")
    steps: list[float] = []
    rebuilt = open_gallery(copy / "gallery", lambda share, what: steps.append(share))
    assert steps == sorted(steps)
    assert steps[-1] == 1.0
    subject = gallery.table.index[2]
    assert (rebuilt.ecg(subject).signal_mv == gallery.ecg(subject).signal_mv).all()
    assert (rebuilt.cine(subject).frames == gallery.cine(subject).frames).all()
    assert np.allclose(rebuilt.similarity(subject), gallery.similarity(subject), atol=0.01)
    steps.clear()
    open_gallery(copy / "gallery", lambda share, what: steps.append(share))
    assert steps == []


@pytest.fixture
def former(tiny_checkpoint: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A gallery that is about to be replaced; its heads serve the new one as well."""
    out = Path(shutil.copytree(tiny_checkpoint / "gallery", tmp_path / "gallery"))
    heads = open_gallery(out).heads
    monkeypatch.setattr("ptacl.gallery.fitting.fit_store_heads", lambda *_, **__: heads)
    return out


def test_embedding_again_replaces_what_was_there(
    former: Path, tiny_store: Store, tiny_checkpoint: Path
) -> None:
    (former / ".signals-left").mkdir()
    rows = split_rows(tiny_store, "test")[5:25]
    gallery = build_gallery(tiny_store, tiny_checkpoint, former, rows=rows)
    for subject, row in zip(gallery.table.index, rows, strict=True):
        assert (gallery.ecg(subject).signal_mv == tiny_store.ecg_rows([row])[0]).all()
        assert (gallery.cine(subject).frames == tiny_store.cine_rows([row])[0]).all()
    assert gallery.synthetic and gallery.simulated and gallery.trained_on_simulated
    assert [path.name for path in former.iterdir() if path.is_dir()] == ["signals"]
    assert (former / "signals").stat().st_mode == former.stat().st_mode


@pytest.mark.parametrize("model_is_synthetic", [False, True])
def test_a_model_and_its_gallery_are_told_apart_as_synthetic(
    tiny_checkpoint: Path, tmp_path: Path, model_is_synthetic: bool
) -> None:
    folder = Path(shutil.copytree(tiny_checkpoint, tmp_path / "model"))
    change(folder / "config.json", synthetic=model_is_synthetic)
    change(folder / "gallery" / "gallery.json", synthetic_subjects=not model_is_synthetic,
           synthetic_training=model_is_synthetic, simulation=None)  # fmt: skip
    model = load(folder)
    assert model.info.synthetic and model.gallery.model_info.synthetic
    assert model.gallery.trained_on_simulated == model_is_synthetic
    ready = model.gallery.inspection(str(model.gallery.table.index[0]))
    assert (ready.ecg.source_format == "simulated") == (not model_is_synthetic)


def change(place: Path, **values: object) -> None:
    """Put other values into a JSON file."""
    place.write_text(json.dumps({**json.loads(place.read_text()), **values}))
    unseal(place.parent)


def test_rebuilt_signals_are_those_of_this_seed_and_these_subjects(
    tiny_checkpoint: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PTACL_CACHE", str(tmp_path / "cache"))
    made: list[Path] = []

    def rebuild(
        gallery: Path, manifest: object, table: pd.DataFrame, folder: Path, *_: object
    ) -> None:
        made.append(folder)
        arrays = np.zeros((len(table), 1), np.int16)
        write_signals(folder, len(table), [Signals(arrays, arrays, arrays, arrays)])

    monkeypatch.setattr("ptacl.gallery.signals.gradual.rebuild_signals", rebuild)
    gallery = Path(shutil.copytree(tiny_checkpoint / "gallery", tmp_path / "gallery"))
    shutil.rmtree(gallery / "signals")
    for _ in range(2):
        open_gallery(gallery, lambda share, what: None)
    version = SIMULATION_VERSION
    change(gallery / "gallery.json", simulation={"seed": 4, "coupling": 1.0, "version": version})
    open_gallery(gallery, lambda share, what: None)
    table = pd.read_parquet(gallery / "table.parquet")
    table.iloc[::-1].to_parquet(gallery / "table.parquet")
    open_gallery(gallery, lambda share, what: None)
    assert len(made) == len(set(made)) == 3


def test_a_gallery_of_another_simulation_says_so(
    tiny_checkpoint: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PTACL_CACHE", str(tmp_path / "cache"))
    gallery = Path(shutil.copytree(tiny_checkpoint / "gallery", tmp_path / "gallery"))
    shutil.rmtree(gallery / "signals")
    change(gallery / "gallery.json", simulation={"seed": 3, "coupling": 1.0, "version": 0})
    with pytest.raises(PtaclError, match="simulates other hearts from the same seed"):
        open_gallery(gallery, lambda share, what: None)


@pytest.mark.parametrize("appearance", ["plain", "random"])
def test_left_out_signals_are_those_of_the_very_hearts(appearance: Appearance) -> None:
    numbers, recipe = [3, 8], Recipe()
    simulation = Simulation(5, 0.5, "adults", SIMULATION_VERSION, appearance)
    ecg, cine = render_subjects(simulation, recipe, numbers)
    for row, number in enumerate(numbers):
        pair = simulate_subject(5, number, coupling=0.5, ages="adults", appearance=appearance)
        expected = prepare_ecg(pair.ecg, recipe.ecg).signal_mv
        np.testing.assert_array_equal(ecg[row], quantise(expected))
        np.testing.assert_array_equal(cine[row], prepare_cine(pair.cine, recipe.cine).frames)


def test_signals_are_written_a_chunk_at_a_time(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    whole = Signals(
        ecg=rng.integers(-9, 9, (7, 12, 30)).astype(np.int16),
        cine=rng.integers(0, 255, (7, 5, 4, 4)).astype(np.uint8),
        segments=rng.normal(size=(7, 5, 3)).astype(np.float16),
        frames=rng.normal(size=(7, 5, 3)).astype(np.float16).transpose(0, 2, 1),
    )
    chunks = (
        Signals(*(getattr(whole, name)[start : start + 3] for name in FILES))
        for start in range(0, 7, 3)
    )
    write_signals(tmp_path / "signals", 7, chunks)
    for name in FILES:
        written, given = np.load(tmp_path / "signals" / f"{name}.npy"), getattr(whole, name)
        assert written.dtype == given.dtype and (written == given).all()


def test_a_gallery_is_made_without_holding_all_signals(tiny_store: Store) -> None:
    rows = split_rows(tiny_store, "train")[:200]
    vector, steps = np.zeros((200, 1), np.float32), np.zeros((200, 1, 1), np.float32)
    ids = tuple(tiny_store.table["subject_id"].iloc[rows])
    embeddings = Embeddings(ids, vector, vector, vector, vector, steps, steps)
    held = [len(chunk.cine) for chunk in _signals(tiny_store, rows, embeddings)]
    assert sum(held) == 200 and max(held) <= 64


def test_a_stop_while_embedding_again_leaves_no_gallery(
    former: Path, tiny_store: Store, tiny_checkpoint: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(*arrays: np.ndarray, seed: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("ptacl.gallery.build.fit_map", stop)
    rows = split_rows(tiny_store, "test")[:20]
    with pytest.raises(KeyboardInterrupt):
        build_gallery(tiny_store, tiny_checkpoint, former, rows=rows)
    with pytest.raises(PtaclError, match="no gallery"):
        open_gallery(former)


def test_folders_that_are_no_gallery_say_so(tmp_path: Path) -> None:
    with pytest.raises(PtaclError, match="ptacl embed"):
        open_gallery(tmp_path)
    for version in (1, 9):  # 1 holds heads of other features
        said = json.dumps({"format": "ptacl-gallery", "format_version": version})
        (tmp_path / "gallery.json").write_text(said)
        with pytest.raises(PtaclError, match=f"version {version};"):
            open_gallery(tmp_path)


def test_a_damaged_gallery_is_named_and_says_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "gallery.json").write_text("{ torn")
    with pytest.raises(PtaclError, match=r"is damaged.*ptacl embed"):
        open_gallery(tmp_path)
    manifest = GalleryManifest("torn", True, "c", ".", "0", "s", Recipe(), 2, 1.0, (0.0,))
    (tmp_path / "gallery.json").write_text(json.dumps(asdict(manifest)))
    for content in (None, b"no parquet"):
        if content:
            (tmp_path / "table.parquet").write_bytes(content)
        with pytest.raises(PtaclError, match=r"is damaged.*ptacl embed"):
            open_gallery(tmp_path)
