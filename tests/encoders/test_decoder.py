import math
from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import Tensor

from ptacl.encoders.cmr import VideoMae, VideoMaeConfig
from ptacl.encoders.decoder import (
    CMR_DECODER,
    ECG_DECODER,
    DecoderConfig,
    MaskedDecoder,
    hidden_correlation,
    reconstruction_loss,
)
from ptacl.encoders.ecg import EcgViT, EcgViTConfig
from ptacl.encoders.masking import MaskedTokens, random_mask
from ptacl.encoders.transformer import TransformerConfig
from ptacl.errors import PtaclError

TRUNK = TransformerConfig(width=24, depth=1, heads=3, mlp_width=48, layer_scale=0.3)
SMALL = DecoderConfig(width=24, depth=1, heads=3, mlp_width=48, layer_scale=0.3)


def generator(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def test_patch_values_lie_in_the_order_of_the_tokens() -> None:
    ecg = torch.randn(2, 12, 300, generator=generator())
    patches = EcgViT(EcgViTConfig(samples=300, trunk=TRUNK)).patch_values(ecg)
    assert patches.shape == (2, 72, 50)
    torch.testing.assert_close(patches[1, 5 * 6 + 2], ecg[1, 5, 100:150])

    cine = torch.randn(2, 10, 16, 24, generator=generator())
    config = VideoMaeConfig(frames=10, rows=16, columns=24, trunk=TRUNK)
    patches = VideoMae(config).patch_values(cine)
    assert patches.shape == (2, 2 * 2 * 3, 5 * 8 * 8)
    block = cine[0, 5:10, 8:16, 16:24]
    torch.testing.assert_close(patches[0, 1 * 6 + 1 * 3 + 2], block.flatten())


@pytest.mark.parametrize("cls_token", [True, False])
def test_visible_tokens_return_to_their_places_and_hidden_ones_are_alike(cls_token: bool) -> None:
    config = DecoderConfig(width=24, depth=0, heads=3)
    torch.manual_seed(0)
    decoder = MaskedDecoder((4, 5), 24, 24, config)
    decoder.positions.zero_()
    decoder.norm = torch.nn.Identity()
    with torch.no_grad():
        for layer in (decoder.embed, decoder.predict):
            layer.weight.copy_(torch.eye(24))
            layer.bias.zero_()
    whole = torch.randn(2, 20, 24, generator=generator())
    mask = random_mask(2, 20, 0.75, generator())
    visible = torch.take_along_dim(whole, mask.kept[..., None], dim=1)
    if cls_token:
        visible = torch.cat([torch.full((2, 1, 24), 99.0), visible], dim=1)
    expected = torch.where(mask.hidden[..., None], decoder.hidden_token, whole)
    torch.testing.assert_close(decoder(MaskedTokens(visible, mask)), expected)


@pytest.mark.parametrize("normalise", [True, False])
def test_the_loss_is_its_slow_formula(normalise: bool) -> None:
    predicted, patches = torch.randn(2, 3, 8, 6, generator=generator()) * 2 + 1
    hidden = random_mask(3, 8, 0.75, generator()).hidden
    errors = []
    for b in range(3):
        for p in range(8):
            if not hidden[b, p]:
                continue
            truth = patches[b, p].tolist()
            if normalise:
                mean = sum(truth) / 6
                sd = math.sqrt(sum((v - mean) ** 2 for v in truth) / 5 + 1e-6)
                truth = [(v - mean) / sd for v in truth]
            errors += [(a - v) ** 2 for a, v in zip(predicted[b, p].tolist(), truth, strict=True)]
    loss = reconstruction_loss(predicted, patches, hidden, normalise)
    assert loss.item() == pytest.approx(sum(errors) / len(errors), rel=1e-5)


def test_visible_patches_do_not_count() -> None:
    predicted, patches = torch.randn(2, 3, 8, 6, generator=generator())
    hidden = random_mask(3, 8, 0.5, generator()).hidden
    disturbed = torch.where(hidden[..., None], predicted, 1e6)
    loss = reconstruction_loss(predicted, patches, hidden)
    assert torch.equal(loss, reconstruction_loss(disturbed, patches, hidden))


def test_the_correlation_is_its_slow_formula_whatever_the_level() -> None:
    predicted, patches = torch.randn(2, 3, 8, 5, generator=generator()).unbind(0)
    hidden = torch.rand(3, 8, generator=generator(1)) < 0.75
    slow = [
        np.corrcoef(*(values[row][hidden[row]].flatten() for values in (predicted, patches)))[0, 1]
        for row in range(3)
    ]
    found = hidden_correlation(predicted, patches, hidden)
    assert float(found) == pytest.approx(np.mean(slow), abs=1e-6)
    torch.testing.assert_close(hidden_correlation(3 * predicted + 1, patches, hidden), found)


def test_a_masked_autoencoder_learns_to_fill_in_what_other_leads_show() -> None:
    torch.manual_seed(0)
    # LayerScale starts at 1 so that a hundred steps are enough.
    trunk, small = replace(TRUNK, layer_scale=1.0), replace(SMALL, layer_scale=1.0)
    encoder = EcgViT(EcgViTConfig(samples=200, trunk=trunk))
    decoder = MaskedDecoder(encoder.config.grid, 24, 50, small)
    parameters = [*encoder.parameters(), *decoder.parameters()]
    optimizer = torch.optim.AdamW(parameters, lr=1e-2)
    source = generator()

    def step() -> Tensor:
        # One random wave in all leads: a hidden patch can be read off the same time elsewhere.
        phase = torch.rand(16, 1, 1, generator=source) * 2 * math.pi
        ecg = torch.sin(torch.arange(200) / 12.0 + phase).expand(-1, 12, -1)
        masked = encoder.forward_masked(ecg, source)
        patches = encoder.patch_values(ecg)
        return reconstruction_loss(decoder(masked), patches, masked.mask.hidden)

    losses = []
    for _ in range(120):
        loss = step()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    assert all(p.grad is not None and p.grad.isfinite().all() for p in parameters)
    # The best guess that sees no other lead leaves the variance of a sine, one half.
    assert losses[0] > 0.45
    assert sum(losses[-10:]) / 10 < 0.25


def test_the_named_decoders_fit_the_published_grids() -> None:
    torch.manual_seed(0)
    for grid, config, values in [((12, 50), ECG_DECODER, 50), ((10, 8, 8), CMR_DECODER, 320)]:
        decoder = MaskedDecoder(grid, 48, values, config)
        assert decoder.positions.shape == (1, math.prod(grid), config.width)


def test_a_width_that_the_heads_cannot_share_is_refused() -> None:
    with pytest.raises(PtaclError, match="multiple of 5"):
        DecoderConfig(width=24, heads=5)
