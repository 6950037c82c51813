"""How the map of the cohort looks: what colours its points, which layers it has, joined or not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import streamlit as st

from ptacl.phenotypes import HEADLINE
from ptacl.wording import SEX_PLURAL

from ...components.map_records import Colouring
from ...session import url_state
from ...text.sentences import label

MODALITY = "modality"
LAYERS = ("ECG", "CMR")
CATEGORY_LIMIT = 6  # a column of numbers with at most so many values is a category


@dataclass(frozen=True, slots=True)
class Look:
    """What was chosen above the map."""

    colour: str
    """A column of the gallery's table, or the modality."""
    layers: tuple[str, ...]
    joined: bool
    """Whether a line leads from each ECG to its own heart."""

    @property
    def colour_words(self) -> str:
        """What the colours mean."""
        return "modality" if self.colour == MODALITY else label(self.colour)

    def colouring(self, table: pd.DataFrame) -> Colouring | None:
        """Numbers, or words where the column is a category; None where it is the modality."""
        if self.colour == MODALITY:
            return None
        column = table[self.colour]
        title = label(self.colour)
        if self.colour == "sex":
            words = column.map(SEX_PLURAL)
        elif column.nunique() <= 2:
            words = column.map(lambda value: "yes" if value else "no", na_action="ignore")
        elif column.nunique() <= CATEGORY_LIMIT:
            words = column.map(lambda value: f"{value:g}", na_action="ignore")
        else:
            return Colouring(title, column.to_numpy(dtype=np.float64))
        places, names = pd.factorize(words, sort=True)
        return Colouring(title, np.where(places < 0, np.nan, places), tuple(map(str, names)))


def choose_colour(columns: Sequence[str]) -> str:
    """Phenotypes, covariates, ECG, model, simulated truth: whatever differs between subjects."""
    default = HEADLINE[0] if HEADLINE[0] in columns else MODALITY
    colour = url_state.one_of("colour", "colour", [MODALITY, *columns], default)
    colour.follow()
    with st.container(width=260):
        return st.selectbox(
            "Colour by",
            [MODALITY, *columns],
            format_func=lambda c: "ECG or CMR" if c == MODALITY else label(c),
            key=colour.key,
            on_change=colour.keep,
        )


def choose_layers() -> tuple[str, ...]:
    """One of the two, or both; both where none is left."""
    layers = url_state.some_of("layers", "layers", list(LAYERS))
    layers.follow()
    with st.container(width=160):
        chosen = st.pills(
            "Layers", LAYERS, selection_mode="multi", key=layers.key, on_change=layers.keep,
            help="A circle is an ECG, a diamond the heart of the same person.",
        )  # fmt: skip
    return tuple(chosen) or LAYERS


def choose_joined() -> bool:
    """Whether pairs are joined."""
    joining = url_state.switch("joined", "joined")
    joining.follow()
    return st.toggle(
        "Join pairs",
        key=joining.key,
        on_change=joining.keep,
        help="A line from each ECG to its own heart, coloured by that heart's rank.",
    )
