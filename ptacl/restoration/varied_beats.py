"""Random change of normal beats: simulated hearts vary less than people's.

Each wave is scaled as a whole, and smooth bumps, similar in neighbouring leads, are added. The
restorer learns to trust one wave as a predictor of another less, and the whole more.
"""

import torch
from jaxtyping import Float
from torch import Tensor

from ptacl.restoration.grid import BEAT_MS
from ptacl.restoration.hidden import WAVE_WINDOWS
from ptacl.types import FROM_INDEPENDENT

WAVE_GAIN = 0.15
"""SD of the logarithm of a wave's amplitude."""
_BUMPS = (
    (2, 0.03, (-250.0, -80.0), (15.0, 40.0)),
    (3, 0.07, (-50.0, 70.0), (8.0, 20.0)),
    (3, 0.04, (80.0, 450.0), (30.0, 80.0)),
)
"""Number, SD in mV, and ranges of centre and width in ms: of P, QRS, and ST–T."""
_NEAR = 1.5
"""Leads over which the correlation of bumps falls to 1/e."""


def varied_beats(
    beats: Float[Tensor, "batch leads=12 beat"], strength: float, generator: torch.Generator
) -> Float[Tensor, "batch leads=12 beat"]:
    """Change beats at random; limb leads stay consistent.

    Args:
        beats: in mV.
        strength: 0 for no change.
        generator: of the random numbers.
    """
    batch = len(beats)
    for window in WAVE_WINDOWS.values():
        gain = torch.exp(strength * WAVE_GAIN * torch.randn(batch, 1, 1, generator=generator))
        beats = torch.where(torch.from_numpy(window), gain * beats, beats)
    times = torch.from_numpy(BEAT_MS).float()
    mixing, twelve = _mixing(), torch.from_numpy(FROM_INDEPENDENT).float()
    for count, sd_mv, centres, widths in _BUMPS:
        for _ in range(count):
            at = _uniform(batch, *centres, generator)
            width = _uniform(batch, *widths, generator)
            size = strength * sd_mv * torch.randn(batch, 8, generator=generator) @ mixing.T
            bump = torch.exp(-0.5 * ((times - at) / width).square())
            beats = beats + (size @ twelve.T)[..., None] * bump[:, None]
    return beats


def _uniform(
    batch: int, low: float, high: float, generator: torch.Generator
) -> Float[Tensor, "batch 1"]:
    return low + (high - low) * torch.rand(batch, 1, generator=generator)


def _mixing() -> Float[Tensor, "leads=8 leads=8"]:
    """Return a root of the correlation of the independent leads: I and II, and the chest's."""
    at = torch.arange(8)
    near = torch.exp(-(at[:, None] - at).abs() / _NEAR)
    same = (at[:, None] < 2) == (at < 2)
    return torch.linalg.cholesky(near * same + 1e-5 * torch.eye(8))
