"""A recording of any length through an encoder that takes one length only."""

import torch

from ptacl.encoders.ecg import EcgViT, EcgViTConfig
from ptacl.encoders.transformer import TransformerConfig

TRUNK = TransformerConfig(width=24, depth=1, heads=3, mlp_width=48)


def encoder() -> EcgViT:
    """Takes 300 samples, six segments of 50."""
    torch.manual_seed(0)
    return EcgViT(EcgViTConfig(samples=300, trunk=TRUNK)).eval()


def ecgs(samples: int) -> torch.Tensor:
    return torch.randn(2, 12, samples, generator=torch.Generator().manual_seed(1))


def test_a_recording_of_two_windows_is_read_twice_and_averaged() -> None:
    tower, ecg = encoder(), ecgs(600)
    first, second, both = tower(ecg[..., :300]), tower(ecg[..., 300:]), tower.encode(ecg)
    torch.testing.assert_close(both.tokens, torch.cat([first.tokens, second.tokens], dim=1))
    torch.testing.assert_close(both.pooled, (first.pooled + second.pooled) / 2)


def test_windows_that_overlap_share_their_segments() -> None:
    tower, ecg = encoder(), ecgs(450)
    first, second, both = tower(ecg[..., :300]), tower(ecg[..., 150:]), tower.encode(ecg)
    torch.testing.assert_close(both.tokens[:, :3], first.tokens[:, :3])
    torch.testing.assert_close(
        both.tokens[:, 3:6], (first.tokens[:, 3:] + second.tokens[:, :3]) / 2
    )
    torch.testing.assert_close(both.tokens[:, 6:], second.tokens[:, 3:])


def test_padding_is_not_read_where_the_recording_fills_a_window() -> None:
    tower, ecg = encoder(), ecgs(600)
    valid = torch.arange(12)[None] < torch.tensor([[9], [4]])
    padded = tower.encode(ecg, valid)
    cut = tower.encode(ecg[:1, :, :450])
    torch.testing.assert_close(padded.pooled[:1], cut.pooled)
    torch.testing.assert_close(padded.tokens[:1, :9], cut.tokens)
    assert not padded.tokens[0, 9:].any()


def test_a_recording_shorter_than_a_window_is_followed_by_zeros() -> None:
    tower, ecg = encoder(), ecgs(200)
    whole = tower(torch.nn.functional.pad(ecg, (0, 100)))
    short = tower.encode(ecg)
    torch.testing.assert_close(short.tokens, whole.tokens[:, :4])
    torch.testing.assert_close(short.pooled, whole.pooled)
