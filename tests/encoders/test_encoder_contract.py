"""What every encoder promises, whatever it reads. A new encoder joins by one row of ``CASES``."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from ptacl.encoders.cmr import VideoMae, VideoMaeConfig
from ptacl.encoders.ecg import EcgViT, EcgViTConfig
from ptacl.encoders.light import LightCmrConfig, LightCmrEncoder, LightEcgConfig, LightEcgEncoder
from ptacl.encoders.output import EncoderOutput
from ptacl.encoders.three_frames import ThreeFrameConfig, ThreeFrameEncoder
from ptacl.encoders.transformer import TransformerConfig

TRUNK = TransformerConfig(width=24, depth=2, heads=3, mlp_width=48, layer_scale=0.3)
FIXED = TransformerConfig(
    width=24, depth=1, heads=3, mlp_width=48, cls_token=False, learnable_positions=False
)
COSINE = TransformerConfig(width=24, depth=2, heads=3, mlp_width=48, attention="cosine")


def small_ecg(trunk: TransformerConfig, pooling: str = "mean") -> nn.Module:
    return EcgViT(EcgViTConfig(samples=300, pooling=pooling, trunk=trunk))


def small_cine(trunk: TransformerConfig, pooling: str = "mean") -> nn.Module:
    config = VideoMaeConfig(frames=10, rows=16, columns=24, pooling=pooling, trunk=trunk)
    return VideoMae(config)


class DatedLightCmr(LightCmrEncoder):
    """The light CMR encoder with evenly spaced phases, so that it takes one tensor like all."""

    def forward(self, images: Tensor) -> EncoderOutput:
        steps = images.shape[1]
        return super().forward(images, torch.arange(steps).div(steps).expand(len(images), steps))


@dataclass(frozen=True)
class Case:
    name: str
    build: Callable[[], nn.Module]
    input_shape: tuple[int, ...]
    segments: int
    absent_leads: int = 0
    """How many of the first ECG's leads are zero."""


CASES = [
    Case("ecg_vit", lambda: small_ecg(TRUNK), (12, 300), 6),
    Case("ecg_vit pooled by cls", lambda: small_ecg(TRUNK, "cls"), (12, 300), 6),
    Case("ecg_vit without cls, fixed positions", lambda: small_ecg(FIXED), (12, 300), 6),
    Case("video_mae", lambda: small_cine(TRUNK), (10, 16, 24), 2),
    Case("video_mae pooled by cls", lambda: small_cine(TRUNK, "cls"), (10, 16, 24), 2),
    Case("video_mae without cls, fixed positions", lambda: small_cine(FIXED), (10, 16, 24), 2),
    Case("video_mae with cosine attention", lambda: small_cine(COSINE), (10, 16, 24), 2),
    Case("light ecg", lambda: LightEcgEncoder(LightEcgConfig(width=24)), (12, 400), 10),
    Case(
        "light ecg with lead flags",
        lambda: LightEcgEncoder(LightEcgConfig(width=24, lead_flags=True)),
        (12, 400),
        10,
        absent_leads=5,
    ),
    Case("light cmr", lambda: DatedLightCmr(LightCmrConfig(width=24)), (5, 4, 64, 64), 5),
    Case("three frames", lambda: ThreeFrameEncoder(ThreeFrameConfig(width=8)), (3, 64, 64), 1),
]

every_encoder = pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)


def build(case: Case) -> nn.Module:
    torch.manual_seed(0)
    return case.build().eval()


def batch_for(case: Case, size: int = 3) -> Tensor:
    batch = torch.randn(size, *case.input_shape, generator=torch.Generator().manual_seed(1))
    batch[0, : case.absent_leads] = 0.0
    return batch


def assert_same(left: EncoderOutput, right: EncoderOutput, atol: float = 0.0) -> None:
    torch.testing.assert_close(left.tokens, right.tokens, rtol=0.0, atol=atol)
    torch.testing.assert_close(left.pooled, right.pooled, rtol=0.0, atol=atol)
    torch.testing.assert_close(left.reads, right.reads, rtol=0.0, atol=atol)


@every_encoder
def test_gives_a_token_for_each_step_and_a_vector_for_each_recording(case: Case) -> None:
    encoder = build(case)
    output = encoder(batch_for(case))
    assert output.tokens.shape == (3, case.segments, encoder.width)
    assert output.pooled.shape == (3, encoder.width)
    assert len(output.reads) == 3 and output.reads.shape[1] % encoder.width == 0
    assert all(tensor.isfinite().all() for tensor in output.tensors())


@every_encoder
def test_every_parameter_receives_a_finite_gradient(case: Case) -> None:
    encoder = build(case).train()
    output = encoder(batch_for(case))
    # A random direction: a plain sum over normalised channels has no gradient at all.
    direction = torch.randn(encoder.width, generator=torch.Generator().manual_seed(2))
    ((output.tokens @ direction).square().sum() + (output.pooled @ direction).sum()).backward()
    for name, parameter in encoder.named_parameters():
        assert parameter.grad is not None, name
        assert parameter.grad.isfinite().all(), name
        assert parameter.grad.any(), name


@every_encoder
def test_weights_survive_a_file(case: Case, tmp_path: Path) -> None:
    encoder, other = build(case), case.build().eval()
    save_file(encoder.state_dict(), tmp_path / "weights.safetensors")
    other.load_state_dict(load_file(tmp_path / "weights.safetensors"), strict=True)
    assert_same(encoder(batch_for(case)), other(batch_for(case)))


@every_encoder
def test_the_order_of_the_batch_does_not_matter(case: Case) -> None:
    encoder, batch = build(case), batch_for(case)
    order = torch.tensor([2, 0, 1])
    output, shuffled = encoder(batch), encoder(batch[order])
    reordered = EncoderOutput(output.tokens[order], output.pooled[order], output.reads[order])
    assert_same(shuffled, reordered, atol=1e-5)


@every_encoder
def test_the_rest_of_the_batch_does_not_matter(case: Case) -> None:
    encoder, batch = build(case), batch_for(case)
    output = encoder(batch)
    assert_same(encoder(batch[:1]), output.slice(slice(0, 1)), atol=1e-5)


@every_encoder
def test_evaluation_is_deterministic(case: Case) -> None:
    encoder, batch = build(case), batch_for(case)
    assert_same(encoder(batch), encoder(batch))


@every_encoder
def test_different_recordings_and_different_times_give_different_tokens(case: Case) -> None:
    output = build(case)(batch_for(case))
    assert (output.tokens[0] - output.tokens[1]).abs().max() > 1e-4
    if case.segments > 1:
        assert (output.tokens[:, 0] - output.tokens[:, 1]).abs().max() > 1e-4
    assert (output.pooled[0] - output.pooled[1]).abs().max() > 1e-4
