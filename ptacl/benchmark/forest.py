"""Forest plot of the differences of a benchmark, as one self-contained SVG.

A panel a figure, a row a method: the reference minus the method with its 95 % interval, so that to
the right of zero the reference is better (to the left, where less is better). Filled marks have a
corrected p value below 0.05.
"""

from collections.abc import Sequence
from html import escape

from ptacl.checkpoint.reports import BenchmarkReport
from ptacl.checkpoint.reports.benchmark import MethodDifference

COLUMNS = 3
NAMES_PX, PANEL_PX, ROW_PX, TITLE_PX, GAP_PX = 170, 190, 20, 44, 24
SIGNIFICANT = 0.05
INK, FAINT, MARK = "#1f2933", "#c5ccd3", "#1f5f99"


def forest_svg(report: BenchmarkReport) -> str:
    """Draw the differences of a benchmark; an empty picture where there is none."""
    panels: dict[str, list[MethodDifference]] = {}
    for difference in report.differences:
        panels.setdefault(difference.figure, []).append(difference)
    methods = list(dict.fromkeys(difference.title for difference in report.differences))
    panel_height = TITLE_PX + ROW_PX * len(methods)
    grid_rows = -(-len(panels) // COLUMNS)
    width = NAMES_PX + COLUMNS * (PANEL_PX + GAP_PX)
    height = grid_rows * (panel_height + GAP_PX) + GAP_PX
    parts = []
    for number, differences in enumerate(panels.values()):
        row, column = divmod(number, COLUMNS)
        top = GAP_PX + row * (panel_height + GAP_PX)
        if column == 0:
            parts += _names(methods, top)
        parts += _panel(differences, methods, NAMES_PX + column * (PANEL_PX + GAP_PX), top)
    reference = report.methods[report.reference].title
    title = f"{reference} minus each other method, 95 % intervals"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" '
        f'height="{height}" role="img" font-family="sans-serif" font-size="11" fill="{INK}">'
        f"<title>{escape(title)}</title>"
        f'<rect width="{width}" height="{height}" fill="#ffffff"/>{"".join(parts)}</svg>\n'
    )


def _names(methods: Sequence[str], top: int) -> list[str]:
    return [
        f'<text x="{NAMES_PX - 12}" y="{_row_y(top, row) + 4}" text-anchor="end">'
        f"{escape(name)}</text>"
        for row, name in enumerate(methods)
    ]


def _panel(
    differences: Sequence[MethodDifference], methods: Sequence[str], left: int, top: int
) -> list[str]:
    largest = max(max(abs(item.low), abs(item.high)) for item in differences)
    half_width = 1.1 * largest or 1.0

    def x(value: float) -> float:
        return round(left + PANEL_PX * (value / half_width + 1) / 2, 1)

    bottom = top + TITLE_PX + ROW_PX * len(methods)
    parts = [
        f'<text x="{left + PANEL_PX / 2}" y="{top + 12}" text-anchor="middle" '
        f'font-weight="bold">{escape(differences[0].figure_title)}</text>',
        f'<line x1="{x(0)}" x2="{x(0)}" y1="{top + TITLE_PX - 8}" y2="{bottom}" stroke="{FAINT}"/>',
    ]
    for tick in (-half_width / 1.1, 0.0, half_width / 1.1):
        parts.append(
            f'<text x="{x(tick)}" y="{top + 28}" text-anchor="middle" font-size="9">'
            f"{tick:+.2g}</text>"
        )
    for item in differences:
        y = _row_y(top, methods.index(item.title))
        fill = MARK if item.p_holm < SIGNIFICANT else "#ffffff"
        text = f"{item.value:+.3f} [{item.low:+.3f}, {item.high:+.3f}]"
        parts.append(
            f"<g><title>{escape(item.title)}: {text}, p = {item.p_holm:.3g}</title>"
            f'<line x1="{x(item.low)}" x2="{x(item.high)}" y1="{y}" y2="{y}" '
            f'stroke="{MARK}" stroke-width="1.5"/>'
            f'<circle cx="{x(item.value)}" cy="{y}" r="4" fill="{fill}" stroke="{MARK}" '
            'stroke-width="1.5"/></g>'
        )
    return parts


def _row_y(top: int, row: int) -> int:
    return top + TITLE_PX + ROW_PX * row + ROW_PX // 2
