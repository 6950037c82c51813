"""Random masking of tokens, as masked autoencoders are trained (He et al., CVPR 2022)."""

from dataclasses import dataclass

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor

from ptacl.errors import PtaclError

MASK_RATIO = 0.75
"""Share of the patches that is hidden, in the published configurations."""


@dataclass(frozen=True)
class TokenMask:
    """Which patches of each recording stay visible."""

    kept: Int[Tensor, "batch kept"]
    """Positions of the visible patches, in the order in which the encoder sees them."""
    restore: Int[Tensor, "batch patches"]
    """Where each patch went: (visible, then hidden) patches taken at these ids lie in order."""

    @property
    def hidden(self) -> Bool[Tensor, "batch patches"]:
        """True where a patch is hidden: what the reconstruction loss is averaged over."""
        return self.restore >= self.kept.shape[1]


@dataclass(frozen=True)
class MaskedTokens:
    """What an encoder makes of the visible patches alone."""

    last_hidden_state: Float[Tensor, "batch visible width"]
    """CLS first where there is one, then the visible patches in the order of ``mask.kept``."""
    mask: TokenMask


def random_mask(batch: int, patches: int, ratio: float, generator: torch.Generator) -> TokenMask:
    """Hide the same number of patches in every recording, each choice equally likely.

    Args:
        batch: recordings.
        patches: patches a recording, CLS not counted.
        ratio: share to hide, in [0, 1); the number kept is rounded down, at least one.
        generator: source of randomness; the ids lie on its device.

    Raises:
        PtaclError: the ratio lies outside [0, 1).
    """
    if not 0.0 <= ratio < 1.0:
        raise PtaclError(
            f"mask ratio: expected a number in [0, 1), got {ratio}.", code="config.invalid"
        )
    kept = max(1, int(patches * (1.0 - ratio)))
    noise = torch.rand(batch, patches, generator=generator, device=generator.device)
    shuffled = noise.argsort(dim=1)
    return TokenMask(kept=shuffled[:, :kept], restore=shuffled.argsort(dim=1))


def keep_visible(
    patches: Float[Tensor, "batch patches width"], mask: TokenMask
) -> Float[Tensor, "batch kept width"]:
    """The visible patches, in the order of ``mask.kept``."""
    return torch.take_along_dim(patches, mask.kept.to(patches.device)[..., None], dim=1)
