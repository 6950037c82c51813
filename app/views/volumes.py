"""Volumes: how far may I trust the numbers?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import charts
import frame
import numpy as np
import pandas as pd
import state
import streamlit as st

from ptacl.comparison import bland_altman
from ptacl.errors import PtaclError
from ptacl.metrics import Interval, bootstrap_interval, interval_coverage, mae, pearson, r2
from ptacl.phenotypes import PHENOTYPES, Phenotype, phenotype

if TYPE_CHECKING:
    import plotly.graph_objects as go

    from ptacl.gallery import Gallery

DRAWS = 200
WORST = 10
FEWEST = 20  # subjects that a figure of agreement needs


def draw(gallery: Gallery) -> None:
    """The page."""
    table, unseen = _held_out(gallery.table)
    known = [
        p
        for p in PHENOTYPES
        if (table[p.key] + table[f"predicted_{p.key}"]).notna().sum() >= FEWEST
    ]
    if not known:
        raise PtaclError("This gallery holds no measured volumes to compare with.")
    scores = _scores(state.key_of(gallery), table, [p.key for p in known])
    st.markdown(_sentence(scores, len(table), unseen=unseen))
    notes = {
        key: f"R² {row['R²']:.2f} · MAE {row['MAE']:.0f} {phenotype(key).unit}"
        for key, row in scores.iterrows()
    }
    st.plotly_chart(
        _multiples(state.key_of(gallery), table, notes),
        key="multiples",
        alt="Predicted against measured for each phenotype: " + _spoken(notes),
        config={"displayModeBar": False},
    )
    st.caption("Measured by MRI across, read from the ECG up; dashed: perfect agreement.")
    with st.expander("As a table"):
        st.dataframe(scores.set_index("Phenotype").round(2))
    _opened(state.key_of(gallery), table, known)


def _held_out(table: pd.DataFrame) -> tuple[pd.DataFrame, bool]:
    """The subjects that took no part in training, and whether there are enough of them."""
    if "split" in table:
        unseen = table[table["split"] == "test"]
        if len(unseen) >= FEWEST:
            return unseen, True
    return table, False


@st.cache_data(show_spinner="Comparing predictions with measurements …", max_entries=8)
def _scores(of: state.Key, _table: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    rows = {}
    for key in keys:
        truth, predicted, low, high = _columns(_table, key)
        rows[key] = {
            "Phenotype": phenotype(key).name,
            "Unit": phenotype(key).unit,
            "n": int(np.isfinite(truth).sum()),
            "R²": r2(truth, predicted),
            "MAE": mae(truth, predicted),
            "Pearson r": pearson(truth, predicted),
            "Inside 90 % interval": interval_coverage(truth, low, high),
        }
    return pd.DataFrame.from_dict(rows, orient="index")


@st.cache_resource(show_spinner=False, max_entries=8)
def _multiples(of: state.Key, _table: pd.DataFrame, notes: dict[str, str]) -> go.Figure:
    entries = [phenotype(key) for key in notes]
    return charts.small_multiples(_table, entries, notes)


def _columns(table: pd.DataFrame, key: str) -> tuple[np.ndarray, ...]:
    names = (key, f"predicted_{key}", f"low_{key}", f"high_{key}")
    return tuple(table[name].to_numpy(dtype=np.float64) for name in names)


def _sentence(scores: pd.DataFrame, subjects: int, *, unseen: bool) -> str:
    best, worst = scores["R²"].idxmax(), scores["R²"].idxmin()
    covered = scores["Inside 90 % interval"]
    seen = "that the model never saw" if unseen else "(**some of them trained on**)"
    return (
        f"In {subjects:,} hearts {seen}, the ECG explains most of "
        f"{scores.loc[best, 'Phenotype']} (R² {scores.loc[best, 'R²']:.2f}) and least of "
        f"{scores.loc[worst, 'Phenotype']} (R² {scores.loc[worst, 'R²']:.2f}). "
        f"The 90 % intervals hold {100 * covered.min():.0f}–{100 * covered.max():.0f} % "
        "of the measurements."
    )


def _spoken(notes: dict[str, str]) -> str:
    return "; ".join(f"{phenotype(key).name} {note}" for key, note in notes.items())


def _opened(of: state.Key, table: pd.DataFrame, known: list[Phenotype]) -> None:
    """One phenotype in full."""
    names = {p.name: p for p in known}
    default = "LVEF" if "LVEF" in names else next(iter(names))
    chosen = st.segmented_control(
        "One in full", list(names), default=default, required=True, key="volume",
        bind="query-params",
    )  # fmt: skip
    entry = names[chosen or default]
    table = table[table[entry.key].notna()]
    frame.section(entry.title)
    with st.container(key="stack_agreement"):
        left, right = st.columns(2, gap="large")
    with left:
        st.plotly_chart(
            charts.agreement(table, entry), key="agreement",
            alt=f"{entry.name}, predicted with interval against measured",
        )  # fmt: skip
    with right:
        _differences(table, entry)
    with st.container(key="stack_coverage"):
        left, right = st.columns(2, gap="large")
    with left:
        _coverage(of, table, entry)
    with right:
        _worst(table, entry)


def _differences(table: pd.DataFrame, entry: Phenotype) -> None:
    truth, predicted, _, _ = _columns(table, entry.key)
    found = bland_altman(truth, predicted)
    st.plotly_chart(
        charts.bland_altman(table, entry, found.bias, (found.low, found.high)),
        key="bland_altman",
        alt=f"Bland–Altman: bias {found.bias:+.1f}, limits {found.low:.1f} to {found.high:.1f}",
    )
    st.caption(
        f"Bland–Altman: bias {found.bias:+.1f} {entry.unit}, 95 % limits of agreement "
        f"{found.low:+.0f} to {found.high:+.0f} {entry.unit}. A downward slope means that "
        "extremes are drawn towards the mean."
    )


def _coverage(of: state.Key, table: pd.DataFrame, entry: Phenotype) -> None:
    frame.section("Do the intervals keep their promise?")
    groups = {"all": np.ones(len(table), dtype=bool)}
    for sex, word in (("female", "women"), ("male", "men")):
        if (mask := (table["sex"] == sex).to_numpy()).sum() >= FEWEST:
            groups[word] = mask
    found = {}
    for word, mask in groups.items():
        found[word] = _covered(of, word, entry.key, table[mask])
    st.plotly_chart(
        charts.coverage_bars(
            list(found),
            [f.value for f in found.values()],
            [f.low for f in found.values()],
            [f.high for f in found.values()],
        ),
        key="coverage",
        alt="; ".join(f"{word} {100 * f.value:.0f} %" for word, f in found.items()),
        config={"displayModeBar": False},
    )
    st.caption("Whisker: 95 % bootstrap interval.")


@st.cache_data(show_spinner=False, max_entries=256)
def _covered(of: state.Key, group: str, key: str, _table: pd.DataFrame) -> Interval:
    truth, _, low, high = _columns(_table, key)
    rng = np.random.default_rng(0)
    return bootstrap_interval(interval_coverage, (truth, low, high), DRAWS, rng)


def _worst(table: pd.DataFrame, entry: Phenotype) -> None:
    frame.section("Worst cases", "Select one to inspect its ECG.")
    error = table[f"predicted_{entry.key}"] - table[entry.key]
    worst = table.loc[error.abs().nlargest(WORST).index]
    shown = pd.DataFrame(
        {
            "Subject": worst.index,
            f"Measured ({entry.unit})": worst[entry.key].to_numpy(),
            "From the ECG": worst[f"predicted_{entry.key}"].to_numpy(),
            "Error": error[worst.index].to_numpy(),
        }
    )
    event = st.dataframe(
        shown.round(1), hide_index=True, on_select="rerun", selection_mode="single-row",
        key=f"worst-{entry.key}", height=250,
    )  # fmt: skip
    if event.selection.rows:
        subject_id = str(shown["Subject"].iloc[event.selection.rows[0]])
        st.switch_page("views/inspect_ecg.py", query_params={state.SUBJECT: subject_id})


frame.show("How far may I trust the numbers?", draw)
