"""Galleries and models that are kept between reruns and shared by all sessions.

A session holds only ids (`selection`) and its uploaded ECGs (`uploads`).
"""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import streamlit as st

from ptacl.errors import PtaclError
from ptacl.types import Inspection

from ..server import reading
from . import unknown_links
from .background import Background, Report
from .discovery import Stamp, galleries, stamp
from .startup import freeze_gc

if TYPE_CHECKING:
    from ptacl.gallery import Gallery
    from ptacl.inference.model import Model

Key = tuple[str, int, Stamp]
"""Folder of a gallery, its number of subjects, and its stamp."""
GALLERY = "gallery"
_WARM_UP_DELAY_S = 3.0
"""Lets the first page be drawn before torch uses the processor."""
_SILENT_S = 0.3
"""Longer waits show a progress bar."""
_PAGE_PX = 640


def gallery_choice() -> Path | None:
    """Show the choice of a gallery where there are several; return its folder, None without any."""
    by_name = galleries()
    unknown_links.answer(GALLERY, known=st.query_params.get(GALLERY, "") in ("", *by_name))
    if not by_name:
        return None
    names = list(by_name)
    if len(names) == 1:
        return by_name[names[0]]
    return by_name[st.selectbox("Gallery", names, key=GALLERY, bind="query-params")]


def chosen_gallery() -> Path:
    """Return the folder of the gallery on the page.

    Raises:
        PtaclError: there is no gallery.
    """
    by_name = galleries()
    if not by_name:
        raise PtaclError(
            "No gallery found under checkpoints/ nor in the folders named by PTACL_GALLERIES. "
            "Make one with `ptacl embed STORE --checkpoint C --out G` and start again with "
            "`streamlit run app/main.py -- G`.",
            code="gallery.not_found",
        )
    return by_name.get(st.session_state.get(GALLERY, ""), next(iter(by_name.values())))


def _chosen() -> tuple[str, Stamp]:
    """Return folder and current stamp of the gallery: a change opens it again."""
    folder = chosen_gallery()
    return str(folder), stamp(folder)


def key_of(opened: "Gallery") -> Key:
    """Return the cache key of a gallery; two galleries may share a name.

    The number of subjects reflects withdrawals after it was opened.
    """
    return str(opened.path), len(opened), stamp(opened.path)


def gallery() -> "Gallery":
    """Return the chosen gallery, with a progress bar where opening it takes long."""
    opening = _retried(_opening, *_chosen())
    if not opening.wait(_SILENT_S):
        bar, page = st.progress(0.0), st.skeleton(height=_PAGE_PX)
        while not opening.wait(0.2):
            bar.progress(min(opening.share, 1.0), opening.doing or "Opening the gallery …")
        bar.empty()
        page.empty()
    return opening.result()


def open_ahead() -> None:
    """Start opening the gallery of the first page."""
    if folder := next(iter(galleries().values()), None):
        _opening(str(folder), stamp(folder))


@st.cache_resource(show_spinner=False, max_entries=4)
def _opening(folder: str, as_of: Stamp) -> "Background[Gallery]":
    def open_it(report: Report) -> "Gallery":
        # Imported here: the search index and the filters below it take seconds to load.
        from ptacl.gallery import open_gallery

        opened = open_gallery(Path(folder))
        opened.open_signals()
        return opened

    return Background(open_it)


def _retried(cached: Any, *key: Any) -> Any:
    """Return the task of a cached function; a failed one is started again."""
    task = cached(*key)
    if task.failed:
        cached.clear(*key)
        task = cached(*key)
    return task


def inspection(opened: "Gallery", subject_id: str) -> Inspection:
    """Return the inspection of a subject of the gallery, computed once."""
    return _inspection(key_of(opened), subject_id, opened)


@st.cache_resource(show_spinner=False, max_entries=64)
def _inspection(of: Key, subject_id: str, _opened: "Gallery") -> Inspection:
    return _opened.inspection(subject_id)


def model() -> "Model":
    """Return the model of the chosen gallery; waits until it is loaded."""
    return _retried(_loading, *_chosen()).result()


def model_later() -> Callable[[], "Model"]:
    """Return a function that loads the model of the chosen gallery; it is called without a session,
    as by a download."""
    if not galleries():
        return model
    chosen = _chosen()
    return lambda: cast("Model", _retried(_loading, *chosen).result())


def warm_model() -> None:
    """Start loading the model in the background, so that the first upload need not wait.

    Then the hearts that were not shipped with the gallery are rebuilt.
    """
    if galleries():
        _loading(*_chosen())
        _rebuilding(*_chosen())


def rebuilding() -> Background[None] | None:
    """Return the rebuild of the chosen gallery's hearts; None where nothing is to be rebuilt."""
    return _rebuilding(*_chosen()) if galleries() else None


@st.cache_resource(show_spinner=False, max_entries=4)
def _rebuilding(folder: str, as_of: Stamp) -> Background[None]:
    loading, opening = _loading(folder, as_of), _opening(folder, as_of)

    def rebuild(report: Report) -> None:
        opened = opening.result()
        if opened.complete:
            return
        loading.wait()  # the first upload has precedence
        opened.rebuild(report, workers=1)

    return Background(rebuild)


@st.cache_resource(show_spinner=False, max_entries=2)
def _loading(folder: str, as_of: Stamp) -> "Background[Model]":
    opening = _opening(folder, as_of)

    def load(_: object) -> "Model":
        opened = opening.result()
        import ptacl.io
        from ptacl.parallel.threads import take_one_thread

        model = ptacl.load(opened.checkpoint_path, gallery=opened)
        # One ECG is read as fast on one core; the others serve pages and other sessions.
        take_one_thread()
        model.inspect(inspection(opened, first_shown(opened)).ecg)  # so the first upload is quick
        freeze_gc()
        reading.reader().start()
        return model

    return Background(load, delay_s=_WARM_UP_DELAY_S)


def first_shown(opened: "Gallery") -> str:
    """Return the subject of a page without a choice."""
    return opened.examples[0].subject_id if opened.examples else opened.table.index[0]
