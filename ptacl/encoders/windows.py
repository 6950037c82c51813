"""Encoding of recordings of any length by an encoder of fixed length, in windows.

A recording of 10 s is encoded by a 5 s encoder in two windows: each time step is the mean over the
windows that cover it, and the pooled vector is the mean over all windows.
"""

import math
from collections.abc import Callable

import torch
import torch.nn.functional as F
from einops import rearrange, reduce, repeat
from jaxtyping import Bool, Float, Int
from torch import Tensor

from ptacl.encoders.output import EncoderOutput

Ecgs = Float[Tensor, "batch leads samples"]


def encode_windows(
    encode: Callable[[Ecgs], EncoderOutput],
    ecg: Ecgs,
    valid: Bool[Tensor, "batch segments"] | None,
    window_samples: int,
    segment_samples: int,
) -> EncoderOutput:
    """Encode ECGs in the smallest number of windows that covers them.

    The first window starts with the recording and the last ends with its last valid segment, so
    padding is encoded only if a recording is shorter than a window. It is padded with zeros then,
    since the encoder takes no mask.

    Args:
        encode: takes (batch, leads, window_samples).
        ecg: any number of whole segments.
        valid: False in padding, which is at the end; None for no padding.
        window_samples: length that `encode` takes, a multiple of `segment_samples`.
        segment_samples: samples of one time step.
    """
    samples = ecg.shape[-1]
    if samples == window_samples:
        return encode(ecg)
    segments, per_window = samples // segment_samples, window_samples // segment_samples
    known = ecg.new_full((len(ecg),), segments) if valid is None else valid.sum(dim=1)
    starts = window_starts(known, per_window, math.ceil(samples / window_samples))
    ecg = F.pad(ecg, (0, max(0, window_samples - samples)))
    taken = starts[..., None] * segment_samples + torch.arange(window_samples, device=ecg.device)
    windows = torch.take_along_dim(ecg[:, None], taken[:, :, None], dim=-1)
    encoded = encode(rearrange(windows, "b n leads samples -> (b n) leads samples"))
    tokens = rearrange(encoded.tokens, "(b n) t w -> b (n t) w", b=len(ecg))
    positions = starts[..., None] + torch.arange(per_window, device=ecg.device)
    return EncoderOutput(
        tokens=mean_by_position(tokens, positions.flatten(1), max(segments, per_window))[
            :, :segments
        ],
        pooled=reduce(encoded.pooled, "(b n) w -> b w", "mean", b=len(ecg)),
        reads=reduce(encoded.reads, "(b n) w -> b w", "mean", b=len(ecg)),
    )


def window_starts(
    valid_segments: Float[Tensor, " batch"] | Int[Tensor, " batch"], per_window: int, windows: int
) -> Int[Tensor, "batch windows"]:
    """Return the first segment of each window, evenly spaced over the valid part of a recording.

    Example:
        >>> window_starts(torch.tensor([100, 80, 30]), 50, 2).tolist()
        [[0, 50], [0, 30], [0, 0]]
    """
    last = (valid_segments - per_window).clamp(min=0)
    share = torch.linspace(0, 1, windows, device=last.device)
    return (last[:, None] * share).round().long()


def mean_by_position(
    tokens: Float[Tensor, "batch tokens width"], positions: Int[Tensor, "batch tokens"], count: int
) -> Float[Tensor, "batch places width"]:
    """Average the tokens at each position; zero where there is none."""
    batch, _, width = tokens.shape
    index = repeat(positions, "b t -> b t w", w=width)
    total = tokens.new_zeros(batch, count, width).scatter_add(1, index, tokens)
    number = tokens.new_zeros(batch, count, width).scatter_add(1, index, torch.ones_like(tokens))
    return total / number.clamp(min=1)
