"""Ten seconds of a 12-lead ECG as an SVG in true millimetres, for a page that is printed."""

from collections.abc import Iterator
from html import escape

import numpy as np

from ptacl.types import LEADS, EcgSignal

MM_PER_S, MM_PER_MV = 25.0, 10.0
ROW_MM, PULSE_MM, SHEET_S = 26.0, 10.0, 10.0
STRIP_S = 2.5
ROWS = (
    ("I", "aVR", "V1", "V4"),
    ("II", "aVL", "V2", "V5"),
    ("III", "aVF", "V3", "V6"),
    ("II",),
)
TRACE_POINTS_PER_S = 250
"""Ten points a millimetre: finer than print."""


def paper_svg(
    signal_mv: EcgSignal, sample_rate_hz: float, filter_label: str = "as recorded"
) -> str:
    """3 × 4 leads over a rhythm strip, 25 mm/s, 10 mm/mV, with a calibration pulse a row."""
    width, height = PULSE_MM + SHEET_S * MM_PER_S, ROW_MM * len(ROWS)
    body = "".join(_row(row, place, signal_mv, sample_rate_hz) for place, row in enumerate(ROWS))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}mm" height="{height + 5}mm" '
        f'viewBox="0 0 {width} {height + 5}" role="img" aria-label="12-lead ECG">'
        f"{''.join(_grid(width, height))}{body}"
        f'<text x="1" y="{height + 4}" font-size="3">25 mm/s · 10 mm/mV · {escape(filter_label)}'
        "</text></svg>"
    )


def _grid(width: float, height: float) -> Iterator[str]:
    for step, colour, thickness in ((1, "#F7DCDC", 0.1), (5, "#EBB0B0", 0.15)):
        lines = [f"M{x} 0V{height}" for x in range(0, int(width) + 1, step)]
        lines += [f"M0 {y}H{width}" for y in range(0, int(height) + 1, step)]
        path = "".join(lines)
        yield f'<path d="{path}" stroke="{colour}" stroke-width="{thickness}" fill="none"/>'


def _row(leads: tuple[str, ...], place: int, signal_mv: EcgSignal, sample_rate_hz: float) -> str:
    baseline = ROW_MM * (place + 0.6)
    pulse = f"M1 {baseline}h2v-{MM_PER_MV}h5v{MM_PER_MV}h2"
    strips = [f'<path d="{pulse}" stroke="#1A1A1A" stroke-width="0.25" fill="none"/>']
    seconds = STRIP_S if len(leads) > 1 else SHEET_S
    for column, lead in enumerate(leads):
        start_s = column * STRIP_S
        x = PULSE_MM + start_s * MM_PER_S
        points = _points(signal_mv[LEADS.index(lead)], sample_rate_hz, start_s, seconds, baseline)
        strips.append(
            f'<path d="{points}" stroke="#1A1A1A" stroke-width="0.25" fill="none"/>'
            f'<text x="{x + 1}" y="{baseline - 11}" font-size="3.5">{lead}</text>'
        )
    return "".join(strips)


def _points(
    lead_mv: np.ndarray, sample_rate_hz: float, start_s: float, seconds: float, baseline: float
) -> str:
    """Path data of one strip, drawn about the lead's own median; a gap lifts the pen."""
    stop_s = min(start_s + seconds, len(lead_mv) / sample_rate_hz)
    times_s = np.arange(start_s, stop_s, 1 / TRACE_POINTS_PER_S)
    values = np.interp(times_s, np.arange(len(lead_mv)) / sample_rate_hz, lead_mv)
    middle = np.nanmedian(lead_mv) if np.isfinite(lead_mv).any() else 0.0
    x = PULSE_MM + times_s * MM_PER_S
    y = baseline - (values - middle) * MM_PER_MV
    pieces, pen_down = [], False
    for across, down in zip(x, y, strict=True):
        if np.isfinite(down):
            pieces.append(f"{'L' if pen_down else 'M'}{across:.1f} {down:.2f}")
        pen_down = bool(np.isfinite(down))
    return "".join(pieces)
