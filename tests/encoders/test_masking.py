import pytest
import torch

from ptacl.encoders.cmr import VideoMae, VideoMaeConfig
from ptacl.encoders.ecg import EcgViT, EcgViTConfig
from ptacl.encoders.masking import keep_visible, random_mask
from ptacl.encoders.transformer import TransformerConfig
from ptacl.errors import PtaclError

TRUNK = TransformerConfig(width=24, depth=1, heads=3, mlp_width=48, layer_scale=0.3)


def generator(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def test_three_quarters_of_the_patches_are_hidden() -> None:
    mask = random_mask(4, 600, 0.75, generator())
    assert mask.kept.shape == (4, 150)
    assert mask.hidden.sum(dim=1).tolist() == [450] * 4


def test_kept_patches_are_exactly_those_not_hidden() -> None:
    mask = random_mask(5, 40, 0.75, generator())
    for kept, hidden in zip(mask.kept, mask.hidden, strict=True):
        assert sorted(kept.tolist()) == torch.nonzero(~hidden).flatten().tolist()


def test_restore_puts_visible_and_hidden_patches_back_in_order() -> None:
    patches = torch.arange(40.0)[None, :, None].expand(2, -1, 3)
    mask = random_mask(2, 40, 0.6, generator())
    visible = keep_visible(patches, mask)
    filled = torch.cat([visible, torch.full((2, 24, 3), -1.0)], dim=1)
    restored = torch.take_along_dim(filled, mask.restore[..., None], dim=1)
    torch.testing.assert_close(restored, torch.where(mask.hidden[..., None], -1.0, patches))


def test_the_mask_follows_its_generator() -> None:
    first, again, other = (random_mask(2, 60, 0.75, generator(s)) for s in (3, 3, 4))
    assert torch.equal(first.kept, again.kept)
    assert not torch.equal(first.kept, other.kept)
    assert not torch.equal(first.kept[0], first.kept[1])


def test_every_patch_is_hidden_equally_often() -> None:
    hidden = random_mask(4000, 20, 0.75, generator()).hidden.float().mean(dim=0)
    assert (hidden - 0.75).abs().max() < 0.035  # five standard errors


@pytest.mark.parametrize("ratio", [-0.1, 1.0, float("nan")])
def test_a_ratio_outside_the_unit_interval_is_refused(ratio: float) -> None:
    with pytest.raises(PtaclError, match="mask ratio"):
        random_mask(1, 8, ratio, generator())


def test_hidden_samples_of_an_ecg_do_not_reach_the_tokens() -> None:
    torch.manual_seed(0)
    encoder = EcgViT(EcgViTConfig(samples=300, trunk=TRUNK)).eval()
    ecg = torch.randn(2, 12, 300, generator=generator())
    masked = encoder.forward_masked(ecg, generator(7))
    assert masked.last_hidden_state.shape == (2, 1 + 18, 24)
    hidden = masked.mask.hidden.reshape(2, 12, 6, 1).expand(-1, -1, -1, 50).reshape(2, 12, 300)
    disturbed = encoder.forward_masked(torch.where(hidden, 99.0, ecg), generator(7))
    torch.testing.assert_close(disturbed.last_hidden_state, masked.last_hidden_state)


def test_nothing_hidden_gives_the_usual_tokens_in_the_order_of_the_mask() -> None:
    torch.manual_seed(0)
    config = VideoMaeConfig(frames=10, rows=16, columns=16, trunk=TRUNK)
    encoder = VideoMae(config).eval()
    cine = torch.randn(2, 10, 16, 16, generator=generator())
    masked = encoder.forward_masked(cine, generator(7), mask_ratio=0.0)
    whole = encoder.forward_tokens(cine)
    torch.testing.assert_close(masked.last_hidden_state[:, 0], whole[:, 0])
    torch.testing.assert_close(
        masked.last_hidden_state[:, 1:], keep_visible(whole[:, 1:], masked.mask)
    )
