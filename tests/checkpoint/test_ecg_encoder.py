"""The ECG encoder in a folder: the same vectors, and a folder that Hugging Face tools open."""

import json
from pathlib import Path

import numpy as np
import pytest
import safetensors
import torch

import ptacl
from ptacl.checkpoint.ecg_encoder import EcgEncoder
from ptacl.errors import PtaclError
from tests.made.hearts import heart


@pytest.fixture(scope="module")
def folder(tiny_checkpoint, tmp_path_factory: pytest.TempPathFactory) -> Path:
    encoder = EcgEncoder.from_checkpoint(tiny_checkpoint)
    return encoder.save_pretrained(tmp_path_factory.mktemp("hub") / "encoder")


def test_a_saved_encoder_gives_the_embedding_of_an_inspection(folder, tiny_checkpoint) -> None:
    ecg = heart(1)
    inspection = ptacl.load(tiny_checkpoint).inspect(ecg)
    vector = EcgEncoder.from_pretrained(folder).embed(ecg)
    np.testing.assert_allclose(vector, inspection.embedding, atol=1e-6)


def test_a_batch_of_tensors_gives_unit_vectors_with_gradients(folder) -> None:
    ecgs = torch.randn(3, 12, 5003, requires_grad=True)
    vectors = EcgEncoder.from_pretrained(folder)(ecgs)
    torch.testing.assert_close(vectors.norm(dim=1), torch.ones(3))
    vectors[:, 0].sum().backward()
    assert ecgs.grad is not None and ecgs.grad.abs().sum() > 0


def test_the_folder_holds_weights_of_the_ecg_alone_and_nothing_pickled(folder) -> None:
    assert {path.name for path in folder.iterdir()} == {
        "README.md", "config.json", "model.safetensors",
    }  # fmt: skip
    with safetensors.safe_open(folder / "model.safetensors", "pt") as weights:
        assert weights.metadata() == {"format": "pt"}
        assert {key.split(".")[0] for key in weights.keys()} == {"ecg_encoder", "ecg_head"}  # noqa: SIM118


def test_hugging_face_opens_card_and_weights(folder) -> None:
    hub = pytest.importorskip("huggingface_hub", reason="the extra `hub` is not installed")
    card = hub.ModelCard.load(folder / "README.md")
    about = card.data.to_dict()
    assert about["library_name"] == "ptacl" and "synthetic" in about["tags"]
    weights = hub.load_state_dict_from_file(folder / "model.safetensors")
    encoder = EcgEncoder.from_pretrained(folder)
    random = EcgEncoder(encoder.config)
    loaded = hub.load_torch_model(random, folder)
    assert not loaded.missing_keys and not loaded.unexpected_keys
    assert all(torch.equal(random.state_dict()[key], value) for key, value in weights.items())


def test_another_folder_is_refused(tmp_path, tiny_checkpoint) -> None:
    with pytest.raises(PtaclError):
        EcgEncoder.from_pretrained(tiny_checkpoint)
    (tmp_path / "config.json").write_text(json.dumps({"model_type": "bert"}))
    with pytest.raises(PtaclError):
        EcgEncoder.from_pretrained(tmp_path)
