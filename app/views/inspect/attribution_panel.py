"""Attribution panel: integrated gradients of one prediction, as text and tables."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
import streamlit as st
from markupsafe import Markup

from ptacl.measurements import measurement
from ptacl.types import LEADS, Attribution, Waves
from ptacl.wording import signed

from ...text.markup import render
from ...text.sentences import MEAN_OF_TWO

MEASURED = f"{MEAN_OF_TWO} Colours show the attribution of the first."
SHOWN = 3
"""Number of measurements in the sentence."""
Sums = Mapping[str, np.ndarray]
SOURCE = (
    "Association in this model, not causation: integrated gradients (Sundararajan et al., 2017), "
    "from the gallery's average beat in the same rhythm to this ECG."
)


def show(attribution: Attribution, waves: Waves, r_peaks_s: np.ndarray) -> None:
    """Show the attribution as a sentence and, in a collapsed panel, as tables.

    Args:
        attribution: of one prediction.
        waves: wave boundaries of the mean beat.
        r_peaks_s: R peaks in seconds.
    """
    # Imported here: it imports torch, which is loaded by now.
    from ptacl.inference.attribution import by_wave, strongest

    sums = by_wave(attribution, waves, r_peaks_s)
    st.markdown(
        sentence(attribution, strongest(sums, attribution.value - attribution.average_value))
    )
    st.caption(f"{SOURCE} {MEASURED}" if attribution.measured else SOURCE)
    with st.expander(f"Attribution of {attribution.name}, as a table"):
        st.html(table_html(sums, attribution.unit))
        if attribution.measured:
            st.html(measured_html(attribution))


def measured_sums(attribution: Attribution) -> dict[str, float]:
    """Return the contribution of each measurement by its title, the largest first."""
    sums: dict[str, float] = {}
    for name, value in attribution.measured.items():
        title = measurement_title(name)
        sums[title] = sums.get(title, 0.0) + value
    return dict(sorted(sums.items(), key=lambda entry: -abs(entry[1])))


def measurement_title(name: str) -> str:
    """Return the title of an ECG measurement; the two components of the axis share one."""
    if name.endswith("_mv"):
        wave, lead, _ = name.split("_")
        return f"{wave.upper()} in {lead}"
    return measurement("qrs_axis_deg" if name.startswith("axis_") else name).name


def sentence(attribution: Attribution, first: list[tuple[str, str, float]]) -> str:
    """Return the difference from the baseline, and the waves that contribute most.

    Args:
        attribution: of one prediction.
        first: (wave, lead, contribution), the largest first, of the sign of the difference.
    """
    unit, change = attribution.unit, attribution.value - attribution.average_value
    text = (
        f"**{attribution.name} {attribution.value:.0f} {unit}**; baseline with average beats in "
        f"this rhythm: {attribution.average_value:.0f} {unit}."
    )
    direction = "Increased" if change > 0 else "Decreased"
    if first:
        waves = _listed([(f"{wave} in {lead}", value) for wave, lead, value in first], unit)
        text = f"{text} {direction} most by {waves}."
    same_sign = [entry for entry in measured_sums(attribution).items() if entry[1] * change > 0]
    if same_sign:
        text = f"{text} Of the measurements, by {_listed(same_sign[:SHOWN], unit)}."
    return text.replace("-", "−")


def _listed(entries: list[tuple[str, float]], unit: str) -> str:
    parts = [f"{name} ({signed(value)} {unit})" for name, value in entries]
    return " and ".join(filter(None, [", ".join(parts[:-1]), parts[-1]]))


def table_html(sums: Sums, unit: str) -> Markup:
    """Return the sums over all beats as an HTML table: a row per lead, a column per wave.

    Args:
        sums: wave → contribution of each lead, shape (12,).
        unit: of the prediction.
    """
    return render(
        "views/inspect/attribution.html",
        headings=[f"{wave} {unit}" for wave in sums],
        rows=[
            (lead, [signed(values[index], 2) for values in sums.values()])
            for index, lead in enumerate(LEADS)
        ],
    )


def measured_html(attribution: Attribution) -> Markup:
    """Return the contributions of the measurements as two tables: wave heights, then the rest."""
    # Imported here: slow, but loaded by now wherever measurements were used.
    from ptacl.signal.delineation.measurements import WAVES

    unit, contributions = attribution.unit, attribution.measured
    sums = measured_sums(attribution)
    heights = render(
        "views/inspect/attribution.html",
        headings=[f"{wave.upper()} measured {unit}" for wave in WAVES],
        rows=[
            (lead, [signed(contributions[f"{wave}_{lead}_mv"], 2) for wave in WAVES])
            for lead in LEADS
        ],
    )
    intervals = render(
        "views/inspect/attribution.html",
        headings=[unit],
        rows=[(title, [signed(sums[title], 2)]) for title in _interval_titles(contributions)],
    )
    return heights + intervals


def _interval_titles(names: Iterable[str]) -> list[str]:
    """Return the titles of the measurements that are no wave heights, each once."""
    titles = (measurement_title(name) for name in names if not name.endswith("_mv"))
    return list(dict.fromkeys(titles))
