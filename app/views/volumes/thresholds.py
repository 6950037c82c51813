"""Threshold panel of one phenotype: sensitivity and specificity; predictions as CSV."""

import numpy as np
import pandas as pd
import streamlit as st

from ptacl import metrics
from ptacl.config.exported_cells import safe_csv
from ptacl.metrics.findings import FINDINGS
from ptacl.metrics.thresholds import ThresholdFigures, threshold_figures
from ptacl.stats.interval import Interval

from ...layout import page

BELOW = ("lvef_pct", "rvef_pct")
"""Phenotypes of which a low value is the finding; of the others a high one."""


def section(readings: metrics.Readings, *, synthetic: bool) -> None:
    """Show the panel.

    Args:
        readings: measured and predicted values of the held-out subjects.
        synthetic: whether the subjects are simulated.
    """
    entry = readings.entry
    below = entry.key in BELOW
    page.section("At a threshold")
    step = 1.0 if entry.unit == "%" else 5.0
    limits = _limits(readings, step)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        limit = st.number_input(
            f"Measured {'below' if below else 'above'} ({entry.unit})", min_value=0.0,
            value=limits[0], step=step, key=f"limit-{entry.key}", width=220,
        )  # fmt: skip
        threshold = st.number_input(
            f"Flagged where predicted {'below' if below else 'above'} ({entry.unit})",
            min_value=0.0, value=limits[0], step=step, key=f"threshold-{entry.key}", width=280,
        )  # fmt: skip
        st.download_button(
            "Predictions as CSV",
            lambda: predictions_csv(readings, synthetic=synthetic),
            file_name=f"ptacl-{entry.key}{'-synthetic' if synthetic else ''}.csv",
            mime="text/csv",
            on_click="ignore",
        )
    pairs = dict.fromkeys([(limit, threshold), *((each, each) for each in limits)])
    sign = "<" if below else ">"
    rows = {
        f"{entry.name} {sign} {at:g}, flagged {sign} {flag:g}": _row(
            threshold_figures(readings.truth, readings.predicted, at, flag, below=below)
        )
        for at, flag in pairs
    }
    page.table(pd.DataFrame.from_dict(rows, orient="index"), "small")
    where = " Simulated hearts: among patients both may be different." if synthetic else ""
    page.note(f"In brackets: 95 % interval (Wilson).{where}")


def predictions_csv(readings: metrics.Readings, *, synthetic: bool) -> str:
    """Return prediction, interval and measurement of each subject as CSV."""
    table = pd.DataFrame(
        {
            "subject_id": list(readings.subject_ids),
            "measured": readings.truth,
            "predicted": readings.predicted,
            "low_90": readings.low,
            "high_90": readings.high,
            "unit": readings.entry.unit,
            "phenotype": readings.entry.key,
            "synthetic": synthetic,
        }
    )
    return str(safe_csv(table, index=False))


def _limits(readings: metrics.Readings, step: float) -> tuple[float, ...]:
    """Return the customary limits, else the highest (lowest) tenth of the measurements."""
    findings = (f for f in FINDINGS if f.phenotype == readings.entry.key)
    customary = tuple(f.below for f in findings if f.below is not None)
    share = 0.1 if readings.entry.key in BELOW else 0.9
    return customary or (float(step * np.round(np.nanquantile(readings.truth, share) / step)),)


def _row(figures: ThresholdFigures) -> dict[str, str]:
    return {
        "With": f"{figures.n:,}",
        "Without": f"{figures.n_without:,}",
        "Flagged": f"{figures.flagged:,}",
        "Sensitivity": _percent(figures.sensitivity),
        "Specificity": _percent(figures.specificity),
    }


def _percent(share: Interval) -> str:
    if np.isnan(share.value):
        return "–"
    return f"{100 * share.value:.0f} % ({100 * share.low:.0f}–{100 * share.high:.0f})"
