"""Several ECGs of one person: a small drawing for each phenotype and interval.

Plain HTML, as the volumes are: points over the order of the recordings, each prediction with its
90 % interval on its reference band. `trend.css` says how it looks.
"""

from collections.abc import Callable, Sequence
from html import escape

from ptacl.inference.trend import Trend, TrendPoint
from ptacl.phenotypes import PHENOTYPE_KEYS, phenotype
from ptacl.types import Sex

from ..charts.palette import CMR, CMR_ON_DARK, ECG, ECG_ON_DARK

Percent = Callable[[float], float]
"""A value in the trend's unit → percent of the drawing's height."""
MARGIN = 0.12
"""Share of the height that stays free above and below."""


def trends_html(trends: Sequence[Trend], count: int, sex: Sex | None) -> str:
    """The drawings side by side.

    Args:
        trends: what goes on over the recordings.
        count: recordings in all, which is the width of each drawing.
        sex: whose reference interval stands behind the phenotypes; none where it is unknown.
    """
    drawn = "".join(_trend(trend, count, sex) for trend in trends if trend.points)
    return (
        f'<div class="trends" style="--ecg:light-dark({ECG},{ECG_ON_DARK});'
        f'--cmr:light-dark({CMR},{CMR_ON_DARK})">{drawn}</div>'
    )


def _trend(trend: Trend, count: int, sex: Sex | None) -> str:
    band = phenotype(trend.key).interval(sex) if sex and trend.key in PHENOTYPE_KEYS else None
    low, high = _span(trend, band)

    def percent(value: float) -> float:
        share = (value - low) / (high - low)
        return round(100 * (MARGIN + (1 - 2 * MARGIN) * share), 2)

    drawn = "" if band is None else _band(percent(band[0]), percent(band[1]))
    drawn += "".join(_point(point, trend, count, percent) for point in trend.points)
    first, last = f"{trend.points[0].value:.0f}", f"{trend.points[-1].value:.0f}"
    ends = f"{first} → {last}" if len(trend.points) > 1 else last
    said = ", ".join(f"{point.value:.0f}" for point in trend.points)
    return (
        f"<figure><figcaption><b>{escape(trend.name)}</b> {ends} {escape(trend.unit)}"
        f'</figcaption><div role="img" aria-label="{escape(trend.name)}: {said} '
        f'{escape(trend.unit)}">{drawn}</div></figure>'
    )


def _span(trend: Trend, band: tuple[float, float] | None) -> tuple[float, float]:
    """Lowest and highest value that is drawn."""
    values = [*(band or ())]
    for point in trend.points:
        values += [v for v in (point.value, point.low, point.high) if v is not None]
    low, high = min(values), max(values)
    return (low, high) if high > low else (low - 1, high + 1)


def _band(low_percent: float, high_percent: float) -> str:
    return f'<i class="band" style="bottom:{low_percent}%;top:{100 - high_percent:.2f}%"></i>'


def _point(point: TrendPoint, trend: Trend, count: int, percent: Percent) -> str:
    left = round(100 * (point.order - 0.5) / count, 2)
    words = f"{point.order}: {point.value:.0f} {trend.unit}"
    interval = ""
    if point.low is not None and point.high is not None:
        words += f" ({point.low:.0f}–{point.high:.0f})"
        bottom, top = percent(point.low), 100 - percent(point.high)
        interval = f'<i class="interval" style="left:{left}%;bottom:{bottom}%;top:{top:.2f}%"></i>'
    return (
        f'{interval}<i class="value" title="{escape(words)}" '
        f'style="left:{left}%;bottom:{percent(point.value)}%"></i>'
    )
