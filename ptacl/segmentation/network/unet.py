"""Residual squeeze-and-excitation U-Net over five views of a short-axis frame (2.5-D).

After the 2.5-D network of the cited work on late-enhancement images: neighbouring images are input
channels, not a third dimension. Four pixels are folded into channels before the first layer and
unfolded after the last one, which costs a quarter of the time at the same field of view.

Source: Residual U-Net (Zhang et al. 2018), squeeze-and-excitation (Hu et al. 2018).
"""

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from jaxtyping import Float
from torch import Tensor, nn

from ptacl.segmentation.scenes.views import CHANNELS
from ptacl.signal.heart_labels import STRUCTURES

CLASSES = 1 + len(STRUCTURES)
Images = Float[Tensor, "batch channels=5 rows columns"]
Logits = Float[Tensor, "batch classes=4 rows columns"]
_FOLD = 2


@dataclass(frozen=True)
class NetworkConfig:
    """Size of the network."""

    widths: tuple[int, ...] = (32, 64, 96, 128)
    """Channels of each level; each level has half the rows and columns of the one before."""
    reduction: int = 8
    """How much narrower the squeeze is than its block."""


class SqueezeExcitation(nn.Module):
    """Weigh each channel by what the whole window shows."""

    def __init__(self, width: int, reduction: int) -> None:
        super().__init__()
        self.squeeze = nn.Linear(width, width // reduction)
        self.excite = nn.Linear(width // reduction, width)

    def forward(self, x: Tensor) -> Tensor:
        """Scale the channels of (batch, width, rows, columns)."""
        weights = torch.sigmoid(self.excite(F.relu(self.squeeze(x.mean((2, 3))))))
        return x * weights[..., None, None]


class Block(nn.Module):
    """Two convolutions with a residual branch and squeeze-and-excitation."""

    def __init__(self, in_width: int, width: int, reduction: int) -> None:
        super().__init__()
        self.first = nn.Conv2d(in_width, width, 3, padding=1, bias=False)
        self.first_norm = nn.GroupNorm(8, width)
        self.second = nn.Conv2d(width, width, 3, padding=1, bias=False)
        self.second_norm = nn.GroupNorm(8, width)
        self.attention = SqueezeExcitation(width, reduction)
        same = in_width == width
        self.skip = nn.Identity() if same else nn.Conv2d(in_width, width, 1, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        """Map (batch, in_width, rows, columns) to (batch, width, rows, columns)."""
        inner = F.relu(self.first_norm(self.first(x)))
        inner = self.attention(self.second_norm(self.second(inner)))
        return F.relu(inner + self.skip(x))


class SegmentationNetwork(nn.Module):
    """Logits of each pixel of the middle view.

    Args:
        config: size of the network.

    Shapes:
        in: (batch, 5, rows, columns); rows and columns are multiples of 16.
        out: (batch, 4, rows, columns); the classes are the background and `heart_labels`.
    """

    def __init__(self, config: NetworkConfig) -> None:
        super().__init__()
        widths, reduction = config.widths, config.reduction
        ins = (CHANNELS * _FOLD**2, *widths[:-1])
        self.down = nn.ModuleList(Block(a, b, reduction) for a, b in zip(ins, widths, strict=True))
        self.up = nn.ModuleList(
            Block(deep + shallow, shallow, reduction)
            for deep, shallow in zip(widths[:0:-1], widths[-2::-1], strict=True)
        )
        self.head = nn.Conv2d(widths[0], CLASSES * _FOLD**2, 1)

    def forward(self, images: Images) -> Logits:
        """Compute the logits."""
        x = F.pixel_unshuffle(images, _FOLD)
        levels = []
        for index, block in enumerate(self.down):
            x = block(F.max_pool2d(x, 2) if index else x)
            levels.append(x)
        for block, shallow in zip(self.up, levels[-2::-1], strict=True):
            x = F.interpolate(x, scale_factor=2.0, mode="nearest")
            x = block(torch.cat([x, shallow], 1))
        return F.pixel_shuffle(self.head(x), _FOLD)
