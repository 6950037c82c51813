"""Panel of the targets that a cohort brought: figures of their predictions, and their points."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import streamlit as st

from ptacl.io.cohort.targets import Target
from ptacl.metrics.phenotype_errors import FEWEST
from ptacl.metrics.target_scores import TargetScore, score_target

from ...components.panel_records import ScatterPanel
from ...components.scatter_panels import scatter_panels
from ...layout import page
from ...session import galleries, selection

if TYPE_CHECKING:
    from ptacl.gallery import Gallery


def section(gallery: Gallery, table: pd.DataFrame) -> None:
    """Show the targets of a gallery; nothing without any.

    Args:
        gallery: with its targets.
        table: its held-out subjects.
    """
    figures = _figures(galleries.key_of(gallery), table, gallery.targets)
    if not figures:
        return
    page.section(
        "Targets of the cohort",
        "Named in targets.json; predicted by linear probes on features of the ECG, fitted on the "
        f"training split. Targets with fewer than {FEWEST} held-out subjects are left out.",
    )
    titles = {target.key: target for target in gallery.targets}
    rows = [
        {
            "Target": titles[key].title,
            "Figure": found.metric,
            "Value": f"{found.value:.2f} ({found.low:.2f}–{found.high:.2f})",
            "n": found.n,
            "With the outcome (n)": "–" if found.events is None else str(found.events),
        }
        for key, found in figures.items()
    ]
    page.table(pd.DataFrame(rows).set_index("Target"), "small")
    _numbers(table, [titles[key] for key in figures if titles[key].kind == "continuous"])


def _numbers(table: pd.DataFrame, targets: list[Target]) -> None:
    """Show predicted against measured for each target that is a number."""
    if not targets:
        return
    scatter_panels(
        [
            ScatterPanel(
                title=f"{target.title} {target.unit}".strip(),
                note="",
                across=f"measured ({target.unit})" if target.unit else "measured",
                up=f"from the ECG ({target.unit})" if target.unit else "from the ECG",
                x=table[target.value_column].to_numpy(float),
                y=table[target.predicted_column].to_numpy(float),
                says=("measured", "from the ECG"),
                unit=target.unit,
                identity=True,
            )
            for target in targets
        ],
        list(table.index),
        columns=3,
        description="Predicted against measured for each target that is a number",
        on_open=selection.choose,
        key="targets",
    )


@st.cache_data(show_spinner="Comparing predictions of the targets …", max_entries=8)
def _figures(
    of: galleries.Key, _table: pd.DataFrame, _targets: tuple[Target, ...]
) -> dict[str, TargetScore]:
    """Return the figure of each target that was predicted in enough subjects."""
    found = {target.key: score_target(_table, target) for target in _targets}
    return {key: figure for key, figure in found.items() if figure is not None}
