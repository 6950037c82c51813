"""Released encoders become checkpoints that can be used and trained."""

import shutil
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file

from ptacl.checkpoint.convert import convert_released
from ptacl.checkpoint.files import RANDOM, Checkpoint, load_model, read_config
from ptacl.cli import main
from ptacl.data.augment import AugmentConfig
from ptacl.data.embed import check_recipe, embed_rows, unit_embedding
from ptacl.encoders.decoder import DecoderConfig
from ptacl.encoders.two_tower import TwoTower
from ptacl.errors import PtaclError
from ptacl.store import Store
from ptacl.training import ContrastiveConfig, MaskedConfig, train, train_masked
from ptacl.training.presets import PRESETS
from ptacl.training.warm_start import model_started_from, start_from

SMALL = DecoderConfig(width=24, depth=1, heads=3, mlp_width=48)
SHORT = {
    "epochs": 1, "batch_size": 4, "steps_per_epoch": 1, "validate_subjects": 4,
    "augment": AugmentConfig(crop_s=5.0),
}  # fmt: skip


@pytest.fixture(scope="module")
def released() -> dict[str, Path]:
    from tests.real_files import SHARED

    folder = SHARED.parent / "reference" / "encoders"
    if not folder.is_dir():
        pytest.skip(f"reference values are not at {folder}; set PTACL_SHARED_DATA")
    return {"ecg": folder / "ecg_vitmae", "cmr": folder / "cmr_videomae"}


@pytest.fixture(scope="module")
def converted(released: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("converted") / "pair"
    convert_released(released["cmr"], out, released["ecg"])
    return out


def test_its_encoders_reproduce_the_released_ones(
    converted: Path, released: dict[str, Path]
) -> None:
    model, config = load_model(converted)
    for modality, encoder in (("ecg", model.ecg_encoder), ("cmr", model.cmr_encoder)):
        reference = np.load(released[modality] / "reference.npz")
        with torch.no_grad():
            tokens = encoder.forward_tokens(torch.from_numpy(reference["input"][:, 0]))
        assert np.abs(tokens.numpy() - reference["last_hidden_state"]).max() < 1e-5
        assert config.origin[modality].startswith(f"released in {released[modality].name}")
    assert not config.synthetic


def test_a_tower_that_was_not_given_is_random_and_says_so(
    released: dict[str, Path], tmp_path: Path
) -> None:
    assert main(["convert", str(released["ecg"]), str(tmp_path / "ecg")]) == 0
    config = read_config(tmp_path / "ecg")
    assert config.origin["cmr"] == RANDOM
    assert f"cmr encoder: {RANDOM}" in (tmp_path / "ecg" / "README.md").read_text()
    started = start_from(TwoTower(config.model), config, tmp_path / "ecg")
    assert started.training["init"]["taken"] == ["ecg_encoder"]


def test_it_embeds_at_once(converted: Path, tiny_store: Store) -> None:
    model, config = load_model(converted)
    check_recipe(tiny_store, config)
    embeddings = embed_rows(model, tiny_store, np.arange(4))
    assert embeddings.segments.shape == embeddings.frames.shape == (4, 50, 128)
    assert np.allclose(np.linalg.norm(embeddings.ecg, axis=1), 1.0, atol=1e-5)

    whole = torch.from_numpy(tiny_store.ecg_rows([2]))  # 10 s through an encoder of 5 s
    with torch.inference_mode():
        alone = unit_embedding(model.encode_ecg(whole)).numpy()[0]
    assert np.allclose(alone, embeddings.ecg[2], atol=1e-5)


def test_a_training_starts_from_it_in_its_own_size(
    converted: Path, tiny_store: Store, tmp_path: Path
) -> None:
    model = model_started_from(PRESETS["paper"].model, converted)
    assert model.ecg.trunk.width == 48
    with pytest.raises(PtaclError, match="of the kind 'vit', this preset trains the kind 'light'"):
        model_started_from(PRESETS["demo"].model, converted)
    pretrained = train_masked(
        tiny_store, tmp_path / "masked", Checkpoint("masked", True, model, tiny_store.recipe),
        MaskedConfig(ecg_decoder=SMALL, cmr_decoder=SMALL, **SHORT), init=converted,
    )  # fmt: skip
    assert pretrained.checkpoint.training["init"]["taken"] == ["ecg_encoder", "cmr_encoder"]
    trained = train(
        tiny_store, tmp_path / "trained", Checkpoint("trained", True, model, tiny_store.recipe),
        ContrastiveConfig(**SHORT), init=tmp_path / "masked",
    )  # fmt: skip
    assert np.isfinite(trained.curve[-1]["alignment_error_frames"])


def test_a_wrong_folder_is_refused_by_what_is_wrong(
    released: dict[str, Path], converted: Path, tmp_path: Path
) -> None:
    damaged = Path(shutil.copytree(released["ecg"], tmp_path / "damaged"))
    weights = load_file(damaged / "model.safetensors")
    gone = "encoder.layer.0.layerscale.layerscale_c"
    weights["pooler.weight"] = weights.pop(gone)
    save_file(weights, damaged / "model.safetensors")
    with pytest.raises(PtaclError, match=f"missing: {gone}.*unexpected: pooler.weight"):
        convert_released(damaged, tmp_path / "out")
    with pytest.raises(PtaclError, match="one modality"):
        convert_released(released["ecg"], tmp_path / "out", released["ecg"])
    with pytest.raises(PtaclError, match="holds a checkpoint already"):
        convert_released(released["ecg"], converted)
    assert not (tmp_path / "out").exists()
