"""The restorer: mean and variance of what is hidden of a beat, and of ten seconds.

- The beat is read in tokens of 40 ms by two Transformer blocks; a further token carries the heart
  rate and which leads there are. Means and variances start at those of the normal hearts it is
  trained on, which it carries as buffers.
- The recording is read in tokens of 80 ms: the mean beat laid at each expected R peak, and where it
  is not hidden, the difference to it; convolution blocks over time follow.
- The beat does not read the recording: every other beat would give the hidden wave away.
"""

import torch
import torch.nn.functional as F
from einops import rearrange
from jaxtyping import Bool, Float
from torch import Tensor, nn

from ptacl.encoders.light import ConvBlock
from ptacl.restoration.config import RestorerNetwork
from ptacl.restoration.grid import BEAT_SAMPLES, BEAT_TOKEN, TOKEN

LEADS = 12
LEAST_SD_MV = 0.008
ECG_SCALE_MV = 0.1
"""Unit of the differences in the recording."""
_LOG_VARIANCE = (-9.65, 6.0)

BeatBatch = Float[Tensor, "batch leads=12 beat"]
EcgBatch = Float[Tensor, "batch leads=12 samples"]


class Restorer(nn.Module):
    """Two branches with one loss.

    Args:
        config: sizes.
    """

    centre: Tensor
    """Mean beat of normal hearts in mV, (12, beat)."""
    scale: Tensor
    """SD of their beats in mV, (12, beat)."""

    def __init__(self, config: RestorerNetwork) -> None:
        super().__init__()
        width, narrow = config.beat_width, config.ecg_width
        self.register_buffer("centre", torch.zeros(LEADS, BEAT_SAMPLES))
        self.register_buffer("scale", torch.ones(LEADS, BEAT_SAMPLES))
        self.beat_stem = nn.Linear(LEADS * BEAT_TOKEN + 1, width)
        self.places = nn.Parameter(0.02 * torch.randn(BEAT_SAMPLES // BEAT_TOKEN, width))
        self.about = nn.Linear(LEADS + 2, width)
        self.beat_blocks = nn.ModuleList(
            nn.TransformerEncoderLayer(
                width, config.heads, 2 * width, 0.0, "gelu", batch_first=True, norm_first=True
            )
            for _ in range(config.beat_depth)
        )
        self.beat_head = nn.Sequential(
            nn.LayerNorm(width), nn.Linear(width, 2 * LEADS * BEAT_TOKEN)
        )
        self.ecg_stem = nn.Linear(2 * LEADS * TOKEN + 1, narrow)
        self.ecg_blocks = nn.Sequential(
            *(ConvBlock(narrow, config.kernel, 0.0) for _ in range(config.ecg_depth))
        )
        self.ecg_head = nn.Sequential(nn.LayerNorm(narrow), nn.Linear(narrow, 2 * LEADS * TOKEN))
        for head in (self.beat_head, self.ecg_head):
            last = head[-1]
            assert isinstance(last, nn.Linear)
            nn.init.zeros_(last.weight)
            nn.init.zeros_(last.bias)

    def restore_beats(
        self,
        beat_mv: BeatBatch,
        hidden: Bool[Tensor, "batch beat"],
        present: Bool[Tensor, "batch leads=12"],
        rr_s: Float[Tensor, " batch"],
    ) -> tuple[BeatBatch, BeatBatch]:
        """Return mean in mV and log variance (of mV²) of beats.

        Args:
            beat_mv: mean beats.
            hidden: samples that are not to be read.
            present: leads that are read.
            rr_s: R–R intervals.
        """
        visible = present[..., None] & ~hidden[:, None]
        inputs = torch.where(visible, (beat_mv - self.centre) / self.scale, 0.0)
        tokens = rearrange(inputs, "b l (t s) -> b t (l s)", s=BEAT_TOKEN)
        flags = hidden[:, ::BEAT_TOKEN, None].to(tokens.dtype)
        x = self.beat_stem(torch.cat([tokens, flags], dim=-1)) + self.places
        rate = torch.stack([rr_s - 0.9, rr_s.clamp_min(0.2).reciprocal() - 1.1], dim=-1)
        about = self.about(torch.cat([present.to(rate.dtype), rate], dim=-1))
        x = torch.cat([about[:, None], x], dim=1)
        for block in self.beat_blocks:
            x = block(x)
        mean, log_variance = _two(self.beat_head(x[:, 1:]), BEAT_TOKEN)
        return (
            self.centre + self.scale * mean,
            (log_variance + 2 * self.scale.log()).clamp(*_LOG_VARIANCE),
        )

    def restore_ecgs(
        self,
        ecg_mv: EcgBatch,
        laid_mv: EcgBatch,
        hidden: Bool[Tensor, "batch samples"],
        present: Bool[Tensor, "batch leads=12"],
    ) -> tuple[EcgBatch, EcgBatch]:
        """Return mean in mV and log variance (of mV²) of recordings.

        Args:
            ecg_mv: ten seconds.
            laid_mv: the mean beat at the expected R peaks.
            hidden: samples that are not to be read.
            present: leads that are read.
        """
        visible = present[..., None] & ~hidden[:, None]
        differences = torch.where(visible, ecg_mv - laid_mv, 0.0) / ECG_SCALE_MV
        overlay = torch.where(present[..., None], laid_mv, 0.0) / (3 * ECG_SCALE_MV)
        tokens = rearrange(torch.cat([differences, overlay], 1), "b l (t s) -> b t (l s)", s=TOKEN)
        flags = hidden[:, ::TOKEN, None].to(tokens.dtype)
        x = self.ecg_stem(torch.cat([tokens, flags], dim=-1))
        x = rearrange(self.ecg_blocks(rearrange(x, "b t c -> b c t")), "b c t -> b t c")
        mean, log_variance = _two(self.ecg_head(x), TOKEN)
        scale = 2 * torch.log(torch.tensor(ECG_SCALE_MV))
        return laid_mv + ECG_SCALE_MV * mean, (log_variance + scale).clamp(*_LOG_VARIANCE)


def restoration_loss(
    mean: Float[Tensor, "batch leads samples"],
    log_variance: Float[Tensor, "batch leads samples"],
    truth: Float[Tensor, "batch leads samples"],
    counted: Bool[Tensor, "batch leads samples"],
) -> Float[Tensor, ""]:
    """Return the mean of e^(−s)·error² + s over what is counted, s the log variance."""
    loss = torch.exp(-log_variance) * (truth - mean).square() + log_variance
    return (loss * counted).sum() / counted.sum().clamp_min(1)


def _two(
    x: Float[Tensor, "batch tokens both"], step: int
) -> tuple[Float[Tensor, "batch leads samples"], Float[Tensor, "batch leads samples"]]:
    both = rearrange(x, "b t (two l s) -> two b l (t s)", two=2, s=step)
    return both[0], F.hardtanh(both[1], -8.0, 8.0)
