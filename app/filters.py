"""Filters that the cohort and the retrieval page share: which subjects count."""

import numpy as np
import pandas as pd
import streamlit as st

SEXES = {"women": "female", "men": "male"}


def choose_subjects(table: pd.DataFrame, key: str) -> np.ndarray:
    """Let the person narrow the gallery by sex and age; a mask over the rows of ``table``."""
    mask = np.ones(len(table), dtype=bool)
    with st.container(width=160):
        wanted = st.pills(
            "Sex", list(SEXES), selection_mode="multi", default=list(SEXES), key=f"{key}_sex"
        )
    if set(wanted) != set(SEXES):
        mask &= table["sex"].isin([SEXES[word] for word in wanted]).to_numpy()
    ages = table["age_years"].dropna()
    if len(ages) and ages.min() < ages.max():
        youngest, oldest = int(ages.min()), int(np.ceil(ages.max()))
        with st.container(width=190):
            low, high = st.slider(
                "Age (years)", youngest, oldest, (youngest, oldest), key=f"{key}_age"
            )
        if (low, high) != (youngest, oldest):
            mask &= table["age_years"].between(low, high).to_numpy()
    return mask
