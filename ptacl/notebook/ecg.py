"""An ECG in a notebook: paper, and a table of its leads."""

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from markupsafe import Markup

from ptacl.notebook.axes import millimetre_axes
from ptacl.notebook.ecg_sheet import (
    GRID,
    HEIGHT_MM,
    INK,
    WIDTH_MM,
    Stroke,
    footer,
    pulses,
    strips,
)
from ptacl.notebook.ecg_svg import paper_svg
from ptacl.notebook.facts import record_html
from ptacl.types import LEADS, Ecg
from ptacl.wording import listed

if TYPE_CHECKING:
    from matplotlib.axes import Axes

SIMULATED = "simulated"
"""Source format of ECGs that were never in a file."""
LINE_WIDTH_PT = 0.7


def html(ecg: Ecg) -> Markup:
    """Return the first ten seconds on paper, at 25 mm/s and 10 mm/mV."""
    return record_html(
        "ECG", recording_facts(ecg), ecg_paper(ecg), synthetic=ecg.source_format == SIMULATED
    )


def ecg_paper(ecg: Ecg) -> Markup:
    """Return the paper of an ECG as SVG."""
    return paper_svg(ecg.signal_mv, ecg.sample_rate_hz)


def recording_facts(ecg: Ecg) -> list[tuple[str, str]]:
    """Return name and text of what is known about a recording."""
    flawed = [f"{lead} ({how})" for lead, how in ecg.missing.items()]
    recording = f"{ecg.duration_s:.1f} s at {ecg.sample_rate_hz:g} Hz, {ecg.source_format}"
    caveats = " ".join(caveat.text for caveat in ecg.caveats)
    return [
        ("Recording", recording),
        ("Leads", listed(flawed) if flawed else "12, complete"),
        ("Caveats", caveats),
    ]


def plot(ecg: Ecg, axes: "Axes | None" = None) -> "Axes":
    """Draw the paper; the unit of both axes is the millimetre of paper."""
    axes = millimetre_axes(WIDTH_MM, HEIGHT_MM, axes)
    for step, colour, width_mm in GRID:
        for x in range(0, int(WIDTH_MM) + 1, step):
            axes.axvline(x, color=colour, linewidth=5 * width_mm, zorder=0)
        for y in range(0, int(HEIGHT_MM) + 1, step):
            axes.axhline(y, color=colour, linewidth=5 * width_mm, zorder=0)
    for pulse in pulses():
        _draw(axes, pulse)
    for strip in strips(ecg.signal_mv, ecg.sample_rate_hz):
        for stroke in strip.strokes:
            _draw(axes, stroke)
        axes.text(*strip.label_mm, strip.lead, fontsize=8, color=INK)
    axes.set_title(footer("as recorded"), loc="left", fontsize=8)
    return axes


def frame(ecg: Ecg) -> pd.DataFrame:
    """Return the leads in mV as columns; the index is the time in s."""
    times_s = np.arange(ecg.signal_mv.shape[1]) / ecg.sample_rate_hz
    return pd.DataFrame(ecg.signal_mv.T, pd.Index(times_s, name="time_s"), LEADS)


def _draw(axes: "Axes", stroke: Stroke) -> None:
    axes.plot(stroke[:, 0], stroke[:, 1], color=INK, linewidth=LINE_WIDTH_PT)
