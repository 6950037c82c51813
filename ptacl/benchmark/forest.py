"""The differences of a comparison as a forest plot: one self-contained SVG, drawn by hand.

A panel a figure, a row a rival: the reference less the rival with its 95 % interval, so that to
the right of zero the reference is better (to the left, where less is better). Filled marks are
those whose corrected p value is below 0.05.
"""

from collections.abc import Sequence
from html import escape
from typing import Any

COLUMNS = 3
NAMES_PX, PANEL_PX, ROW_PX, TITLE_PX, GAP_PX = 170, 190, 20, 44, 24
SIGNIFICANT = 0.05
INK, FAINT, MARK = "#1f2933", "#c5ccd3", "#1f5f99"


def forest_svg(report: dict[str, Any]) -> str:
    """The plot of what `compare` returned; without differences, an empty picture.

    Args:
        report: its `methods` and `differences`.
    """
    panels: dict[str, list[dict[str, Any]]] = {}
    for entry in report["differences"]:
        panels.setdefault(entry["figure"], []).append(entry)
    rivals = list(dict.fromkeys(entry["title"] for entry in report["differences"]))
    panel_height = TITLE_PX + ROW_PX * len(rivals)
    grid_rows = -(-len(panels) // COLUMNS)
    width = NAMES_PX + COLUMNS * (PANEL_PX + GAP_PX)
    height = grid_rows * (panel_height + GAP_PX) + GAP_PX
    parts = []
    for number, entries in enumerate(panels.values()):
        row, column = divmod(number, COLUMNS)
        top = GAP_PX + row * (panel_height + GAP_PX)
        if column == 0:
            parts += _names(rivals, top)
        parts += _panel(entries, rivals, NAMES_PX + column * (PANEL_PX + GAP_PX), top)
    reference = report["methods"][report["reference"]]["title"]
    title = f"{reference} less each rival, 95 % intervals"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" '
        f'height="{height}" role="img" font-family="sans-serif" font-size="11" fill="{INK}">'
        f"<title>{escape(title)}</title>"
        f'<rect width="{width}" height="{height}" fill="#ffffff"/>{"".join(parts)}</svg>\n'
    )


def _names(rivals: Sequence[str], top: int) -> list[str]:
    return [
        f'<text x="{NAMES_PX - 12}" y="{_row_y(top, row) + 4}" text-anchor="end">'
        f"{escape(name)}</text>"
        for row, name in enumerate(rivals)
    ]


def _panel(
    entries: Sequence[dict[str, Any]], rivals: Sequence[str], left: int, top: int
) -> list[str]:
    reach = 1.1 * max(max(abs(one["low"]), abs(one["high"])) for one in entries) or 1.0

    def x(value: float) -> float:
        return round(left + PANEL_PX * (value / reach + 1) / 2, 1)

    bottom = top + TITLE_PX + ROW_PX * len(rivals)
    parts = [
        f'<text x="{left + PANEL_PX / 2}" y="{top + 12}" text-anchor="middle" '
        f'font-weight="bold">{escape(entries[0]["figure_title"])}</text>',
        f'<line x1="{x(0)}" x2="{x(0)}" y1="{top + TITLE_PX - 8}" y2="{bottom}" stroke="{FAINT}"/>',
    ]
    for tick in (-reach / 1.1, 0.0, reach / 1.1):
        parts.append(
            f'<text x="{x(tick)}" y="{top + 28}" text-anchor="middle" font-size="9">'
            f"{tick:+.2g}</text>"
        )
    for one in entries:
        y = _row_y(top, rivals.index(one["title"]))
        fill = MARK if one["p_holm"] < SIGNIFICANT else "#ffffff"
        told = f"{one['value']:+.3f} [{one['low']:+.3f}, {one['high']:+.3f}]"
        parts.append(
            f"<g><title>{escape(one['title'])}: {told}, p = {one['p_holm']:.3g}</title>"
            f'<line x1="{x(one["low"])}" x2="{x(one["high"])}" y1="{y}" y2="{y}" '
            f'stroke="{MARK}" stroke-width="1.5"/>'
            f'<circle cx="{x(one["value"])}" cy="{y}" r="4" fill="{fill}" stroke="{MARK}" '
            'stroke-width="1.5"/></g>'
        )
    return parts


def _row_y(top: int, row: int) -> int:
    return top + TITLE_PX + ROW_PX * row + ROW_PX // 2
