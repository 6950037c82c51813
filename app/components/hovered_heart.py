"""Pictures of hearts for the map's hover card, sent when the map requests them.

A fragment of the page: a request reruns neither the page nor the map.
"""

from collections.abc import Callable, Collection, Sequence

import numpy as np
import streamlit as st
from jaxtyping import UInt8

from .assets import link_modules, read_asset
from .headers import HoveredHeartHeader
from .packing import pack

_mount = st.components.v2.component(
    "hovered_heart",
    html=read_asset("hovered_heart/page.html"),
    js=link_modules("hovered_heart/main.js"),
)

MOST_AT_ONCE = 16
Stills = UInt8[np.ndarray, "subjects rows columns"]


def hovered_heart(
    stills: Callable[[Sequence[str]], Stills],
    subject_ids: Collection[str],
    *,
    source: str,
    key: str,
) -> None:
    """Answer the map on the same page; draws nothing itself.

    Args:
        stills: returns pictures of some subjects' hearts, all of one size.
        subject_ids: subjects that may be requested.
        source: name of the gallery; pictures of another source are dropped.
        key: the component's name on the page.
    """
    # A request during a run of the whole page removes the fragment for a moment. In a container of
    # its own that moves nothing; without one, the next element would be overwritten.
    with st.container():
        _answer(stills, subject_ids, source, key)


@st.fragment
def _answer(
    stills: Callable[[Sequence[str]], Stills],
    subject_ids: Collection[str],
    source: str,
    key: str,
) -> None:
    wanted = st.session_state.get(key, {}).get("wanted") or []
    known = [subject for subject in wanted if subject in subject_ids][:MOST_AT_ONCE]
    pictures = stills(known) if known else np.zeros((0, 1, 1), dtype=np.uint8)
    header: HoveredHeartHeader = {"source": source, "subjects": known}
    _mount(
        key=key,
        data=pack(header, {"stills": pictures}),
        on_wanted_change=lambda: None,
    )
