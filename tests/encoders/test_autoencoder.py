"""What an autoencoder hides it does not see, whatever its encoder."""

from collections.abc import Callable

import pytest
import torch
from torch import Tensor, nn

from ptacl.encoders.autoencoder import Reconstruction, cmr_autoencoder, ecg_autoencoder
from ptacl.encoders.cmr import VideoMae, VideoMaeConfig
from ptacl.encoders.decoder import DecoderConfig
from ptacl.encoders.ecg import EcgViT, EcgViTConfig
from ptacl.encoders.light import LightCmrConfig, LightCmrEncoder, LightEcgConfig, LightEcgEncoder
from ptacl.encoders.transformer import TransformerConfig

TRUNK = TransformerConfig(width=24, depth=1, heads=3, mlp_width=48, layer_scale=0.3)
DECODER = DecoderConfig(width=24, depth=1, heads=3, mlp_width=48, layer_scale=0.3)
RATIO = 0.75


def of_cines(encoder: LightCmrEncoder | VideoMae) -> nn.Module:
    return cmr_autoencoder(encoder, DECODER, RATIO, (64, 64), frames=4)


BUILDERS: dict[str, Callable[[], nn.Module]] = {
    "published ecg": lambda: ecg_autoencoder(
        EcgViT(EcgViTConfig(samples=400, trunk=TRUNK)), DECODER, RATIO
    ),
    "light ecg": lambda: ecg_autoencoder(LightEcgEncoder(LightEcgConfig(width=24)), DECODER, RATIO),
    "published cmr": lambda: of_cines(VideoMae(VideoMaeConfig(trunk=TRUNK))),
    "light cmr": lambda: of_cines(LightCmrEncoder(LightCmrConfig(width=24))),
}
every_autoencoder = pytest.mark.parametrize("name", BUILDERS)


def build(name: str) -> nn.Module:
    torch.manual_seed(0)
    return BUILDERS[name]().eval()


def recordings(name: str) -> Tensor:
    generator = torch.Generator().manual_seed(1)
    if "ecg" in name:
        return torch.randn(2, 12, 400, generator=generator)
    return torch.randint(0, 256, (2, 50, 64, 64), dtype=torch.uint8, generator=generator)


def reconstruct(autoencoder: nn.Module, x: Tensor) -> Reconstruction:
    return autoencoder(x, torch.Generator().manual_seed(2))


@every_autoencoder
def test_three_quarters_of_the_values_are_hidden(name: str) -> None:
    made = reconstruct(build(name), recordings(name))
    assert made.truth.shape == made.predicted.shape
    assert made.hidden.float().mean().item() == pytest.approx(RATIO, abs=0.01)
    shape = recordings(name).shape
    assert made.whole(made.truth).shape == made.hidden_values.shape == shape
    scale = 255 if "cmr" in name else 1
    torch.testing.assert_close(made.whole(made.truth) * scale, recordings(name).float())


@every_autoencoder
def test_what_is_hidden_has_no_say_in_the_prediction(name: str) -> None:
    autoencoder, x = build(name), recordings(name)
    made = reconstruct(autoencoder, x)
    other = torch.where(made.hidden_values, torch.zeros_like(x) + 77, x)
    again = reconstruct(autoencoder, other)
    torch.testing.assert_close(again.predicted, made.predicted, rtol=0, atol=1e-5)
    assert not torch.equal(again.truth, made.truth)
    visible = torch.where(made.hidden_values, x, torch.zeros_like(x) + 77)
    seen = reconstruct(autoencoder, visible).predicted
    assert not torch.allclose(seen, made.predicted, atol=1e-4)


def test_in_training_a_light_cine_is_decoded_at_a_few_frames() -> None:
    made = reconstruct(build("light cmr").train(), recordings("light cmr"))
    assert made.grid == (4, 8, 8)
    whole = made.whole(made.truth)
    frames = recordings("light cmr").float() / 255
    nearest = (whole[:, :, None] - frames[:, None]).abs().amax(dim=(3, 4)).argmin(dim=2)
    assert (nearest.diff(dim=1) > 0).all()  # frames of the cine itself, in order
    torch.testing.assert_close(whole[0, 1], frames[0, nearest[0, 1]])
