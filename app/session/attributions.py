"""Attributions of the ECG that is shown, kept as long as the page shows it."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

import streamlit as st

from ptacl.types import UNKNOWN_PERSON, Attribution, Inspection

from . import galleries

if TYPE_CHECKING:
    from ptacl.gallery import Gallery

_KEPT = "_attributions"
"""Of the ECG that was asked about last: who it is, and what was found by phenotype."""


def attribution_of(gallery: Gallery, inspection: Inspection, key: str) -> Attribution:
    """The attribution of a phenotype, kept as long as the page shows the same ECG."""
    told = inspection.person if inspection.known != "ecg" else UNKNOWN_PERSON
    who = (galleries.key_of(gallery), zlib.crc32(inspection.prepared.signal_mv), told)
    kept = st.session_state.get(_KEPT)
    if kept is None or kept[0] != who:
        st.session_state[_KEPT] = kept = (who, {})
    if key not in kept[1]:
        with st.spinner("Asking the model what drove it …"):
            kept[1][key] = galleries.model().attribute(inspection.prepared, key, told)
    return kept[1][key]


def forget() -> None:
    """Drop what was found of the ECG that was asked about last."""
    st.session_state.pop(_KEPT, None)
