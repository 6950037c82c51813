"""What outlives a rerun: opened galleries and models; arrays stay in the shared gallery.

A session holds ids (`selection`), and the ECGs that were uploaded in it (`uploads`).
"""

from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import streamlit as st

from ptacl.errors import PtaclError
from ptacl.types import Inspection

from . import unknown_links
from .background import Background, Report
from .discovery import Stamp, galleries, stamp
from .startup import keep

if TYPE_CHECKING:
    from ptacl.gallery import Gallery
    from ptacl.inference.model import Model

Key = tuple[str, int, Stamp]
"""Folder of a gallery, its number of subjects, and when it changed."""
GALLERY = "gallery"
_WARM_UP_DELAY_S = 3.0
"""The first page is drawn before torch takes the processor."""
_UNNOTICED_S = 0.3
"""Whatever takes longer says that it is going on."""
_PAGE_PX = 640


def gallery_choice() -> Path | None:
    """Let the person choose a gallery where there are several; its folder, None without any."""
    found = galleries()
    unknown_links.answer(GALLERY, known=st.query_params.get(GALLERY, "") in ("", *found))
    if not found:
        return None
    names = list(found)
    if len(names) == 1:
        return found[names[0]]
    return found[st.selectbox("Gallery", names, key=GALLERY, bind="query-params")]


def chosen_gallery() -> Path:
    """Folder of the gallery on the page."""
    found = galleries()
    if not found:
        raise PtaclError(
            "No gallery found under checkpoints/ nor in the folders named by PTACL_GALLERIES. "
            "Make one with `ptacl embed STORE --checkpoint C --out G` and start again with "
            "`streamlit run app/main.py -- G`.",
            code="gallery.not_found",
        )
    return found.get(st.session_state.get(GALLERY, ""), next(iter(found.values())))


def _chosen() -> tuple[str, Stamp]:
    """The gallery on the page as it lies on the disk now: a change opens it anew."""
    folder = chosen_gallery()
    return str(folder), stamp(folder)


def key_of(opened: "Gallery") -> Key:
    """What a cache may hold figures of a gallery under; two galleries may share a name.

    The number of subjects tells those who withdrew after it was opened.
    """
    return str(opened.path), len(opened), stamp(opened.path)


def gallery() -> "Gallery":
    """The chosen gallery; a progress bar stands on the page while its signals are rebuilt."""
    opening = _afresh(_opening, *_chosen())
    if not opening.wait(_UNNOTICED_S):
        bar, page = st.progress(0.0), st.skeleton(height=_PAGE_PX)
        while not opening.wait(0.2):
            bar.progress(min(opening.share, 1.0), opening.doing or "Opening the gallery …")
        bar.empty()
        page.empty()
    return opening.result()


def open_ahead() -> None:
    """Begin to open the gallery that a first page shows, before anybody asks for one."""
    if found := next(iter(galleries().values()), None):
        _opening(str(found), stamp(found))


@st.cache_resource(show_spinner=False, max_entries=4)
def _opening(folder: str, as_of: Stamp) -> "Background[Gallery]":
    def open_it(report: Report) -> "Gallery":
        # Imported here: the search index and the filters below it take seconds to load.
        from ptacl.gallery import open_gallery

        return open_gallery(Path(folder), progress=report)

    return Background(open_it)


def _afresh(door: Any, *key: Any) -> Any:
    """What a cached door gives; one that failed before is tried again."""
    task = door(*key)
    if task.failed:
        door.clear(*key)
        task = door(*key)
    return task


def inspection(opened: "Gallery", subject_id: str) -> Inspection:
    """The inspection of a subject of the gallery, made once."""
    return _inspection(key_of(opened), subject_id, opened)


@st.cache_resource(show_spinner=False, max_entries=64)
def _inspection(of: Key, subject_id: str, _opened: "Gallery") -> Inspection:
    return _opened.inspection(subject_id)


def model() -> "Model":
    """The checkpoint of the chosen gallery, loaded; waits for it."""
    return _afresh(_loading, *_chosen()).result()


def warm_model() -> None:
    """Begin to load the model behind the page, so that the first upload need not wait."""
    if galleries():
        _loading(*_chosen())


@st.cache_resource(show_spinner=False, max_entries=2)
def _loading(folder: str, as_of: Stamp) -> "Background[Model]":
    opening = _opening(folder, as_of)

    def load(_: object) -> "Model":
        opened = opening.result()
        import ptacl.io
        from ptacl.parallel.threads import take_one_thread

        model = cast("Model", ptacl.load(opened.checkpoint_path, gallery=opened))
        # One ECG is read as fast on one core; the others draw, or read for other people.
        take_one_thread()
        model.inspect(inspection(opened, first_shown(opened)).ecg)  # so the first upload is quick
        keep()
        return model

    return Background(load, delay_s=_WARM_UP_DELAY_S)


def first_shown(opened: "Gallery") -> str:
    """The subject of a page that nobody has chosen one for."""
    return opened.examples[0].subject_id if opened.examples else opened.table.index[0]
