"""Nearest hearts of an uploaded cine by the model of the gallery, computed once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from ptacl.errors import PtaclError

from ..text import failures
from . import galleries

if TYPE_CHECKING:
    from ptacl.gallery import Gallery
    from ptacl.types import CineMatch

    from .cines import CineUpload

_MATCHES = "_cine_matches"
TWO_PHASES = (
    "A pair of end-diastole and end-systole is no whole beat: it gets contours and volumes, but no "
    "embedding and no similar hearts."
)


def match(gallery: Gallery, upload: CineUpload) -> CineMatch | str:
    """Return what the model says of the middle slice, or in words why it says nothing.

    Args:
        gallery: on the page.
        upload: the cine.
    """
    slices = upload.original.slices
    middle = slices[len(slices) // 2]
    if middle.two_phases:
        return TWO_PHASES
    kept: dict[str, tuple[galleries.Key, CineMatch | str]] = st.session_state.setdefault(
        _MATCHES, {}
    )
    key = galleries.key_of(gallery)
    former = kept.get(upload.token)
    if former is not None and former[0] == key:
        return former[1]
    try:
        result: CineMatch | str = galleries.model().match_cine(middle)
    except PtaclError as error:
        result = str(error)
    except Exception as error:
        result = failures.message(error, "while looking for similar hearts")
    kept[upload.token] = (key, result)
    return result
