"""What does not fit in the ECG on the page, computed once while the page shows it."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from ptacl.types import Anomaly, Inspection

from . import galleries

if TYPE_CHECKING:
    from ptacl.gallery import Gallery

_CACHED = "_anomaly"


def anomaly_of(gallery: Gallery, inspection: Inspection) -> Anomaly | None:
    """Return what does not fit; of a subject of the gallery it is computed now."""
    if inspection.anomaly is not None:
        return inspection.anomaly
    signal = np.ascontiguousarray(inspection.prepared.signal_mv)
    source = (galleries.key_of(gallery), zlib.crc32(signal.data))
    cached = st.session_state.get(_CACHED)
    if cached is None or cached[0] != source:
        with st.spinner("Restoring the ECG …"):
            found = galleries.model().find_anomaly(inspection.ecg, inspection.prepared)
        st.session_state[_CACHED] = cached = (source, found)
    return cached[1]
