"""Weights of heads in 16 bits: their rounding is far below the intervals."""

import numpy as np
from jaxtyping import Float

Weights = Float[np.ndarray, "features targets"]


def rounded(weights: Weights) -> tuple[np.ndarray, np.ndarray]:
    """Return weights in 16 bits with the scale of each feature.

    Features differ in size by four orders of magnitude, and numbers of 16 bits have five digits.
    """
    largest = np.abs(weights).max(axis=1, keepdims=True, initial=0.0)
    scale = np.maximum(largest, np.finfo(np.float32).tiny)
    return (weights / scale).astype(np.float16), scale.astype(np.float32)


def restored(weights: np.ndarray, scale: np.ndarray) -> Weights:
    """Return the weights that `rounded` stored."""
    return scale.astype(np.float64) * weights
