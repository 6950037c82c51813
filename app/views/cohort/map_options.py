"""Options of the cohort map: colouring, layers, and lines between pairs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
import streamlit as st

from ptacl.phenotypes import HEADLINE
from ptacl.wording import SEX_PLURAL

from ...components.map_records import Colouring
from ...session import url_state
from ...text.labels import NO_TITLES, label

MODALITY = "modality"
LAYERS = ("ECG", "CMR")
CATEGORY_LIMIT = 6  # a column of numbers with at most so many values is a category


@dataclass(frozen=True, slots=True)
class Look:
    """Options chosen above the map."""

    colour: str
    """A column of the gallery's table, or the modality."""
    layers: tuple[str, ...]
    joined: bool
    """Whether a line joins each ECG and its matching heart."""
    titles: Mapping[str, str] = field(default_factory=dict)
    """Labels of columns of this gallery alone."""

    @property
    def colour_words(self) -> str:
        """Label of the colouring."""
        return "modality" if self.colour == MODALITY else label(self.colour, self.titles)

    def colouring(self, table: pd.DataFrame) -> Colouring | None:
        """Return the colouring by a number or a category; None for the modality."""
        if self.colour == MODALITY:
            return None
        column = table[self.colour]
        title = label(self.colour, self.titles)
        if self.colour == "sex":
            words = column.map(SEX_PLURAL)
        elif column.nunique() <= 2:
            words = column.map(lambda value: "yes" if value else "no", na_action="ignore")
        elif column.nunique() <= CATEGORY_LIMIT:
            words = column.map(lambda value: f"{value:g}", na_action="ignore")
        else:
            return Colouring(title, column.to_numpy(dtype=np.float64))
        codes, names = pd.factorize(words, sort=True)
        return Colouring(title, np.where(codes < 0, np.nan, codes), tuple(map(str, names)))


def choose_colour(columns: Sequence[str], titles: Mapping[str, str] = NO_TITLES) -> str:
    """Show the choice of the colouring among columns that differ between subjects."""
    default = HEADLINE[0] if HEADLINE[0] in columns else MODALITY
    colour = url_state.one_of("colour", "colour", [MODALITY, *columns], default)
    colour.read()
    with st.container(width=260):
        return st.selectbox(
            "Colour by",
            [MODALITY, *columns],
            format_func=lambda c: "ECG or CMR" if c == MODALITY else label(c, titles),
            key=colour.key,
            on_change=colour.write,
        )


def choose_layers() -> tuple[str, ...]:
    """Show the choice of layers; both if none is chosen."""
    layers = url_state.some_of("layers", "layers", list(LAYERS))
    layers.read()
    with st.container(width=160):
        chosen = st.pills(
            "Layers", LAYERS, selection_mode="multi", key=layers.key, on_change=layers.write,
            help="Circles are ECGs, diamonds are hearts.",
        )  # fmt: skip
    return tuple(chosen) or LAYERS


def choose_joined() -> bool:
    """Show the switch that joins pairs."""
    joining = url_state.switch("joined", "joined")
    joining.read()
    return st.toggle(
        "Join pairs",
        key=joining.key,
        on_change=joining.write,
        help="A line from each ECG to its matching heart, coloured by its rank.",
    )
