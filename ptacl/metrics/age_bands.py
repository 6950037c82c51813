"""Bands of age for which figures are given separately."""

AGE_BANDS = ((0, 40), (40, 55), (55, 65), (65, 75), (75, 200))
"""Years, the first within, the second not."""


def age_band_title(low: int, high: int) -> str:
    """A band in words.

    Example:
        >>> age_band_title(55, 65)
        '55–64 years'
    """
    if not low:
        return f"below {high} years"
    return f"{low} years and over" if high > 120 else f"{low}–{high - 1} years"
