"""Whatever its encoders, a model is read in the same way."""

import pytest
import torch

from ptacl.encoders.cmr import VideoMaeConfig
from ptacl.encoders.ecg import EcgViTConfig
from ptacl.encoders.light import LightCmrConfig, LightEcgConfig
from ptacl.encoders.transformer import TransformerConfig
from ptacl.encoders.two_tower import TwoTower, TwoTowerConfig

TRUNK = TransformerConfig(width=24, depth=1, heads=3, mlp_width=48)
LIGHT = TwoTowerConfig(LightEcgConfig(width=24, depth=1), LightCmrConfig(width=24), embedding=8)
PUBLISHED = TwoTowerConfig(EcgViTConfig(trunk=TRUNK), VideoMaeConfig(trunk=TRUNK), embedding=8)
MIXED = TwoTowerConfig(LIGHT.ecg, PUBLISHED.cmr, embedding=8, heads="separate")

PHASE = torch.arange(50).div(50).expand(2, 50)
CINE = torch.randint(
    0, 256, (2, 50, 64, 64), dtype=torch.uint8, generator=torch.Generator().manual_seed(0)
)
ECG = torch.randn(2, 12, 4000, generator=torch.Generator().manual_seed(1))


@pytest.mark.parametrize("config", [LIGHT, PUBLISHED, MIXED], ids=["light", "published", "mixed"])
def test_a_model_gives_segments_and_a_vector_for_every_frame(config: TwoTowerConfig) -> None:
    model = TwoTower(config).eval()
    heard, seen = model.encode_ecg(ECG), model.encode_cmr(CINE, PHASE)
    assert heard.steps.shape == (2, 4000 // model.ecg_encoder.segment_samples, 8)
    assert seen.steps.shape == (2, 50, 8)
    assert heard.embedding.shape == seen.embedding.shape == (2, 8)
    assert heard.features.shape == (2, reads_of(config.ecg))
    assert seen.features.shape == (2, reads_of(config.cmr))


def reads_of(config: object) -> int:
    """A light pool reads the mean and through four queries; a published one has its mean alone."""
    return 24 * 5 if isinstance(config, (LightEcgConfig, LightCmrConfig)) else 24


def test_separate_heads_are_new_weights_and_shared_ones_are_not() -> None:
    shared = set(TwoTower(LIGHT).state_dict())
    apart = set(TwoTower(TwoTowerConfig(LIGHT.ecg, LIGHT.cmr, 8, heads="separate")).state_dict())
    new = apart - shared
    assert shared < apart
    assert {key.split(".")[0] for key in new} == {"ecg_time_head", "cmr_time_head"}
