"""Median beats of several groups overlaid lead by lead, with their bands."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import streamlit as st

from ptacl.cohort_analysis.group_averages import GroupBeat
from ptacl.types import LEADS

from .assets import join_assets, link_modules, read_asset
from .headers import LeadBeatsHeader
from .packing import pack

_mount = st.components.v2.component(
    "lead_beats",
    html=read_asset("lead_beats/page.html"),
    css=join_assets(["shared/base.css", "lead_beats/style.css"]),
    js=link_modules("lead_beats/main.js"),
)


@dataclass(frozen=True, slots=True)
class Beats:
    """One group's beat and how it is drawn."""

    title: str
    colour: str
    dash: tuple[int, ...]
    """Lengths of strokes and gaps in pixels, so that groups differ in more than colour; () is
    solid."""
    beat: GroupBeat


def lead_beats(
    groups: Sequence[Beats],
    sample_rate_hz: float,
    before_s: float,
    *,
    unit: str,
    description: str,
    key: str,
) -> None:
    """Draw the median of each group over its band, 3 × 4 as on paper, all leads on one scale.

    The pointer, or the arrow keys, show the values of the groups at a time of the beat.

    Args:
        groups: in the order of the legend.
        sample_rate_hz: of the beats.
        before_s: time of each beat before its R wave.
        unit: of the beats' values.
        description: of the panel, for screen readers.
        key: the component's name on the page.
    """
    header: LeadBeatsHeader = {
        "groups": [
            {"title": group.title, "colour": group.colour, "dash": list(group.dash)}
            for group in groups
        ],
        "leads": list(LEADS),
        "rateHz": sample_rate_hz,
        "beforeS": before_s,
        "unit": unit,
        "description": description,
    }
    arrays = {
        f"{part}{number}": getattr(group.beat, part).astype(np.float32)
        for number, group in enumerate(groups)
        for part in ("low", "median", "high")
    }
    _mount(key=key, data=pack(header, arrays))
