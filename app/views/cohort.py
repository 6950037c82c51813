"""Cohort: which hearts are alike?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import frame
import linked
import numpy as np
import pandas as pd
import state
import streamlit as st
from components.embedding_map import embedding_map
from components.hovered_heart import hovered_heart
from components.map_records import Colouring, Note, Selection
from filters import choose_ranges, choose_subjects
from selection_panel import show_selection
from words import label

from ptacl.phenotypes import PHENOTYPE_KEYS, phenotype

if TYPE_CHECKING:
    from ptacl.gallery import Gallery

MODALITY = "modality"
LAYERS = ("ECG", "CMR")
CATEGORY_LIMIT = 6  # a column of numbers with at most so many values is a category
ALIKE = 6
MOST_ROWS = 2000  # of the table on the page; a file holds them all
_KEY = "cohort"
_MAP = "map"
_FIRST_ROW = "_cohort_first_row"
_STARTED = "_cohort_started"
_TOLD = "_cohort_told"
_COVARIATES = ("sex", "age_years", "height_cm", "weight_kg")
_ECG = ("heart_rate_bpm", "pr_ms", "qrs_ms", "qtc_ms", "qrs_axis_deg", "rr_sd_ms")
_MODEL = ("own_rank", "alignment_error_frames", "familiarity_distance")
_NOTED = ("lvef_pct", "lvedv_ml", "lvm_g")
_SEX_WORDS = {"female": "women", "male": "men"}

_subject = linked.Linked("cohort_subject", state.SUBJECT, "", str, str, widget=_MAP)
_drawn = linked.Linked("cohort_drawn", "lasso", "", str, str, widget=_MAP)


def draw(gallery: Gallery) -> None:
    """The page."""
    ids, columns = _ids_and_colours(state.key_of(gallery), gallery.table)
    # Asked for before anything else is drawn: the map that tells them apart stands below.
    opened, drawn = _subject.follow(), Selection.from_text(_drawn.follow())
    opened = opened if opened in gallery.table.index else ""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        colour = _choose_colour(columns)
        layers = _choose_layers()
        mask = choose_subjects(gallery.table, _KEY)
        mask &= choose_ranges(gallery.table, _KEY, _numbers(gallery.table))
        joining = linked.switch("joined", "joined")
        joining.follow()
        joined = st.toggle(
            "Join pairs",
            key=joining.key,
            on_change=joining.keep,
            help="A line from each ECG to its own heart, coloured by that heart's rank.",
        )
    _count(mask)
    near = _alike(gallery, opened) if opened else []
    colouring = None if colour == MODALITY else _colouring(gallery.table[colour])
    with st.container(key="stack_cohort"):
        left, right = st.columns([2, 1], gap="large")
    with left:
        _map(gallery, ids, layers, mask, colour, colouring, opened, near, drawn, joined)
    chosen = mask & drawn.subjects(_places(gallery, layers), colouring)
    with right:
        if opened:
            _subject_card(gallery, opened, near)
        show_selection(gallery, mask, chosen, _KEY)
    _table(gallery, chosen if chosen.any() else mask, opened, selected=bool(chosen.any()))
    hovered_heart(
        gallery.stills,
        gallery.table.index,
        source=f"{gallery.name} of {gallery.store_name}",
        key="hovered_heart",
    )


@st.cache_resource(show_spinner=False, max_entries=4)
def _ids_and_colours(key: state.Key, _table: pd.DataFrame) -> tuple[list[str], list[str]]:
    """Subjects, and the columns in which they differ; slow to list where there are many."""
    columns = ["sex", *_numbers(_table), *(c for c in _table if str(c).startswith("truth_"))]
    return list(_table.index), [c for c in columns if _table[c].nunique() > 1]


def _choose_colour(columns: Sequence[str]) -> str:
    """Phenotypes, covariates, ECG, model, simulated truth: whatever differs between subjects."""
    default = "lvef_pct" if "lvef_pct" in columns else MODALITY
    colour = linked.one_of("colour", "colour", [MODALITY, *columns], default)
    colour.follow()
    with st.container(width=260):
        return st.selectbox(
            "Colour by",
            [MODALITY, *columns],
            format_func=lambda c: "ECG or CMR" if c == MODALITY else label(c),
            key=colour.key,
            on_change=colour.keep,
        )


def _choose_layers() -> list[str]:
    layers = linked.some_of("layers", "layers", list(LAYERS))
    layers.follow()
    with st.container(width=160):
        chosen = st.pills(
            "Layers", LAYERS, selection_mode="multi", key=layers.key, on_change=layers.keep,
            help="A circle is an ECG, a diamond the heart of the same person.",
        )  # fmt: skip
    return list(chosen) or list(LAYERS)


def _numbers(table: pd.DataFrame) -> list[str]:
    """Columns of numbers that a person may colour by or narrow."""
    wanted = (*PHENOTYPE_KEYS, *_COVARIATES[1:], *_ECG, *_MODEL)
    return [column for column in wanted if column in table]


def _count(mask: np.ndarray) -> None:
    if not mask.all():
        frame.note(f"Filters leave {mask.sum():,} of {len(mask):,} subjects.")


def _places(gallery: Gallery, layers: Sequence[str]) -> dict[str, np.ndarray]:
    places = {"ECG": gallery.map_ecg, "CMR": gallery.map_cmr}
    return {layer: xy for layer, xy in places.items() if layer in layers}


def _map(
    gallery: Gallery,
    ids: Sequence[str],
    layers: Sequence[str],
    mask: np.ndarray,
    colour: str,
    colouring: Colouring | None,
    opened: str,
    near: Sequence[str],
    drawn: Selection,
    joined: bool,
) -> None:
    started, restarts = _started(drawn)
    embedding_map(
        _places(gallery, layers),
        ids,
        shown=mask,
        colouring=colouring,
        own_rank=gallery.table["own_rank"].to_numpy() if joined else None,
        notes=_notes(gallery.table, [key for key in _NOTED if key != colour]),
        lit=near,
        query_xy=tuple(map(float, gallery.map_ecg[gallery.row(opened)])) if opened else None,
        query_name=f"ECG of {opened}",
        started=started,
        restarts=restarts,
        height_px=640,
        description=f"Map of {int(mask.sum())} subjects, coloured by {_colour_words(colour)}",
        synthetic=gallery.synthetic,
        on_open=_open,
        on_select=_select,
        key=_MAP,
    )
    frame.note(
        "Each point is one embedding of the shared space, laid out by UMAP: near means alike, "
        "distances across the map mean little. Drag to draw a lasso; click a point to open it."
    )


def _colour_words(colour: str) -> str:
    return "modality" if colour == MODALITY else label(colour)


def _started(drawn: Selection) -> tuple[Selection, int]:
    """What the browser did not draw itself, of a link or from before a page switch, and a count.

    Both stay the same while the browser draws on, so that the map's data need not be sent again.
    """
    started, count = st.session_state.get(_STARTED, (drawn, 0))
    if _MAP not in st.session_state or _drawn.chosen() != st.session_state.get(_TOLD):
        started, count = drawn, count + 1
        st.session_state[_TOLD] = _drawn.chosen()
    st.session_state[_STARTED] = (started, count)
    return started, count


def _select(selection: Selection) -> None:
    """What was drawn on the map, or put away in its legend."""
    _drawn.choose(selection.to_text())
    st.session_state[_TOLD] = _drawn.chosen()


def _open(subject_id: str | None) -> None:
    """A click on the map opens a subject, here and on the other pages."""
    _subject.choose(subject_id or "")
    st.session_state[_FIRST_ROW] = subject_id
    if subject_id is not None:
        state.show_subject(subject_id)


def _notes(table: pd.DataFrame, keys: Sequence[str]) -> list[Note]:
    """What the hover card says beside the colour's own value."""
    noted = [("age_years", "Age", "years")]
    noted += [(e.key, e.name, e.unit) for e in map(phenotype, keys)]
    return [
        Note(name, unit, table[key].to_numpy(dtype=np.float64))
        for key, name, unit in noted
        if key in table
    ]


def _alike(gallery: Gallery, subject_id: str) -> list[str]:
    """The subject itself and those whose hearts are most like its ECG."""
    vector = gallery.vectors["ecg"][gallery.row(subject_id)]
    return [subject_id, *(n.subject_id for n in gallery.search(vector, ALIKE, exclude=subject_id))]


def _subject_card(gallery: Gallery, subject_id: str, near: Sequence[str]) -> None:
    frame.section(f"Subject {subject_id}")
    rank = int(gallery.table.loc[subject_id, "own_rank"])
    st.markdown(
        f"◯ its ECG. Bright: its own heart (number {rank} among {len(gallery)} by likeness) and "
        f"the {len(near) - 1} hearts most like its ECG."
    )
    with st.container(horizontal=True):
        for page, title in (
            ("views/inspect_ecg.py", "Inspect"),
            ("views/alignment.py", "Alignment"),
            ("views/retrieval.py", "Retrieval"),
        ):
            st.page_link(page, label=title, query_params={state.SUBJECT: subject_id})


def _colouring(column: pd.Series) -> Colouring:
    """Numbers, or words where the column is a category."""
    title = label(str(column.name))
    if column.name == "sex":
        words = column.map(_SEX_WORDS)
    elif column.nunique() <= 2:
        words = column.map(lambda value: "yes" if value else "no", na_action="ignore")
    elif column.nunique() <= CATEGORY_LIMIT:
        words = column.map(lambda value: f"{value:g}", na_action="ignore")
    else:
        return Colouring(title, column.to_numpy(dtype=np.float64))
    places, names = pd.factorize(words, sort=True)
    return Colouring(title, np.where(places < 0, np.nan, places), tuple(map(str, names)))


def _table(gallery: Gallery, mask: np.ndarray, opened: str, *, selected: bool) -> None:
    """The subjects on the map in rows; a row that is ticked is opened on the map."""
    frame.section("Table of the selection" if selected else "Table of all subjects")
    columns = [c for c in (*_COVARIATES, *PHENOTYPE_KEYS, *_ECG, *_MODEL) if c in gallery.table]
    first = st.session_state.setdefault(_FIRST_ROW, opened)
    table = gallery.table.iloc[_rows(gallery, mask, first)][columns]

    def open_ticked() -> None:
        ticked = st.session_state[f"table-{first}"]["selection"]["rows"]
        _subject.choose(str(table.index[ticked[0]]) if ticked else "")
        if ticked:
            state.show_subject(_subject.chosen())

    st.dataframe(
        table.round(1).rename(columns=label).rename_axis("Subject"),
        height=320,
        alt="Subjects with their measurements",
        key=f"table-{first}",
        on_select=open_ticked,
        selection_mode="single-row",
        selection_default={"selection": {"rows": [0] if list(table.index[:1]) == [first] else []}},
    )
    if len(table) < mask.sum():
        frame.note(f"The first {len(table):,} of {mask.sum():,}; the file below holds them all.")
    st.download_button(
        "Download as CSV",
        lambda: gallery.table.loc[mask, columns].to_csv(),
        file_name="ptacl-cohort-synthetic.csv" if gallery.synthetic else "ptacl-cohort.csv",
        mime="text/csv",
        on_click="ignore",
    )


def _rows(gallery: Gallery, mask: np.ndarray, first: str | None) -> np.ndarray:
    """Rows of the table: the subject that was opened on the map, then the others in order."""
    rows = np.flatnonzero(mask)[:MOST_ROWS]
    if first not in gallery.table.index or not mask[row := gallery.row(first)]:
        return rows
    return np.concatenate([[row], rows[rows != row]])


frame.show("Which hearts are alike?", draw)
