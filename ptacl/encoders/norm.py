"""Layer normalisation under mixed precision."""

from torch import nn

from ptacl.tensors.precision import in_float32


class LayerNorm(nn.LayerNorm):
    """Layer normalisation in float32: in half precision, gradients on a CPU are off by a third."""

    forward = in_float32(nn.LayerNorm.forward)
