"""A recording of any length through an encoder that takes one length only.

A recording of 10 s is read by an encoder of 5 s in two windows: each step of time is the mean of
the windows that cover it, the pooled vector the mean of all windows.
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
    """Encode ECGs in as few windows as cover them.

    The first window begins with the recording, the last ends with its last valid segment, so that
    padding is seen only where a recording is shorter than a window. Zeros follow it there, for
    the encoder cannot be told otherwise.

    Args:
        encode: takes (batch, leads, window_samples).
        ecg: any number of whole segments.
        valid: False in padding, which lies at the end; None for no padding.
        window_samples: what `encode` takes, a multiple of `segment_samples`.
        segment_samples: samples of one step of time.
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
    places = starts[..., None] + torch.arange(per_window, device=ecg.device)
    return EncoderOutput(
        tokens=mean_at(tokens, places.flatten(1), max(segments, per_window))[:, :segments],
        pooled=reduce(encoded.pooled, "(b n) w -> b w", "mean", b=len(ecg)),
        reads=reduce(encoded.reads, "(b n) w -> b w", "mean", b=len(ecg)),
    )


def window_starts(
    valid_segments: Float[Tensor, " batch"] | Int[Tensor, " batch"], per_window: int, windows: int
) -> Int[Tensor, "batch windows"]:
    """First segment of each window, evenly spread over the valid part of each recording.

    Example:
        >>> window_starts(torch.tensor([100, 80, 30]), 50, 2).tolist()
        [[0, 50], [0, 30], [0, 0]]
    """
    last = (valid_segments - per_window).clamp(min=0)
    share = torch.linspace(0, 1, windows, device=last.device)
    return (last[:, None] * share).round().long()


def mean_at(
    tokens: Float[Tensor, "batch tokens width"], places: Int[Tensor, "batch tokens"], count: int
) -> Float[Tensor, "batch places width"]:
    """The mean of the tokens that share a place; zero where there is none."""
    batch, _, width = tokens.shape
    index = repeat(places, "b t -> b t w", w=width)
    total = tokens.new_zeros(batch, count, width).scatter_add(1, index, tokens)
    number = tokens.new_zeros(batch, count, width).scatter_add(1, index, torch.ones_like(tokens))
    return total / number.clamp(min=1)
