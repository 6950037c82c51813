"""Geometry of ten seconds of a 12-lead ECG on a printed sheet, in true millimetres."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Float32

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
WIDTH_MM, HEIGHT_MM = PULSE_MM + SHEET_S * MM_PER_S, ROW_MM * len(ROWS)
FOOTER_MM = 5.0
"""Below the grid: speed, gain, filter."""
TRACE_POINTS_PER_S = 250
"""Ten points a millimetre, finer than print."""
GRID = ((1, "#F7DCDC", 0.1), (5, "#EBB0B0", 0.15))
"""Step in mm, colour, and thickness in mm of the lines."""
INK, TRACE_MM = "#1A1A1A", 0.25

Stroke = Float[np.ndarray, "points 2"]
"""Millimetres to the right of and below the sheet's corner."""


@dataclass(frozen=True, slots=True)
class Strip:
    """One lead over one stretch of time."""

    lead: str
    label_mm: tuple[float, float]
    strokes: tuple[Stroke, ...]
    """A gap lifts the pen."""


def strips(signal_mv: EcgSignal, sample_rate_hz: float) -> Iterator[Strip]:
    """Yield 3 × 4 leads over a rhythm strip, each lead about its own median.

    A tall wave extends into the next row, as on paper: the scale is fixed.
    """
    for row, leads in enumerate(ROWS):
        baseline_mm = _baseline_mm(row)
        seconds = STRIP_S if len(leads) > 1 else SHEET_S
        for column, lead in enumerate(leads):
            start_s = column * STRIP_S
            trace = signal_mv[LEADS.index(lead)]
            yield Strip(
                lead,
                (PULSE_MM + start_s * MM_PER_S + 1, baseline_mm - 11),
                tuple(_strokes(trace, sample_rate_hz, start_s, seconds, baseline_mm)),
            )


def pulses() -> Iterator[Stroke]:
    """Yield the calibration pulse of each row: 1 mV for 200 ms."""
    steps = np.array([(1, 0), (3, 0), (3, -MM_PER_MV), (8, -MM_PER_MV), (8, 0), (10, 0)], float)
    for row in range(len(ROWS)):
        yield steps + np.array([0.0, _baseline_mm(row)])


def footer(filter_label: str) -> str:
    """Return speed, gain and filter as printed on clinical ECGs.

    >>> footer("as recorded")
    '25 mm/s · 10 mm/mV · as recorded'
    """
    return f"{MM_PER_S:g} mm/s · {MM_PER_MV:g} mm/mV · {filter_label}"


def _baseline_mm(row: int) -> float:
    return ROW_MM * (row + 0.6)


def _strokes(
    lead_mv: Float32[np.ndarray, " samples"],
    sample_rate_hz: float,
    start_s: float,
    seconds: float,
    baseline_mm: float,
) -> Iterator[Stroke]:
    stop_s = min(start_s + seconds, len(lead_mv) / sample_rate_hz)
    times_s = np.arange(start_s, stop_s, 1 / TRACE_POINTS_PER_S)
    values = np.interp(times_s, np.arange(len(lead_mv)) / sample_rate_hz, lead_mv)
    present = np.isfinite(values)
    if not present.any():
        return
    middle = np.nanmedian(lead_mv)
    points = np.column_stack(
        [PULSE_MM + times_s * MM_PER_S, baseline_mm - (values - middle) * MM_PER_MV]
    )
    for piece in np.split(points, np.flatnonzero(np.diff(present)) + 1):
        if np.isfinite(piece[0, 1]):
            yield piece
