"""Which token belongs to which lead, place and time."""

import pytest
import torch

from ptacl.encoders.cmr import VideoMae, VideoMaeConfig
from ptacl.encoders.ecg import EcgViT, EcgViTConfig
from ptacl.encoders.transformer import TransformerConfig
from ptacl.errors import PtaclError

NO_BLOCKS = TransformerConfig(width=24, depth=0, heads=3, final_norm=False)


def test_without_blocks_an_ecg_token_sees_its_own_100_ms_only() -> None:
    encoder = EcgViT(EcgViTConfig(trunk=NO_BLOCKS))
    ecg = torch.zeros(1, 12, 2500)
    changed = ecg.clone()
    changed[0, 4, 7 * encoder.segment_samples : 8 * encoder.segment_samples] = 1.0
    moved = (encoder(changed).tokens - encoder(ecg).tokens).abs().amax(dim=(0, 2))
    assert torch.nonzero(moved > 1e-6).flatten().tolist() == [7]


def test_ecg_segments_are_the_mean_over_leads_and_pooled_the_mean_over_patches() -> None:
    encoder = EcgViT(EcgViTConfig(samples=300, trunk=NO_BLOCKS))
    ecg = torch.randn(2, 12, 300, generator=torch.Generator().manual_seed(0))
    hidden, output = encoder.forward_tokens(ecg), encoder(ecg)
    for step in range(6):
        of_step = torch.stack([hidden[:, 1 + lead * 6 + step] for lead in range(12)]).mean(0)
        torch.testing.assert_close(output.tokens[:, step], of_step)
    torch.testing.assert_close(output.pooled, hidden[:, 1:].mean(1))


def test_without_blocks_a_cine_token_sees_its_own_frames_only() -> None:
    encoder = VideoMae(VideoMaeConfig(trunk=NO_BLOCKS))
    cine = torch.zeros(1, 50, 64, 64)
    changed = cine.clone()
    changed[0, 3 * encoder.frames_per_step : 4 * encoder.frames_per_step, 9, 30] = 1.0
    moved = (encoder(changed).tokens - encoder(cine).tokens).abs().amax(dim=(0, 2))
    assert torch.nonzero(moved > 1e-7).flatten().tolist() == [3]


def test_cls_pooling_returns_the_first_token() -> None:
    encoder = VideoMae(VideoMaeConfig(pooling="cls", trunk=NO_BLOCKS))
    cine = torch.rand(1, 50, 64, 64, generator=torch.Generator().manual_seed(0))
    torch.testing.assert_close(encoder(cine).pooled, encoder.forward_tokens(cine)[:, 0])


def test_an_input_of_another_size_is_refused_with_both_sizes() -> None:
    with pytest.raises(PtaclError, match=r"12 leads × 2500 samples, got 12 × 5000"):
        EcgViT(EcgViTConfig(trunk=NO_BLOCKS))(torch.zeros(1, 12, 5000))
    with pytest.raises(PtaclError, match=r"50 × 64 × 64, got 30 × 64 × 64"):
        VideoMae(VideoMaeConfig(trunk=NO_BLOCKS))(torch.zeros(1, 30, 64, 64))


def test_patches_that_do_not_tile_the_input_are_refused() -> None:
    with pytest.raises(PtaclError, match="do not tile"):
        EcgViTConfig(samples=2510)
    with pytest.raises(PtaclError, match="do not tile"):
        VideoMaeConfig(columns=60)


def test_cls_pooling_without_a_cls_token_is_refused() -> None:
    trunk = TransformerConfig(cls_token=False)
    with pytest.raises(PtaclError, match="cls_token"):
        EcgViTConfig(pooling="cls", trunk=trunk)
    with pytest.raises(PtaclError, match="cls_token"):
        VideoMaeConfig(pooling="cls", trunk=trunk)
