"""What every encoder returns, whatever it reads."""

from dataclasses import dataclass

from jaxtyping import Float
from torch import Tensor

from ptacl.tensors.subject_record import BySubject


@dataclass(frozen=True)
class EncoderOutput(BySubject):
    """The two views of one batch that the losses compare, before any projection head.

    Each subject's follow from that subject alone, whatever else is in the batch.
    """

    tokens: Float[Tensor, "batch segments width"]
    """One vector for each step of time, in order: the local branch matches these."""
    pooled: Float[Tensor, "batch width"]
    """One vector a recording: the global branch reads this."""
    reads: Float[Tensor, "batch reads"]
    """What the pooling took out of the tokens, before it was mixed to their width: the regression
    reads this. The same as ``pooled`` where nothing is mixed."""
