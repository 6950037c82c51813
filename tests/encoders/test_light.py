"""What the light pair promises beyond the contract of all encoders."""

import torch

from ptacl.encoders.light import (
    LightCmrConfig,
    LightCmrEncoder,
    LightEcgConfig,
    LightEcgEncoder,
    harmonics,
)

PHASE = torch.arange(50).div(50).expand(2, 50)


def cines() -> torch.Tensor:
    generator = torch.Generator().manual_seed(0)
    return torch.randint(0, 256, (2, 50, 64, 64), dtype=torch.uint8, generator=generator)


def test_a_rolled_cine_gives_rolled_frames() -> None:
    encoder = LightCmrEncoder(LightCmrConfig()).eval()
    plain = encoder(encoder.images(cines()), PHASE)
    rolled = encoder(encoder.images(cines().roll(17, dims=1)), PHASE)
    torch.testing.assert_close(rolled.tokens, plain.tokens.roll(17, dims=1), rtol=0, atol=1e-5)
    # The pooled vector is told the phase: for it a rolled cine is another heart.
    assert not torch.allclose(rolled.pooled, plain.pooled, atol=1e-3)


def test_picked_frames_are_those_of_the_whole_cine() -> None:
    encoder = LightCmrEncoder(LightCmrConfig()).eval()
    picked = torch.tensor([[0, 7, 49], [3, 20, 44]])
    part = encoder.images(cines(), picked)
    whole = encoder.images(cines())
    for subject in range(2):
        assert torch.equal(part[subject], whole[subject, picked[subject]])


def test_an_ecg_shifted_by_whole_segments_gives_shifted_segments() -> None:
    encoder = LightEcgEncoder(LightEcgConfig(depth=1)).eval()
    ecg = torch.randn(1, 12, 4000, generator=torch.Generator().manual_seed(0))
    plain, later = encoder(ecg).tokens, encoder(ecg[..., 400:]).tokens
    # Away from the border, where padding is seen.
    torch.testing.assert_close(later[:, 10:-10], plain[:, 20:-10], rtol=0, atol=1e-4)


def test_padding_has_no_say_in_the_pooled_vector() -> None:
    encoder = LightEcgEncoder(LightEcgConfig(depth=1)).eval()
    ecg = torch.randn(1, 12, 2000, generator=torch.Generator().manual_seed(0))
    valid = torch.arange(50)[None] < 25
    other = ecg.clone()
    other[..., 1400:] = 7.0  # beyond the reach of the last valid segment's convolutions
    same = encoder(ecg, valid).pooled
    torch.testing.assert_close(encoder(other, valid).pooled, same, rtol=0, atol=1e-4)
    assert not torch.allclose(encoder(other).pooled, same, atol=1e-3)


def test_lead_flags_change_the_tokens_of_an_ecg_with_absent_leads_alone() -> None:
    torch.manual_seed(0)
    flagged = LightEcgEncoder(LightEcgConfig(depth=1, lead_flags=True)).eval()
    plain = LightEcgEncoder(LightEcgConfig(depth=1)).eval()
    weights = flagged.state_dict()
    weights.pop("absence.weight")
    plain.load_state_dict(weights)
    ecg = torch.randn(2, 12, 2000, generator=torch.Generator().manual_seed(0))
    assert torch.equal(flagged(ecg).tokens, plain(ecg).tokens)
    ecg[1, 6:] = 0.0
    changed, former = flagged(ecg).tokens, plain(ecg).tokens
    assert torch.equal(changed[0], former[0])
    assert (changed[1] - former[1]).abs().amax(dim=1).min() > 1e-3  # at every segment
    assert torch.equal(flagged(ecg).tokens, changed)


def test_a_lead_with_one_beat_is_present() -> None:
    flagged = LightEcgEncoder(LightEcgConfig(depth=1, lead_flags=True)).eval()
    assert flagged.absence is not None
    ecg = torch.ones(1, 12, 2000)
    ecg[:, 3, 100:] = 0.0  # padding, or a lead that fails
    before = flagged(ecg).tokens
    torch.nn.init.normal_(flagged.absence.weight, std=10.0)
    assert torch.equal(flagged(ecg).tokens, before)


def test_harmonics_are_the_same_after_a_whole_beat() -> None:
    phase = torch.rand(3, 5)
    torch.testing.assert_close(harmonics(phase), harmonics(phase + 1), rtol=0, atol=1e-4)
