"""Attributions of the ECG on the page, cached while the page shows it."""

from __future__ import annotations

import zlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from ptacl.types import UNKNOWN_PERSON, Attribution, Inspection, Person

from . import galleries

if TYPE_CHECKING:
    from ptacl.gallery import Gallery

_CACHED = "_attributions"


@dataclass(slots=True)
class _Cached:
    """Attributions of one ECG of one person by one model."""

    source: tuple[galleries.Key, int, Person]
    """Gallery, checksum of the signal, and the person as far as the model knows them."""
    by_phenotype: dict[str, Attribution] = field(default_factory=dict)


def attribution_of(gallery: Gallery, inspection: Inspection, key: str) -> Attribution:
    """Return the attribution of a phenotype, computed once while the page shows the same ECG."""
    person = inspection.person if inspection.known != "ecg" else UNKNOWN_PERSON
    signal = np.ascontiguousarray(inspection.prepared.signal_mv)
    source = (galleries.key_of(gallery), zlib.crc32(signal.data), person)
    cached: _Cached | None = st.session_state.get(_CACHED)
    if cached is None or cached.source != source:
        st.session_state[_CACHED] = cached = _Cached(source)
    if key not in cached.by_phenotype:
        with st.spinner("Computing the attribution …"):
            cached.by_phenotype[key] = galleries.model().attribute(inspection.prepared, key, person)
    return cached.by_phenotype[key]


def clear() -> None:
    """Drop the attributions of the ECG that was shown last."""
    st.session_state.pop(_CACHED, None)
