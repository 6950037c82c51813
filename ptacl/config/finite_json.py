"""Values of measurements as plain JSON: arrays as lists, and only numbers that are finite."""

import math
from typing import Any

import numpy as np


def finite(value: Any) -> Any:
    """Convert nested values to plain JSON ones.

    Args:
        value: dicts, lists, tuples and arrays of numbers, texts and None.

    Returns:
        Numbers rounded to 4 decimals; None for one that is not finite.

    Example:
        >>> finite({"lvef_pct": np.float32(61.25), "times_ms": np.array([0.0, np.nan])})
        {'lvef_pct': 61.25, 'times_ms': [0.0, None]}
    """
    if isinstance(value, dict):
        return {str(key): finite(entry) for key, entry in value.items()}
    if isinstance(value, list | tuple | np.ndarray):
        return [finite(entry) for entry in value]
    if isinstance(value, float | np.floating):
        return round(float(value), 4) if math.isfinite(value) else None
    return value.item() if isinstance(value, np.generic) else value
