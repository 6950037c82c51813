"""Decorator for computations that stay in float32 under mixed precision.

On CUDA autocast keeps most of them in float32 by itself; on a CPU it does not.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

import torch
from torch import Tensor

Computation = TypeVar("Computation", bound=Callable[..., Any])


def in_float32(compute: Computation) -> Computation:
    """Disable autocast in a function of tensors and convert half-precision inputs to float32.

    Inputs in single and double precision are unchanged. At least one positional argument of the
    function must be a tensor.
    """

    @wraps(compute)
    def exact(*inputs: Any, **settings: Any) -> Any:
        device = next(value.device.type for value in inputs if isinstance(value, Tensor))
        with torch.autocast(device, enabled=False):
            return compute(*map(_whole, inputs), **settings)

    return cast(Computation, exact)


def _whole(value: Any) -> Any:
    half = isinstance(value, Tensor) and value.dtype in (torch.bfloat16, torch.float16)
    return value.float() if half else value
