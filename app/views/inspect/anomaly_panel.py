"""What does not fit a normal heart, in words: the verdict and the most deviating stretches."""

from __future__ import annotations

import streamlit as st

from ptacl.restoration.record import anomaly_sentence
from ptacl.types import Anomaly

from ...layout import page
from ...panels.misfits_html import misfits_html
from ...text.labels import literal

TITLE = "What does not fit"
SHOWN = 6
"""Stretches that are listed at once; the others are in a collapsed panel."""
MEANING = (
    "Hidden parts of the ECG are restored as in {hearts}; SD: predicted standard deviations of the "
    "restored signal. Unusual is not ill, and usual is not healthy."
)


def show(anomaly: Anomaly) -> None:
    """Show the verdict and the list, or only why nothing is said."""
    page.section(TITLE)
    sentence = literal(anomaly_sentence(anomaly))
    if anomaly.withheld:
        st.markdown(sentence)
        return
    mark = ":orange[:material/warning:] " if anomaly.unusual else ""
    st.markdown(mark + sentence)
    first, others = anomaly.findings[:SHOWN], anomaly.findings[SHOWN:]
    if first:
        st.html(misfits_html(first))
    if others:
        with st.expander(f"{len(others)} more"):
            st.html(misfits_html(others, SHOWN))
    hearts = "simulated hearts without disease" if anomaly.synthetic else "normal hearts"
    page.note(MEANING.format(hearts=hearts))
