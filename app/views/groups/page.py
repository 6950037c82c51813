"""Groups page: comparison of up to four groups of subjects."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from ...layout import page
from . import averages, interpolation, measurements, strain
from .comparison import compare_with_first
from .group_picker import choose_groups

if TYPE_CHECKING:
    from ptacl.gallery import Gallery


def draw(gallery: Gallery) -> None:
    """Draw the choice of groups, then the panels that their number allows."""
    groups = choose_groups(gallery)
    if not groups:
        st.info(
            "Choose two groups above: women and men, a low and a normal ejection fraction, "
            "subjects with and without a finding, the highest and lowest fifth of a measurement. "
            "*Make a group* takes the neighbours of a subject or a list of ids; the Cohort page "
            "saves a selection.",
            icon=":material/compare_arrows:",
        )
        return
    measurements.details(gallery, groups)
    if len(groups) == 1:
        st.info("Choose a second group to compare it with.", icon=":material/compare_arrows:")
    elif comparisons := compare_with_first(gallery, groups):
        measurements.show(gallery, groups, comparisons)
    averages.show(gallery, groups)
    strain.show(gallery, groups)
    if len(groups) > 1:
        interpolation.show(gallery, groups)


def main() -> None:
    """Draw the page."""
    page.show("Where do two groups differ?", draw)
