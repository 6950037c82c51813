"""Smooth random fields over an image, whatever its size."""

from functools import lru_cache

import numpy as np
from jaxtyping import Float32

from ptacl.synthetic.chest import Plane

Coefficients = Float32[np.ndarray, "_ _"]
"""As many rows and columns as splines along a side: cells + 3."""


def draw_field(rng: np.random.Generator, cells: int) -> Coefficients:
    """Draw the coefficients of a field.

    Args:
        rng: random number generator.
        cells: cells of its grid along a side; more give a finer field.
    """
    return rng.standard_normal((cells + 3, cells + 3), dtype=np.float32)


def field(coefficients: Coefficients, size: int) -> Plane:
    """Return a field as an image: a cubic spline of zero mean and unit variance.

    Args:
        coefficients: of `draw_field`.
        size: rows and columns.
    """
    basis = _splines(len(coefficients) - 3, size)
    return basis @ coefficients @ basis.T


@lru_cache
def _splines(cells: int, size: int) -> Float32[np.ndarray, "size splines"]:
    """Return the uniform cubic B-splines at the pixels of a side, each row of unit norm."""
    position = (np.arange(size) + 0.5) * (cells / size)
    distance = np.abs(position[:, None] + 1 - np.arange(cells + 3))
    near = 2 / 3 - distance**2 * (1 - distance / 2)
    far = np.clip(2 - distance, 0, None) ** 3 / 6
    basis = np.where(distance < 1, near, far)
    return (basis / np.linalg.norm(basis, axis=1, keepdims=True)).astype(np.float32)
