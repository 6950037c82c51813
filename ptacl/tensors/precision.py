"""What is computed in float32 even where matrix products are not.

On CUDA autocast keeps most of it in float32 by itself; on a CPU it does not.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

import torch
from torch import Tensor

Computation = TypeVar("Computation", bound=Callable[..., Any])


def in_float32(compute: Computation) -> Computation:
    """The same computation on tensors, none of it rounded to half precision by autocast.

    Single and double precision stay as they are. At least one positional argument is a tensor.
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
