"""Subject filters shared by the cohort and the retrieval page."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
import streamlit as st

from ptacl.wording import SEX_PLURAL

from ..session import url_state
from ..text.labels import NO_TITLES, label, literal

SEXES = {plural: sex for sex, plural in SEX_PLURAL.items()}


def choose_subjects(table: pd.DataFrame, key: str) -> np.ndarray:
    """Show the filters by sex and age; return a mask over the rows of ``table``."""
    mask = np.ones(len(table), dtype=bool)
    sexes = url_state.some_of(f"{key}_sex", "sex", list(SEXES))
    sexes.read()
    with st.container(width=160):
        wanted = st.pills(
            "Sex", list(SEXES), selection_mode="multi", key=sexes.key, on_change=sexes.write
        )
    if set(wanted) != set(SEXES):
        mask &= table["sex"].isin([SEXES[word] for word in wanted]).to_numpy()
    if (ages := _limits(table["age_years"])) is not None:
        with st.container(width=190):
            mask &= _between(table["age_years"], f"{key}_age", "age", ages, "Age (years)")
    return mask


def choose_ranges(
    table: pd.DataFrame, key: str, columns: Sequence[str], titles: Mapping[str, str] = NO_TITLES
) -> np.ndarray:
    """Show the filters by split and by ranges of columns; return a mask over the rows."""
    mask = np.ones(len(table), dtype=bool)
    with st.popover("More filters"):
        mask &= _split(table, key)
        ranged = _ranged(key, columns)
        ranged.read()
        wanted = st.multiselect(
            "Range of", columns, format_func=lambda column: label(column, titles), key=ranged.key,
            on_change=ranged.write, placeholder="Choose a measurement",
        )  # fmt: skip
        for column in wanted:
            if (limits := _limits(table[column])) is not None:
                mask &= _between(
                    table[column], _slider_key(key, column), column, limits,
                    literal(titles[column]) if column in titles else "",
                )  # fmt: skip
    return mask


def narrow(table: pd.DataFrame, key: str, column: str, ends: tuple[float, float] | None) -> None:
    """Set the range of a column in place of its slider; only in a callback.

    Args:
        table: all subjects.
        key: of the filters.
        column: numeric column.
        ends: of the range; None removes the filter.
    """
    limits = _limits(table[column])
    if limits is None:
        return
    ranged = _ranged(key, [column])
    others = [name for name in st.session_state[ranged.key] if name != column]
    slider = url_state.interval(_slider_key(key, column), column, *limits)
    if ends is None:
        slider.choose(limits)
        st.session_state[ranged.key] = others
        return
    low, high = int(np.floor(ends[0])), int(np.ceil(ends[1]))
    slider.choose((max(low, limits[0]), min(high, limits[1])))
    st.session_state[ranged.key] = [*others, column]


def is_narrowed(table: pd.DataFrame, key: str, column: str) -> bool:
    """Whether a column has an active range filter."""
    chosen = st.session_state.get(_slider_key(key, column))
    return chosen is not None and chosen != _limits(table[column])


def _ranged(key: str, columns: Sequence[str]) -> url_state.UrlParam[list[str]]:
    """Return the parameter of the columns that have a slider."""

    def parse(text: str) -> list[str]:
        return [column for column in text.split(",") if column in columns]

    return url_state.UrlParam(f"{key}_ranged", "by", [], parse, ",".join)


def _slider_key(key: str, column: str) -> str:
    return f"{key}_range_{column}"


def _split(table: pd.DataFrame, key: str) -> np.ndarray:
    if "split" not in table or table["split"].nunique() < 2:
        return np.ones(len(table), dtype=bool)
    splits = url_state.some_of(f"{key}_split", "split", sorted(table["split"].dropna().unique()))
    splits.read()
    wanted = st.pills(
        "Split", splits.default, selection_mode="multi", key=splits.key, on_change=splits.write
    )
    if set(wanted) == set(splits.default):
        return np.ones(len(table), dtype=bool)
    return table["split"].isin(wanted).to_numpy()


def _limits(column: pd.Series) -> tuple[int, int] | None:
    """Return whole numbers around all values; None for fewer than two distinct values."""
    known = column.dropna()
    if not len(known) or known.min() >= known.max():
        return None
    return int(np.floor(known.min())), int(np.ceil(known.max()))


def _between(
    column: pd.Series, key: str, name: str, limits: tuple[int, int], title: str | None = None
) -> np.ndarray:
    """Show a slider and return a mask; subjects without a value pass only the full range."""
    chosen = url_state.interval(key, name, *limits)
    chosen.read()
    st.slider(title or literal(label(name)), *limits, key=key, on_change=chosen.write)
    low, high = chosen.chosen()
    if (low, high) == limits:
        return np.ones(len(column), dtype=bool)
    return column.between(low, high).to_numpy()
