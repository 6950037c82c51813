"""Panel of the curves of several runs: losses against the step, validation against the epoch."""

from collections.abc import Mapping

import pandas as pd
import streamlit as st

from ptacl.checkpoint.run_status import RunStatus

from ... import charts
from ...layout import page
from ...layout.saved_chart import chart
from ...session import url_state
from ...text.labels import literal
from ...text.run_sentences import is_score

_NOT_CURVES = ("epoch", "step", "seconds", "waited_for_data")


def section(runs: Mapping[str, RunStatus]) -> None:
    """Show the curves of some runs over each other.

    Args:
        runs: name → state.
    """
    if not runs:
        page.note("Choose runs to see their curves.")
        return
    losses = {name: _losses(run) for name, run in runs.items()}
    scores = {name: _scores(run) for name, run in runs.items()}
    left, right = st.columns(2, gap="large")
    with left:
        _panel("Loss", losses, "Step" if any(run.trace for run in runs.values()) else "Epoch")
    with right:
        _panel("Validation", scores, "Epoch")


def _panel(title: str, tables: Mapping[str, pd.DataFrame], across: str) -> None:
    """Show one figure of all runs, with a choice among those that any of them has."""
    known = list(dict.fromkeys(column for table in tables.values() for column in table))
    page.section(title)
    if not known:
        page.note("Nothing yet: the first figures come with the first validation.")
        return
    choice = url_state.one_of(title.lower(), title.lower(), known, known[0])
    choice.read()
    chosen = st.selectbox(
        f"{title} shown", known, format_func=_words, key=choice.key, on_change=choice.write
    )
    drawn = {
        literal(name): table[chosen].dropna() for name, table in tables.items() if chosen in table
    }
    chart(
        charts.run_curves(drawn, across, _words(chosen)),
        key=f"runs-{title}",
        alt=f"{_words(chosen)} of {', '.join(drawn)} against the {across.lower()}",
    )


def _words(name: str) -> str:
    return name.replace("_", " ").replace("r2", "R²")


def _losses(run: RunStatus) -> pd.DataFrame:
    """Return the losses against the step; against the epoch where no steps were written."""
    if len(run.trace.get("step", ())) > 1:
        return pd.DataFrame(dict(run.trace)).set_index("step")
    return _of_epochs(run, score=False)


def _scores(run: RunStatus) -> pd.DataFrame:
    return _of_epochs(run, score=True)


def _of_epochs(run: RunStatus, *, score: bool) -> pd.DataFrame:
    if not run.curve:
        return pd.DataFrame()
    table = pd.DataFrame([dict(figures) for figures in run.curve])
    table.index = pd.Index(range(1, len(table) + 1), name="epoch")
    return table[[c for c in table if c not in _NOT_CURVES and is_score(c) == score]]
