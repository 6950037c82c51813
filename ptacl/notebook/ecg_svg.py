"""Ten seconds of a 12-lead ECG as an SVG in true millimetres, for a page that is printed."""

from markupsafe import Markup

from ptacl.notebook.ecg_sheet import (
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
from ptacl.notebook.markup import NOTEBOOK
from ptacl.types import EcgSignal


def paper_svg(
    signal_mv: EcgSignal, sample_rate_hz: float, filter_label: str = "as recorded"
) -> Markup:
    """Return 3 × 4 leads over a rhythm strip, with a calibration pulse in each row.

    Args:
        signal_mv: (12, samples) in mV; NaN lifts the pen.
        sample_rate_hz: samples a second.
        filter_label: names the filter of the trace, below the grid.

    Returns:
        an SVG element at 25 mm/s and 10 mm/mV.
    """
    return NOTEBOOK.render(
        "sheet.svg",
        width=WIDTH_MM,
        height=HEIGHT_MM + FOOTER_MM,
        ink=INK,
        trace_mm=TRACE_MM,
        grid=[
            {"path": _grid_path(step), "colour": colour, "thickness": thickness}
            for step, colour, thickness in GRID
        ],
        pulses="".join(_path(pulse) for pulse in pulses()),
        strips=[
            {
                "path": "".join(_path(stroke) for stroke in strip.strokes),
                "lead": strip.lead,
                "x": strip.label_mm[0],
                "y": strip.label_mm[1],
            }
            for strip in strips(signal_mv, sample_rate_hz)
        ],
        footer=footer(filter_label),
    )


def _grid_path(step: int) -> str:
    lines = [f"M{x} 0V{HEIGHT_MM}" for x in range(0, int(WIDTH_MM) + 1, step)]
    lines += [f"M0 {y}H{WIDTH_MM}" for y in range(0, int(HEIGHT_MM) + 1, step)]
    return "".join(lines)


def _path(stroke: Stroke) -> str:
    return "M" + "L".join(f"{x:.1f} {y:.2f}" for x, y in stroke)
