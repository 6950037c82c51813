"""What drove a prediction: asked of the model when the paper shows it, and said in words."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from html import escape
from typing import TYPE_CHECKING

import numpy as np
import state
import streamlit as st

from ptacl.types import LEADS, UNTOLD, Attribution, Inspection, Waves

if TYPE_CHECKING:
    from ptacl.gallery import Gallery

Sums = Mapping[str, np.ndarray]
_KEPT = "_attributions"
"""Of the ECG that was asked about last: who it is, and what was found by phenotype."""
SOURCE = (
    "What this model read, not what caused it: integrated gradients (Sundararajan et al., 2017), "
    "from the gallery's average beat in the same rhythm to this ECG."
)


def attribution_of(gallery: Gallery, inspection: Inspection, key: str) -> Attribution:
    """The attribution of a phenotype, kept as long as the page shows the same ECG."""
    told = inspection.person if inspection.known != "ecg" else UNTOLD
    who = (state.key_of(gallery), zlib.crc32(inspection.prepared.signal_mv), told)
    kept = st.session_state.get(_KEPT)
    if kept is None or kept[0] != who:
        st.session_state[_KEPT] = kept = (who, {})
    if key not in kept[1]:
        with st.spinner("Asking the model what drove it …"):
            kept[1][key] = state.model().attribute(inspection.prepared, key, told)
    return kept[1][key]


def show(attribution: Attribution, waves: Waves, r_peaks_s: np.ndarray) -> None:
    """The attribution in words and, folded away, as a table."""
    # Imported here: it stands above torch, which is loaded by now.
    from ptacl.attribution import by_wave, strongest

    sums = by_wave(attribution, waves, r_peaks_s)
    st.markdown(
        sentence(attribution, strongest(sums, attribution.value - attribution.average_value))
    )
    st.caption(SOURCE)
    with st.expander(f"What drove {attribution.name}, as a table"):
        st.html(table_html(sums, attribution.unit))


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
    if not first:
        return text
    parts = [f"{wave} in {lead} ({value:+.1f} {unit})" for wave, lead, value in first]
    listed = " and ".join(filter(None, [", ".join(parts[:-1]), parts[-1]]))
    return f"{text} It is drawn {'up' if change > 0 else 'down'} most by {listed}.".replace(
        "-", "−"
    )


def table_html(sums: Sums, unit: str) -> str:
    """A row a lead, a column a wave, and what each adds over all beats."""
    head = "".join(f"<th>{escape(wave)} {escape(unit)}</th>" for wave in sums)
    rows = "".join(
        f"<tr><th>{lead}</th>"
        + "".join(f"<td>{values[place]:+.2f}</td>" for values in sums.values())
        + "</tr>"
        for place, lead in enumerate(LEADS)
    )
    return (
        f'<table class="numbers"><thead><tr><th></th>{head}</tr></thead>'
        f"<tbody>{rows}</tbody></table>"
    )
