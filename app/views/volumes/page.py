"""Volumes page: agreement, calibration and subgroup errors of the predictions."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import streamlit as st

from ptacl import metrics
from ptacl.errors import PtaclError
from ptacl.metrics.agreement import bland_altman
from ptacl.metrics.regression import calibration_slope
from ptacl.phenotypes import Phenotype, phenotype
from ptacl.stats.bootstrap import bootstrap_interval
from ptacl.stats.interval import Interval
from ptacl.wording import signed

from ... import charts
from ...components.scatter_panels import scatter_panels
from ...layout import page
from ...layout.navigation import page_at
from ...layout.saved_chart import chart
from ...session import galleries, selection, url_state
from ...text.labels import literal
from . import agreement_plots, findings, targets, thresholds

if TYPE_CHECKING:
    from ptacl.gallery import Gallery

DRAWS = 200
SCORES = {
    "n": "n",
    "r2": "R²",
    "mae": "MAE",
    "pearson": "Pearson r",
    "coverage": "Inside 90 % interval",
}


def draw(gallery: Gallery) -> None:
    """Draw the panels."""
    table, unseen = metrics.held_out(gallery.table)
    known = metrics.readable(table)
    if not known and gallery.targets:
        targets.section(gallery, table)
        return
    if not known:
        raise PtaclError(
            "This gallery holds no measured volumes to compare with.",
            code="gallery.no_measured_volumes",
        )
    key = galleries.key_of(gallery)
    scores = _scores(key, table, known)
    st.markdown(_sentence(scores, len(table), unseen=unseen))
    _multiples(table, scores)
    if panel := page.fold("As a table", "scores_table"):
        names = pd.DataFrame(
            {"Phenotype": [p.name for p in known], "Unit": [p.unit for p in known]},
            index=scores.index,
        )
        shown = names.join(scores.rename(columns=SCORES))
        panel.dataframe(shown, hide_index=True, column_config=page.decimals(shown, 2))
    findings.section(gallery, table)
    targets.section(gallery, table)
    _opened(key, table, known, synthetic=gallery.synthetic)


@st.cache_data(show_spinner="Comparing predictions with measurements …", max_entries=8)
def _scores(of: galleries.Key, _table: pd.DataFrame, _known: tuple[Phenotype, ...]) -> pd.DataFrame:
    return metrics.scores(_table, _known)


def _sentence(scores: pd.DataFrame, subjects: int, *, unseen: bool) -> str:
    best, worst = scores["r2"].idxmax(), scores["r2"].idxmin()
    covered = 100 * scores["coverage"]
    origin = "held out from training" if unseen else "(**some of them trained on**)"
    return (
        f"In {subjects:,} hearts {origin}, the ECG explains most of "
        f"{phenotype(best).name} (R² {scores.loc[best, 'r2']:.2f}) and least of "
        f"{phenotype(worst).name} (R² {scores.loc[worst, 'r2']:.2f}). "
        f"The 90 % intervals contain {covered.min():.0f}–{covered.max():.0f} % "
        "of the measurements."
    )


def _multiples(table: pd.DataFrame, scores: pd.DataFrame) -> None:
    notes = {
        key: f"R² {row['r2']:.2f} · MAE {row['mae']:.0f} {phenotype(key).unit}"
        for key, row in scores.iterrows()
    }
    scores_text = "; ".join(f"{phenotype(key).name} {note}" for key, note in notes.items())
    scatter_panels(
        agreement_plots.small_multiples(table, [phenotype(key) for key in notes], notes),
        list(table.index),
        columns=3,
        description=f"Predicted against measured for each phenotype: {scores_text}",
        on_open=selection.choose,
        key="multiples",
    )
    page.note("Dashed: perfect agreement. A click on a point opens its subject below.")


def _opened(
    key: galleries.Key, table: pd.DataFrame, known: tuple[Phenotype, ...], *, synthetic: bool
) -> None:
    """Show one phenotype in detail."""
    names = {p.name: p for p in known}
    default = "LVEF" if "LVEF" in names else next(iter(names))
    volume = url_state.one_of("volume", "volume", list(names), default)
    volume.read()
    st.segmented_control(
        "Phenotype", list(names), required=True, key=volume.key, on_change=volume.write
    )
    entry = names[volume.chosen()]
    readings = metrics.read_phenotype(table, entry.key)
    page.section(entry.title)
    with st.container(key="stack_agreement"):
        left, right = st.columns(2, gap="large")
    with left:
        scatter_panels(
            [agreement_plots.in_full(readings)],
            list(readings.subject_ids),
            height_px=360,
            description=f"{entry.name}, predicted with interval against measured",
            on_open=selection.choose,
            key="agreement",
        )
        page.note("Whisker: the 90 % interval of each prediction. Dashed: perfect agreement.")
    with right:
        _differences(readings)
    _chosen(readings)
    thresholds.section(readings, synthetic=synthetic)
    with st.container(key="stack_calibration"):
        left, right = st.columns(2, gap="large")
    with left:
        _values(key, readings)
    with right:
        _intervals(readings)
    _subgroups(_errors_by_subgroup(key, table, entry.key), entry)
    _worst(readings)


def _differences(readings: metrics.Readings) -> None:
    unit, agreement = readings.entry.unit, bland_altman(readings.truth, readings.predicted)
    bias, low, high = (signed(value) for value in (agreement.bias, agreement.low, agreement.high))
    scatter_panels(
        [agreement_plots.bland_altman(readings, agreement)],
        list(readings.subject_ids),
        height_px=360,
        description=f"Bland–Altman: bias {bias}, limits {low} to {high}",
        on_open=selection.choose,
        key="bland_altman",
    )
    page.note(
        f"Bland–Altman: bias {bias} {unit}, 95 % limits of agreement {low} to {high} {unit}. "
        "A downward slope is regression to the mean."
    )


@st.cache_data(show_spinner=False, max_entries=32)
def _slope(of: galleries.Key, phenotype_key: str, _readings: metrics.Readings) -> Interval:
    columns = (_readings.truth, _readings.predicted)
    return bootstrap_interval(calibration_slope, columns, DRAWS, np.random.default_rng(0))


def _values(key: galleries.Key, readings: metrics.Readings) -> None:
    page.section("Calibration of the values")
    slope = _slope(key, readings.entry.key, readings)
    text = f"slope {slope.value:.2f} ({slope.low:.2f}–{slope.high:.2f})"
    chart(
        charts.value_calibration(metrics.measured_by_predicted(readings), readings.entry),
        key="value_calibration",
        alt=f"Mean measured value in bins of the prediction: {text}",
    )
    page.note(
        f"Measured on predicted, {text}: 1 is calibrated, below 1 the predictions are too "
        "extreme. Bins are of equal size; whisker: 95 % interval."
    )


def _intervals(readings: metrics.Readings) -> None:
    page.section("Coverage of the intervals")
    bins = metrics.coverage_by_width(readings)
    text = "; ".join(f"width {b.predicted:.0f}: {100 * b.measured.value:.0f} %" for b in bins)
    chart(
        charts.width_calibration(bins, readings.entry),
        key="width_calibration",
        alt=f"Share of measurements inside their 90 % interval, by its width: {text}",
    )
    page.note("Coverage should not depend on the width. Dashed: the nominal 90 %.")


@st.cache_data(show_spinner="Comparing groups …", max_entries=16)
def _errors_by_subgroup(
    of: galleries.Key, _table: pd.DataFrame, phenotype_key: str
) -> pd.DataFrame:
    return metrics.error_by_subgroup(_table, metrics.read_phenotype(_table, phenotype_key))


def _subgroups(groups: pd.DataFrame, entry: Phenotype) -> None:
    page.section(
        "Errors by subgroup",
        "Groups of fewer than 20 are left out. Whisker: 95 % bootstrap interval. Dashed: the "
        "error in the whole cohort, no bias, the nominal 90 %.",
    )
    chart(
        charts.subgroup_errors(groups, entry),
        key="subgroups",
        alt="Error, bias and coverage by subgroup; the numbers are in the table below",
    )
    if panel := page.fold("As a table", "subgroups_table"):
        panel.dataframe(groups, hide_index=True, column_config=page.decimals(groups, 2))


def _chosen(readings: metrics.Readings) -> None:
    """Show the subject of the clicked point, or the choice of another page."""
    cases, subject_id = metrics.cases(readings), selection.last_subject()
    if subject_id is not None and subject_id in cases.index:
        _case(subject_id, cases.loc[subject_id], readings.entry.unit)


def _worst(readings: metrics.Readings) -> None:
    page.section(
        "Worst cases",
        "Inside or outside refers to the 90 % interval. Open one to see its ECG and cine.",
    )
    for subject_id, case in metrics.worst_cases(readings).iterrows():
        _case(str(subject_id), case, readings.entry.unit)


def _case(subject_id: str, case: pd.Series, unit: str) -> None:
    """Show one subject as a line, with links to its ECG and cine."""
    where = "inside" if case["inside"] else "outside"
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(
            f"**{literal(subject_id)}** · measured {case['measured']:.0f} {unit}, from the ECG "
            f"{case['predicted']:.0f} {unit}: error **{signed(case['error'])}**, {where} "
            f"{case['low']:.0f}–{case['high']:.0f}",
            width=490,
        )
        for address, text in (("inspect_ecg", "Inspect"), ("alignment", "Alignment")):
            st.page_link(
                page_at(address, with_icon=False),
                label=text,
                query_params={selection.SUBJECT: subject_id},
            )


def main() -> None:
    """Draw the page."""
    page.show("How far may I trust the numbers?", draw)
