"""Random masking of tokens for masked autoencoders (He et al., CVPR 2022)."""

from dataclasses import dataclass

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor

from ptacl.errors import PtaclError

MASK_RATIO = 0.75
"""Share of the patches that is hidden, in the published configurations."""


@dataclass(frozen=True)
class TokenMask:
    """Visible and hidden patches of each recording."""

    kept: Int[Tensor, "batch kept"]
    """Indices of the visible patches, in the order of the encoder's tokens."""
    restore: Int[Tensor, "batch patches"]
    """Indices that sort the concatenation of visible and hidden patches into the original order."""

    @property
    def hidden(self) -> Bool[Tensor, "batch patches"]:
        """True where a patch is hidden, that is, part of the reconstruction loss."""
        return self.restore >= self.kept.shape[1]


@dataclass(frozen=True)
class MaskedTokens:
    """Encoder output for the visible patches."""

    last_hidden_state: Float[Tensor, "batch visible width"]
    """CLS first where there is one, then the visible patches in the order of ``mask.kept``."""
    mask: TokenMask


def random_mask(batch: int, patches: int, ratio: float, generator: torch.Generator) -> TokenMask:
    """Draw a mask that hides the same number of patches in every recording, uniformly at random.

    Args:
        batch: number of recordings.
        patches: patches per recording, without CLS.
        ratio: share to hide, in [0, 1); the number of visible patches is rounded down, at least 1.
        generator: source of randomness; the mask is on its device.

    Raises:
        PtaclError: the ratio is outside [0, 1).
    """
    if not 0.0 <= ratio < 1.0:
        raise PtaclError(
            f"mask ratio: expected a number in [0, 1), got {ratio}.", code="config.invalid"
        )
    visible = max(1, int(patches * (1.0 - ratio)))
    noise = torch.rand(batch, patches, generator=generator, device=generator.device)
    shuffled = noise.argsort(dim=1)
    return TokenMask(kept=shuffled[:, :visible], restore=shuffled.argsort(dim=1))


def keep_visible(
    patches: Float[Tensor, "batch patches width"], mask: TokenMask
) -> Float[Tensor, "batch kept width"]:
    """Select the visible patches, in the order of ``mask.kept``."""
    return torch.take_along_dim(patches, mask.kept.to(patches.device)[..., None], dim=1)
