"""Similar hearts of a cine, only where the model knows such cines."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from ...layout import page
from ...panels.cine_tiles import show_hearts
from ...session import cine_matches
from ...text.cine_sentences import match_sentence
from ...text.labels import literal

if TYPE_CHECKING:
    from ptacl.gallery import Gallery

    from ...session.cines import CineUpload


def show(gallery: Gallery, upload: CineUpload) -> None:
    """Show the nearest hearts of the gallery, or why none are shown."""
    match = cine_matches.match(gallery, upload)
    page.section("Similar hearts")
    if isinstance(match, str):
        st.info(literal(match), icon=":material/block:")
        return
    if not match.familiar:
        st.info(literal(match_sentence(match)), icon=":material/block:")
        return
    st.markdown(match_sentence(match))
    show_hearts(gallery, match.neighbours, key="alike-cine")
