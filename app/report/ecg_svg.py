"""Ten seconds of a 12-lead ECG as an SVG in true millimetres, for a page that is printed."""

from collections.abc import Iterator
from html import escape

from ptacl.types import EcgSignal

from .ecg_sheet import (
    FOOTER_MM,
    GRID,
    HEIGHT_MM,
    INK,
    TRACE_MM,
    WIDTH_MM,
    Stroke,
    footer,
    pulses,
    strips,
)


def paper_svg(
    signal_mv: EcgSignal, sample_rate_hz: float, filter_label: str = "as recorded"
) -> str:
    """3 × 4 leads over a rhythm strip, 25 mm/s, 10 mm/mV, with a calibration pulse a row."""
    height = HEIGHT_MM + FOOTER_MM
    body = [_path("".join(_points(pulse) for pulse in pulses()))]
    for strip in strips(signal_mv, sample_rate_hz):
        x, y = strip.label_mm
        body.append(_path("".join(_points(stroke) for stroke in strip.strokes)))
        body.append(f'<text x="{x}" y="{y}" font-size="3.5">{strip.lead}</text>')
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH_MM}mm" height="{height}mm" '
        f'viewBox="0 0 {WIDTH_MM} {height}" role="img" aria-label="12-lead ECG">'
        f"{''.join(_grid())}{''.join(body)}"
        f'<text x="1" y="{height - 1}" font-size="3">{escape(footer(filter_label))}</text></svg>'
    )


def _grid() -> Iterator[str]:
    for step, colour, thickness in GRID:
        lines = [f"M{x} 0V{HEIGHT_MM}" for x in range(0, int(WIDTH_MM) + 1, step)]
        lines += [f"M0 {y}H{WIDTH_MM}" for y in range(0, int(HEIGHT_MM) + 1, step)]
        path = "".join(lines)
        yield f'<path d="{path}" stroke="{colour}" stroke-width="{thickness}" fill="none"/>'


def _path(data: str) -> str:
    return f'<path d="{data}" stroke="{INK}" stroke-width="{TRACE_MM}" fill="none"/>'


def _points(stroke: Stroke) -> str:
    return "M" + "L".join(f"{x:.1f} {y:.2f}" for x, y in stroke)
