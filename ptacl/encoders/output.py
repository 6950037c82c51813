"""Output record of all encoders."""

from dataclasses import dataclass

from jaxtyping import Float
from torch import Tensor

from ptacl.tensors.subject_record import SubjectRecord


@dataclass(frozen=True)
class EncoderOutput(SubjectRecord):
    """Encoder output of a batch, before the projection heads.

    The output of a subject does not depend on the rest of the batch.
    """

    tokens: Float[Tensor, "batch segments width"]
    """One vector per time step, in order: input of the temporal loss."""
    pooled: Float[Tensor, "batch width"]
    """One vector per recording: input of the patient loss."""
    reads: Float[Tensor, "batch reads"]
    """Output of the attention pooling before its linear layer: input of the regression. Equal to
    ``pooled`` for encoders without that layer."""
