"""Groups: where do two groups differ?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from ...layout import page
from . import averages as pictured
from . import interpolation as walked
from . import measurements as measured
from .comparison import against_first
from .group_picker import choose_groups

if TYPE_CHECKING:
    from ptacl.gallery import Gallery


def draw(gallery: Gallery) -> None:
    """The page: its choice, then as much as the number of groups allows."""
    groups = choose_groups(gallery)
    if not groups:
        st.info(
            "Choose two groups above: women and men, a low and a normal ejection fraction, those "
            "with and without a finding, the highest and lowest fifth of a number. *Make a group* "
            "takes the nearest of a heart or a list of ids; the Cohort page saves a selection.",
            icon=":material/compare_arrows:",
        )
        return
    measured.details(gallery, groups)
    if len(groups) == 1:
        st.info("Choose a second group to compare it with.", icon=":material/compare_arrows:")
    elif compared := against_first(gallery, groups):
        measured.show(gallery, groups, compared)
    pictured.show(gallery, groups)
    if len(groups) > 1:
        walked.show(gallery, groups)


def main() -> None:
    """Draw the page under its question."""
    page.show("Where do two groups differ?", draw)
