"""Attribution panel: integrated gradients of one prediction, as text and tables."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
import streamlit as st
from markupsafe import Markup

from ptacl.types import LEADS, Attribution, Waves
from ptacl.wording import signed

from ...text.attribution_sentences import (
    MEASURED,
    SOURCE,
    measured_sums,
    measurement_title,
    sentence,
)
from ...text.markup import render

Sums = Mapping[str, np.ndarray]


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
