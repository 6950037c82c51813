"""A Streamlit page of 200,000 made-up subjects: the cohort page, or Plotly: `?show=cohort|plotly`.

Many round clusters and a far island, covariates and phenotypes that follow the place on the map.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
import streamlit as st

from app.session import galleries
from app.views.cohort.page import main
from ptacl.phenotypes import PHENOTYPES

SUBJECTS = 200_000
CLUSTERS = 40


class LargeGallery:
    """What the cohort page asks of a `ptacl.gallery.Gallery`; its hearts are noise."""

    name, store_name, checkpoint_name = "made-up", "none", "none"
    path = Path(__file__).parent
    synthetic = trained_on_simulated = True

    def __init__(self) -> None:
        rng = np.random.default_rng(0)
        centres = rng.uniform(0, 10, (CLUSTERS, 2))
        centres[0] = -30
        cluster = rng.choice(
            CLUSTERS, SUBJECTS, p=[0.01] + [0.99 / (CLUSTERS - 1)] * (CLUSTERS - 1)
        )
        self.map_ecg = centres[cluster] + rng.normal(0, 0.5, (SUBJECTS, 2))
        self.map_cmr = self.map_ecg + rng.normal(0, 0.3, (SUBJECTS, 2))
        ids = [f"M-{row:07d}" for row in range(SUBJECTS)]
        sex = np.where(rng.random(SUBJECTS) < 0.5, "female", "male")
        columns = {"sex": sex, "age_years": rng.normal(64, 8, SUBJECTS)}
        for entry in PHENOTYPES:
            mean, sd = entry.reference["female"]
            shift = 0.1 * (self.map_ecg[:, 0] - 5)
            columns[entry.key] = mean + sd * (shift + rng.normal(size=SUBJECTS))
        for column, mean in (
            ("heart_rate_bpm", 62),
            ("pr_ms", 160),
            ("qrs_ms", 92),
            ("qtc_ms", 410),
        ):
            columns[column] = mean * (1 + 0.1 * rng.normal(size=SUBJECTS))
        columns["own_rank"] = rng.integers(1, 1000, SUBJECTS)
        self.table = pd.DataFrame(columns, index=pd.Index(ids, name="subject_id"))

    def __len__(self) -> int:
        return SUBJECTS

    def stills(self, subject_ids: Sequence[str], side: int = 44) -> np.ndarray:
        """Pictures of the size that a gallery's have."""
        rng = np.random.default_rng(0)
        return rng.integers(0, 255, (len(subject_ids), side, side), dtype=np.uint8)


@st.cache_resource
def made() -> LargeGallery:
    """One for all sessions, as the app holds its galleries."""
    return LargeGallery()


def show_plotly() -> None:
    """The same points with the same colours in Plotly's WebGL scatter, and a lasso's answer."""
    import plotly.graph_objects as go

    from app.charts.palette import CIVIDIS

    gallery = made()
    xy = np.concatenate([gallery.map_ecg, gallery.map_cmr])
    lvef = np.tile(gallery.table["lvef_pct"], 2)
    marker = {"size": 3, "color": lvef, "colorscale": list(CIVIDIS), "showscale": True}
    figure = go.Figure(go.Scattergl(x=xy[:, 0], y=xy[:, 1], mode="markers", marker=marker))
    figure.update_layout(height=560, dragmode="lasso")
    found = st.plotly_chart(figure, on_select="rerun", selection_mode="lasso", key="plotly")
    rows = found["selection"]["point_indices"]
    if rows:
        chosen = np.unique(np.array(rows) % SUBJECTS)
        st.write(
            f"{len(chosen):,} of {SUBJECTS:,} subjects",
            gallery.table.iloc[chosen].mean(numeric_only=True),
        )


st.set_page_config(layout="wide")
if st.query_params.get("show") == "plotly":
    show_plotly()
else:
    galleries.gallery = made
    main()
