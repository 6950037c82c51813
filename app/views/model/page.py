"""Model page: model card, provenance, training and evaluation."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
import streamlit as st

from ptacl.checkpoint.reports import read_metrics
from ptacl.reporting.benchmark_verdict import benchmark_verdict

from ... import charts
from ...layout import page
from ...layout.saved_chart import chart
from ...panels import commands
from ...text.labels import document, literal
from . import (
    benchmark,
    data_curve,
    diagnoses,
    evaluation,
    gallery_list,
    lead_sets,
    probabilities,
    provenance,
    reconstructions,
    targets,
)

if TYPE_CHECKING:
    import plotly.graph_objects as go

    from ptacl.gallery import Gallery

_TRAIN = (
    "ptacl import pairs.csv cohort",
    "ptacl train cohort checkpoints/mine",
    "ptacl embed cohort --checkpoint checkpoints/mine --out checkpoints/mine/gallery",
    "ptacl evaluate cohort --checkpoint checkpoints/mine --record",
    "streamlit run app/main.py -- checkpoints/mine",
)


def draw(gallery: Gallery) -> None:
    """Draw the panels."""
    folder = gallery.checkpoint_path
    metrics = read_metrics(folder)
    card = _card(folder)
    st.markdown(literal(benchmark_verdict(metrics.comparison)))
    with st.container(key="stack_model"):
        left, right = st.columns([3, 2], gap="large")
    with left:
        missing = f"The checkpoint {literal(folder.name)} has no card (README.md)."
        st.markdown(card.get("", missing))
        provenance.section(gallery)
    with right:
        page.section("Limits")
        st.markdown(card.get("Limits", "Unknown."))
        page.section("Train your own", "On your pairs of ECG and cine, and show its gallery.")
        commands.show(_TRAIN, width=40)
        gallery_list.section(gallery)
    _curves(metrics.curve)
    reconstructions.section(folder, gallery.manifest.recipe.ecg.sample_rate_hz)
    evaluation.section(metrics.evaluation)
    targets.section(metrics.targets)
    benchmark.section(metrics.comparison)
    data_curve.section(metrics.comparison)
    probabilities.section(metrics.probabilities)
    lead_sets.section(metrics.lead_sets)
    diagnoses.section(metrics.labelled_ecgs)
    page.section("All details")
    if panel := page.fold("The whole card", "whole_card"):
        panel.markdown("\n\n".join(f"**{title}**\n\n{text}" for title, text in card.items()))
    if panel := page.fold("config.json", "config_json"):
        panel.json(_json(folder / "config.json"), expanded=1)


def _json(path: Path) -> dict[str, Any]:
    return json.loads(path.read_text()) if path.is_file() else {}


def _card(folder: Path) -> dict[str, str]:
    """Return the checkpoint's README.md by section, with the introduction under the empty title."""
    path = folder / "README.md"
    if not path.is_file():
        return {}
    introduction, *sections = document(path.read_text(encoding="utf-8")).split("\n## ")
    parts = {"": introduction.partition("\n")[2].strip()}
    return parts | {title: text.strip() for title, _, text in (s.partition("\n") for s in sections)}


def _curves(curve: Sequence[Mapping[str, int | float | None]]) -> None:
    history = pd.DataFrame(list(curve))
    if "epoch" not in history:
        return
    page.section("Training")
    losses = [c for c in history if "loss" in c]
    scores = [c for c in history if "recall" in c or "r2" in c]
    left, right = st.columns(2, gap="large")
    for column, names, title in ((left, losses, "Loss"), (right, scores, "Score, held out")):
        if names:
            chart(
                _drawn(history, names, title),
                key=f"curves-{title}",
                alt=f"{title} against the epoch",
                into=column,
            )
    if panel := page.fold("As a table", "curves_table"):
        panel.dataframe(history, hide_index=True)


@st.cache_resource(show_spinner=False, max_entries=8)
def _drawn(history: pd.DataFrame, names: list[str], title: str) -> go.Figure:
    return charts.training_curves(history, names, title)


def main() -> None:
    """Draw the page."""
    page.show("Where does this come from?", draw)
