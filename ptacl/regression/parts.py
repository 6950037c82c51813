"""Parts of the features that get a regression of their own."""

from collections.abc import Sequence

import numpy as np
from jaxtyping import Int


def part_columns(parts: Sequence[int], unshrunk: int) -> list[Int[np.ndarray, " columns"]]:
    """Return the columns of each part, with the covariates in every part.

    Args:
        parts: widths of consecutive features.
        unshrunk: number of covariates after the last part.

    Example:
        >>> [columns.tolist() for columns in part_columns((2, 1), 1)]
        [[0, 1, 3], [2, 3]]
    """
    ends = np.cumsum(parts)
    covariates = np.arange(ends[-1], ends[-1] + unshrunk)
    return [
        np.append(np.arange(end - width, end), covariates)
        for end, width in zip(ends, parts, strict=True)
    ]
