"""What every encoder returns, whatever it reads."""

from dataclasses import dataclass

from jaxtyping import Float
from torch import Tensor


@dataclass(frozen=True)
class EncoderOutput:
    """The two views of one batch that the losses compare, before any projection head."""

    tokens: Float[Tensor, "batch segments width"]
    """One vector for each step of time, in order: the local branch matches these."""
    pooled: Float[Tensor, "batch width"]
    """One vector a recording: the global branch and the regression read this."""
