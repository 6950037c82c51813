"""Attribution panel: integrated gradients of one prediction, as text and tables."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

import numpy as np
import streamlit as st

from ptacl.measurements import measurement
from ptacl.types import LEADS, Attribution, Waves
from ptacl.wording import signed

from ...text.sentences import MEAN_OF_TWO

MEASURED = f"{MEAN_OF_TWO} Colours show what came of the first."
SHOWN = 3
"""Measurements that the sentence names."""
Sums = Mapping[str, np.ndarray]
SOURCE = (
    "What this model read, not what caused it: integrated gradients (Sundararajan et al., 2017), "
    "from the gallery's average beat in the same rhythm to this ECG."
)


def show(attribution: Attribution, waves: Waves, r_peaks_s: np.ndarray) -> None:
    """The attribution in words and, folded away, as a table."""
    # Imported here: it stands above torch, which is loaded by now.
    from ptacl.inference.attribution import by_wave, strongest

    sums = by_wave(attribution, waves, r_peaks_s)
    st.markdown(
        sentence(attribution, strongest(sums, attribution.value - attribution.average_value))
    )
    st.caption(f"{SOURCE} {MEASURED}" if attribution.measured else SOURCE)
    with st.expander(f"What drove {attribution.name}, as a table"):
        st.html(table_html(sums, attribution.unit))
        if attribution.measured:
            st.html(measured_html(attribution))


def measured_sums(attribution: Attribution) -> dict[str, float]:
    """What each measurement adds, by a name that people use, the strongest first."""
    sums: dict[str, float] = {}
    for name, value in attribution.measured.items():
        title = measurement_title(name)
        sums[title] = sums.get(title, 0.0) + value
    return dict(sorted(sums.items(), key=lambda entry: -abs(entry[1])))


def measurement_title(name: str) -> str:
    """Title of a measurement of an ECG; the two that make the axis share one."""
    if name.endswith("_mv"):
        wave, lead, _ = name.split("_")
        return f"{wave.upper()} in {lead}"
    return measurement("qrs_axis_deg" if name.startswith("axis_") else name).name


def sentence(attribution: Attribution, first: list[tuple[str, str, float]]) -> str:
    """What the whole difference is, and which waves made most of it.

    Args:
        first: (wave, lead, what it adds), the strongest first, of the difference's own sign.
    """
    unit, change = attribution.unit, attribution.value - attribution.average_value
    text = (
        f"**{attribution.name} {attribution.value:.0f} {unit}**; with average beats in this "
        f"rhythm the model would read {attribution.average_value:.0f} {unit}."
    )
    way = "up" if change > 0 else "down"
    if first:
        waves = _listed([(f"{wave} in {lead}", value) for wave, lead, value in first], unit)
        text = f"{text} It is drawn {way} most by {waves}."
    along = [entry for entry in measured_sums(attribution).items() if entry[1] * change > 0]
    if along:
        text = f"{text} Of what is measured, by {_listed(along[:SHOWN], unit)}."
    return text.replace("-", "−")


def _listed(entries: list[tuple[str, float]], unit: str) -> str:
    parts = [f"{name} ({signed(value)} {unit})" for name, value in entries]
    return " and ".join(filter(None, [", ".join(parts[:-1]), parts[-1]]))


def table_html(sums: Sums, unit: str) -> str:
    """A row a lead, a column a wave, and what each adds over all beats."""
    head = "".join(f"<th>{escape(wave)} {escape(unit)}</th>" for wave in sums)
    rows = "".join(
        f"<tr><th>{lead}</th>"
        + "".join(f"<td>{signed(values[place], 2)}</td>" for values in sums.values())
        + "</tr>"
        for place, lead in enumerate(LEADS)
    )
    return _table(head, rows)


def measured_html(attribution: Attribution) -> str:
    """A row a lead, a column the height of a wave; below, intervals and axis."""
    # Imported here: slow, but what has read the measurements has loaded it by now.
    from ptacl.signal.delineation.measurements import WAVES

    unit, adds = escape(attribution.unit), attribution.measured
    head = "".join(f"<th>{wave.upper()} measured {unit}</th>" for wave in WAVES)
    rows = "".join(
        f"<tr><th>{lead}</th>"
        + "".join(f"<td>{signed(adds[f'{wave}_{lead}_mv'], 2)}</td>" for wave in WAVES)
        + "</tr>"
        for lead in LEADS
    )
    sums = measured_sums(attribution)
    intervals = "".join(
        f"<tr><th>{title}</th><td>{signed(sums[title], 2)}</td></tr>"
        for title in dict.fromkeys(
            measurement_title(name) for name in adds if not name.endswith("_mv")
        )
    )
    return _table(head, rows) + _table(f"<th>{unit}</th>", intervals)


def _table(head: str, rows: str) -> str:
    return (
        f'<table class="numbers"><thead><tr><th></th>{head}</tr></thead>'
        f"<tbody>{rows}</tbody></table>"
    )
