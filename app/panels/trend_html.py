"""Serial ECGs of one person: a small drawing for each phenotype and interval.

Plain HTML, as the volumes are: points over the order of the recordings, each prediction with its
90 % interval on its reference band. `trend.html` is the template, `trend.css` the style sheet.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from ptacl.inference.trend import Trend, TrendPoint
from ptacl.phenotypes import PHENOTYPE_KEYS, phenotype
from ptacl.types import Sex

from ..charts.palette import CMR, CMR_ON_DARK, ECG, ECG_ON_DARK
from ..text.markup import render

Scale = Callable[[float], float]
"""A value in the trend's unit → percent of the drawing's height."""
Ends = tuple[float, str]
"""Percent from the bottom to the lower end, and from the top to the upper end."""
MARGIN = 0.12
"""Share of the height that stays free above and below."""


@dataclass(frozen=True, slots=True)
class _DrawnPoint:
    title: str
    left: float
    bottom: float
    interval: Ends | None


@dataclass(frozen=True, slots=True)
class _Drawing:
    name: str
    unit: str
    change: str
    description: str
    band: Ends | None
    points: tuple[_DrawnPoint, ...]


def trends_html(trends: Sequence[Trend], count: int, sex: Sex | None) -> Markup:
    """Return the drawings side by side as HTML.

    Args:
        trends: values over the recordings; those without a point are left out.
        count: number of recordings, which is the width of each drawing.
        sex: selects the reference interval of the phenotypes; none is drawn where it is None.
    """
    return render(
        "panels/trend.html",
        drawings=[_drawing(trend, count, sex) for trend in trends if trend.points],
        ecg=(ECG, ECG_ON_DARK),
        cmr=(CMR, CMR_ON_DARK),
    )


def _drawing(trend: Trend, count: int, sex: Sex | None) -> _Drawing:
    band = phenotype(trend.key).interval(sex) if sex and trend.key in PHENOTYPE_KEYS else None
    low, high = _span(trend, band)

    def percent(value: float) -> float:
        share = (value - low) / (high - low)
        return round(100 * (MARGIN + (1 - 2 * MARGIN) * share), 2)

    first, last = f"{trend.points[0].value:.0f}", f"{trend.points[-1].value:.0f}"
    values = ", ".join(f"{point.value:.0f}" for point in trend.points)
    return _Drawing(
        name=trend.name,
        unit=trend.unit,
        change=f"{first} → {last}" if len(trend.points) > 1 else last,
        description=f"{trend.name}: {values} {trend.unit}",
        band=None if band is None else _ends(*band, percent),
        points=tuple(_point(point, trend.unit, count, percent) for point in trend.points),
    )


def _span(trend: Trend, band: tuple[float, float] | None) -> tuple[float, float]:
    """Return the lowest and the highest value to draw."""
    values = [*(band or ())]
    for point in trend.points:
        values += [v for v in (point.value, point.low, point.high) if v is not None]
    low, high = min(values), max(values)
    return (low, high) if high > low else (low - 1, high + 1)


def _ends(low: float, high: float, percent: Scale) -> Ends:
    return percent(low), f"{100 - percent(high):.2f}"


def _point(point: TrendPoint, unit: str, count: int, percent: Scale) -> _DrawnPoint:
    title, interval = f"{point.order}: {point.value:.0f} {unit}", None
    if point.low is not None and point.high is not None:
        title += f" ({point.low:.0f}–{point.high:.0f})"
        interval = _ends(point.low, point.high, percent)
    left = round(100 * (point.order - 0.5) / count, 2)
    return _DrawnPoint(title, left, percent(point.value), interval)
