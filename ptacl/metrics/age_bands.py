"""Age bands for which figures are reported separately."""

AGE_BANDS = ((0, 40), (40, 55), (55, 65), (65, 75), (75, 200))
"""In years: lower end included, upper end excluded."""


def age_band_title(low: int, high: int) -> str:
    """Return the name of a band.

    Example:
        >>> age_band_title(55, 65)
        '55–64 years'
    """
    if not low:
        return f"below {high} years"
    return f"{low} years and over" if high > 120 else f"{low}–{high - 1} years"
