"""Filters of the retrieval page, which depend on the query."""

import numpy as np
import pandas as pd
import streamlit as st
from jaxtyping import Bool

from ptacl.wording import as_sex

from .query import Query

LOW_LVEF_PCT = 45.0
YEARS = 5.0
LOW_LVEF, SAME_SEX, SAME_AGE = f"LVEF < {LOW_LVEF_PCT:.0f} %", "same sex", f"± {YEARS:.0f} years"

Mask = Bool[np.ndarray, " subjects"]


def choose_similar(table: pd.DataFrame, query: Query) -> Mask:
    """Show the filters to subjects like the query; return a mask over the rows."""
    mask = np.ones(len(table), dtype=bool)
    only = st.pills(
        "Only", _offered(table, query), selection_mode="multi", key="only", bind="query-params"
    )
    for wanted in only:
        mask &= passing(table, query, wanted)
    return mask


def passing(table: pd.DataFrame, query: Query, wanted: str) -> Mask:
    """Return which subjects pass one filter; unknown values do not."""
    if wanted == LOW_LVEF:
        return (table["lvef_pct"] < LOW_LVEF_PCT).to_numpy(dtype=bool)
    if wanted == SAME_SEX:
        return (table["sex"] == query.values["sex"]).to_numpy(dtype=bool)
    age_difference = (table["age_years"] - query.values["age_years"]).abs()
    return (age_difference <= YEARS).to_numpy(dtype=bool)


def _offered(table: pd.DataFrame, query: Query) -> list[str]:
    """Return the filters that the known values of table and query allow."""
    known = [LOW_LVEF] if table["lvef_pct"].notna().any() else []
    if as_sex(query.values.get("sex")):
        known.append(SAME_SEX)
    if pd.notna(query.values.get("age_years")):
        known.append(SAME_AGE)
    return known
