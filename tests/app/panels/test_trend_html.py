import re

from app.panels.trend_html import trends_html
from ptacl.inference.trend import trends

ROWS = [
    {"lvef_pct": value, "lvef_pct_low": value - 6, "lvef_pct_high": value + 6, "qrs_ms": 100.0}
    for value in (60.0, 50.0, 55.0)
]


def places(html: str, kind: str) -> list[tuple[float, float]]:
    """Percent from the left and from the bottom of every mark of a kind."""
    found = re.findall(rf'class="{kind}"[^>]*?left:([\d.]+)%;bottom:([\d.]+)%', html)
    return [(float(left), float(bottom)) for left, bottom in found]


def test_values_stand_over_their_order_at_their_height():
    html = trends_html(trends(ROWS), 3, None)
    values = places(html, "value")
    assert [left for left, _ in values[:3]] == [16.67, 50.0, 83.33]
    (_, first), (_, second), (_, third) = values[:3]
    assert second < third < first
    assert abs((third - second) - (first - third)) < 0.02
    assert len(places(html, "interval")) == 3 and html.count("<figure>") == 2


def test_the_reference_band_needs_the_sex():
    assert 'class="band"' not in trends_html(trends(ROWS), 3, None)
    assert trends_html(trends(ROWS), 3, "male").count('class="band"') == 1


def test_a_drawing_is_read_out():
    assert 'aria-label="LVEF: 60, 50, 55 %"' in trends_html(trends(ROWS), 3, None)
