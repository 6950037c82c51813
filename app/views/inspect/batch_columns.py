"""Columns of the table of recordings."""

from typing import Any, Literal

import pandas as pd
import streamlit as st

from ptacl.inference.table import columns
from ptacl.types import Sex


def column_config(data: pd.DataFrame, sex: Sex | None) -> dict[str, Any]:
    """Return titles, units and decimals; a column without any value is hidden."""
    config: dict[str, Any] = {}
    for column in columns(sex):
        if column.key not in data:  # a phenotype that the gallery does not hold
            continue
        if data[column.key].isna().all():
            config[column.key] = None
        elif column.kind == "number":
            number = f"%.{column.digits}f"
            config[column.key] = st.column_config.NumberColumn(column.title, format=number)
        elif column.kind == "flag":
            config[column.key] = st.column_config.CheckboxColumn(column.title)
        else:
            width: Literal["medium"] | None = "medium" if column.key == "reason" else None
            pinned = column.key == "file"
            config[column.key] = st.column_config.TextColumn(
                column.title, width=width, pinned=pinned
            )
    return config
