"""Page of training runs: how far they are, their curves over each other, while they run."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
import streamlit as st

from ptacl.checkpoint.run_status import RunStatus, find_runs

from ...layout import page
from ...panels import commands
from ...session import discovery, url_state
from ...text.labels import literal
from ...text.run_sentences import OUTCOMES, how_far, last_validation, run_warnings
from . import curves

if TYPE_CHECKING:
    from ptacl.gallery import Gallery

REFRESHED_S = 2.0
"""How often a page with a running training is redrawn."""
OVERLAID = 3
"""Number of runs with curves before any choice."""
_WHERE = (
    "A folder that `ptacl train` or `ptacl compare` writes shows here while it is written, inside "
    "a folder that the app was started with: `streamlit run app/main.py -- FOLDER`."
)
_TRAIN = ("ptacl train out/model --simulate 34000", "streamlit run app/main.py -- out")


def draw(gallery: Gallery) -> None:
    """Draw the panels; the gallery is that of the sidebar, which no run needs."""
    running = any(run.outcome == "running" for run in _read_runs())
    st.fragment(_panels, run_every=REFRESHED_S if running else None)()
    page.section("Start one", _WHERE)
    commands.show(_TRAIN, width=60)


def _panels() -> None:
    """Draw table and curves; a fragment that repeats itself while a run is running."""
    runs = named(_read_runs())
    choice = _choice(list(runs), [n for n, run in runs.items() if run.outcome == "running"])
    if not runs:
        st.info("No training run was found.", icon=":material/model_training:")
        return
    _sentence(list(runs.values()))
    page.table(_table(runs), "small")
    for name, run in runs.items():
        if run.outcome != "finished" and (warnings := run_warnings(run)):
            st.caption(f":material/info: **{literal(name)}**: {'; '.join(warnings)}.")
    chosen = st.multiselect(
        "Curves of", list(runs), key=choice.key, on_change=choice.write, placeholder="Choose runs"
    )
    curves.section({name: runs[name] for name in chosen})


def _read_runs() -> list[RunStatus]:
    return _read_below(tuple(map(str, discovery.roots())))


@st.cache_data(ttl=REFRESHED_S / 2, show_spinner=False, max_entries=8)
def _read_below(roots: tuple[str, ...]) -> list[RunStatus]:
    """Read the runs of some folders, once for all sessions that look at them."""
    return find_runs(map(Path, roots))


def named(runs: list[RunStatus]) -> dict[str, RunStatus]:
    """Name each run by the last parts of its path, as many as are unique."""
    paths = [run.folder.absolute().parts for run in runs]
    longest = max((len(parts) for parts in paths), default=0)
    for count in range(1, longest + 1):
        names = ["/".join(parts[-count:]) for parts in paths]
        if len(set(names)) == len(names):
            return dict(zip(names, runs, strict=True))
    return {str(run.folder): run for run in runs}


def _sentence(runs: list[RunStatus]) -> None:
    running = [run for run in runs if run.outcome == "running"]
    plural = "" if len(runs) == 1 else "s"
    text = f"{len(runs)} training run{plural}, none of them running now."
    if running:
        text = f"{len(running)} of {len(runs)} training run{plural} running; the page keeps up."
    st.markdown(text)


def _table(runs: dict[str, RunStatus]) -> pd.DataFrame:
    rows = {
        name: (
            run.stage or "–",
            OUTCOMES[run.outcome][1],
            how_far(run),
            run.device or "–",
            last_validation(run),
        )
        for name, run in runs.items()
    }
    columns = ["Stage", "State", "Progress", "Device", "Last validation"]
    return pd.DataFrame.from_dict(rows, "index", columns=columns).rename_axis("Run")


def _choice(names: list[str], running: list[str]) -> url_state.UrlParam[list[str]]:
    """Return the choice of runs, read from the link; the running or the newest ones by default."""

    def parse(text: str) -> list[str]:
        known = [name for name in names if name in text.split(",")]
        if not known:
            raise ValueError(text)
        return known

    default = (running or names)[:OVERLAID]
    choice = url_state.UrlParam("runs", "runs", default, parse, ",".join)
    choice.read()
    return choice


def main() -> None:
    """Draw the page."""
    page.show("How does the training go?", draw)
