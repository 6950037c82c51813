"""Colours that must be seen on their ground."""

from app.charts.palette import CIVIDIS, CIVIDIS_ON_DARK, DARK_GROUND


def luminance(colour: str) -> float:
    """Relative luminance after WCAG 2.2."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_every_step_of_the_scale_is_seen_in_the_dark_and_the_steps_rise():
    assert min(contrast(colour, DARK_GROUND) for colour in CIVIDIS_ON_DARK) >= 3
    assert contrast(CIVIDIS[0], DARK_GROUND) < 3
    bright = [luminance(colour) for colour in CIVIDIS_ON_DARK]
    assert bright == sorted(bright) and len(set(bright)) == len(CIVIDIS)
