"""Selection panel of the cohort page: size, differences from the rest, saving as a group."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import streamlit as st

from ptacl.phenotypes import HEADLINE, PHENOTYPE_KEYS
from ptacl.stats.group_comparison import compare_selection
from ptacl.stats.histogram import histogram
from ptacl.wording import number

from ...components.histogram_bars import Bars, histogram_bars
from ...layout import page
from ...panels import cohort_filters
from ...session import saved_groups
from ...text.labels import label, literal

if TYPE_CHECKING:
    from ptacl.gallery import Gallery

SHOWN_ROWS = 8
SHOWN_HISTOGRAMS = 3
_PERSON = ("age_years", "height_cm", "weight_kg")


def show_selection(gallery: Gallery, shown: np.ndarray, chosen: np.ndarray, key: str) -> None:
    """Show size, effect sizes against the rest, and distributions of the selection.

    Args:
        gallery: all subjects.
        shown: which pass the filters.
        chosen: which of those are selected; none without a lasso.
        key: of the page's filters, which the histograms set.
    """
    page.section("Selection")
    table = gallery.table[shown]
    if not len(table):
        st.markdown("No subject passes the filters. Widen one of them.")
        return
    phenotypes = [entry.key for entry in gallery.phenotypes]
    measured = [entry.key for entry in gallery.measurements if "cohort" in entry.sections]
    columns = [c for c in (*phenotypes, *_PERSON, *measured) if c in table]
    if chosen.any():
        drawn = _against_rest(table, chosen[shown], columns)
        _save_form(gallery.table.index[chosen])
    else:
        st.markdown("Draw a lasso or a box on the map to compare a group with the rest.")
        drawn = [c for c in HEADLINE if c in columns]
    _histograms(gallery.table, shown, chosen, drawn, key)
    if not chosen.any():
        _all_subjects(table, columns)


def _against_rest(table: pd.DataFrame, chosen: np.ndarray, columns: Sequence[str]) -> list[str]:
    """Show the strongest differences as a table; return the columns for the histograms."""
    women = table["sex"][chosen].eq("female").mean()
    st.markdown(f"**{chosen.sum():,} of {len(table):,} subjects**, {100 * women:.0f} % women")
    if chosen.all():
        st.markdown("All subjects on the map are selected: there is no rest to compare with.")
        return [c for c in HEADLINE if c in columns]
    compared = compare_selection(table, chosen, columns)
    shown = compared.head(SHOWN_ROWS)
    _numbers_table(
        shown.index,
        {
            "mean": [number(value) for value in shown["selection"]],
            "rest": [number(value) for value in shown["rest"]],
            "g": [number(value, 2) for value in shown["effect"]],
            "95 % interval": [
                f"{number(low, 2)} to {number(high, 2)}"
                for low, high in zip(shown["low"], shown["high"], strict=True)
            ],
        },
    )
    page.note(
        "g: Hedges' g, the difference of the means in standard deviations, with its 95 % "
        "bootstrap interval, largest first. "
        "A subject is selected by its ECG or by its heart."
    )
    return list(compared.index[:SHOWN_HISTOGRAMS])


def _save_form(subject_ids: pd.Index) -> None:
    """Show the form that saves the selection as a group for other pages."""
    with (
        st.form("save_group", border=False),
        st.container(horizontal=True, vertical_alignment="bottom"),
    ):
        name = st.text_input("Name of the group", placeholder="such as: wide QRS", max_chars=40)
        is_submitted = st.form_submit_button("Save as group")
    if not is_submitted:
        return
    if not name.strip():
        st.warning("Give the group a name first.", icon=":material/edit:")
        return
    saved_groups.save(name.strip(), list(subject_ids))
    st.success(
        f"{literal(name.strip())}: {len(subject_ids):,} subjects, kept for this session.",
        icon=":material/check_circle:",
    )


def _histograms(
    everyone: pd.DataFrame,
    shown: np.ndarray,
    chosen: np.ndarray,
    columns: Sequence[str],
    key: str,
) -> None:
    rest = shown & ~chosen
    histogram_bars(
        [
            Bars(column, label(column), histogram(values, values[chosen], values[rest]), narrowed)
            for column in columns
            for values in [everyone[column].to_numpy(dtype=np.float64)]
            for narrowed in [cohort_filters.is_narrowed(everyone, key, column)]
        ],
        on_narrow=partial(cohort_filters.narrow, everyone, key),
        key="histograms",
    )
    page.note(
        f"{'Blue: selection, grey: rest. ' if chosen.any() else ''}Click a bar, or drag over "
        "several, to filter by their range."
    )


def _all_subjects(table: pd.DataFrame, columns: Sequence[str]) -> None:
    """Show the distribution of all subjects on the map."""
    women = table["sex"].eq("female").mean()
    st.markdown(f"**All {len(table):,} subjects on the map**, {100 * women:.0f} % women")
    values = table[[c for c in columns if c in (*PHENOTYPE_KEYS, "age_years", "heart_rate_bpm")]]
    low, middle, high = (values.quantile(q) for q in (0.05, 0.5, 0.95))
    _numbers_table(
        values.columns,
        {
            "median": [number(value) for value in middle],
            "5–95 %": [f"{number(a)}–{number(b)}" for a, b in zip(low, high, strict=True)],
        },
    )


def _numbers_table(columns: Sequence[str], numbers: dict[str, list[str]]) -> None:
    """Show a table with a row per column of the gallery's table."""
    page.table(pd.DataFrame(numbers, index=[label(column) for column in columns]), "small")
