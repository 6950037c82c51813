"""What outlives a rerun: opened galleries and models, the session's keys, the query string.

A session holds ids, and the one ECG that was uploaded in it; arrays stay in the shared gallery.
"""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import asked
import streamlit as st
from background import Background, Report
from places import Stamp, galleries, stamp
from warming import keep

from ptacl.errors import PtaclError
from ptacl.types import Inspection, Person

if TYPE_CHECKING:
    from ptacl.gallery import Gallery
    from ptacl.inspection import Model

Key = tuple[str, int, Stamp]
"""Folder of a gallery, its number of subjects, and when it changed."""
GALLERY = "gallery"
SUBJECT = "subject"
_LAST_SUBJECT = "_last_subject"
_UPLOAD = "_upload"
_UPLOAD_OF = "_upload_of"
"""The gallery whose model read the upload; another one may be chosen since."""
_SHOWS_UPLOAD = "_shows_upload"
_WARM_UP_DELAY_S = 3.0
"""The first page is drawn before torch takes the processor."""
_UNNOTICED_S = 0.3
"""Whatever takes longer says that it is going on."""
_PAGE_PX = 640


@dataclass(frozen=True, slots=True)
class Upload:
    """The ECG that somebody dropped in this session, and what the model says about it."""

    title: str
    inspection: Inspection


def gallery_choice() -> Path | None:
    """Let the person choose a gallery where there are several; its folder, None without any."""
    found = galleries()
    asked.answer(GALLERY, known=st.query_params.get(GALLERY, "") in ("", *found))
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
            "`streamlit run app/main.py -- G`."
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
        from ptacl.workers import take_one_thread

        model = cast("Model", ptacl.load(opened.checkpoint_path, gallery=opened))
        # One ECG is read as fast on one core; the others draw, or read for other people.
        take_one_thread()
        model.inspect(inspection(opened, _first_shown(opened)).ecg)  # so the first upload is quick
        keep()
        return model

    return Background(load, delay_s=_WARM_UP_DELAY_S)


def choose_subject(opened: "Gallery", label: str = "Subject") -> str:
    """Let the person choose a subject; the choice is in the address bar and stays between pages."""
    ids = list(opened.table.index)
    former, linked = st.session_state.get(_LAST_SUBJECT), st.query_params.get(SUBJECT)
    wanted = [st.session_state.get(SUBJECT), former, _first_shown(opened)]
    if linked != former:  # a link was opened, or somebody went back
        wanted.insert(0, linked)
    # Assigned in every run: on another page the selection is another widget, and starts empty.
    st.session_state[SUBJECT] = next(subject for subject in wanted if subject in ids)
    chosen = st.selectbox(label, ids, key=SUBJECT, on_change=show_subject, help="Type to search.")
    st.session_state[_LAST_SUBJECT] = chosen
    if linked != chosen:
        st.query_params[SUBJECT] = chosen
    return chosen


def _first_shown(opened: "Gallery") -> str:
    """The subject of a page that nobody has chosen one for."""
    return opened.examples[0].subject_id if opened.examples else opened.table.index[0]


def linked_to_nobody(opened: "Gallery") -> bool:
    """Whether the address names a subject that the gallery does not hold."""
    linked = st.query_params.get(SUBJECT)
    return linked is not None and linked not in opened.table.index


def last_subject() -> str | None:
    """The subject that was chosen last on any page."""
    return st.session_state.get(_LAST_SUBJECT)


def show_subject(subject_id: str | None = None) -> None:
    """Show a subject of the gallery (the chosen one by default) in place of an upload."""
    st.session_state[_SHOWS_UPLOAD] = False
    if subject_id is not None:
        st.session_state[SUBJECT] = subject_id


def choose(subject_id: str) -> None:
    """Choose a subject on a page that has no choice of its own; the other pages open it."""
    show_subject(subject_id)
    st.session_state[_LAST_SUBJECT] = subject_id


def show_upload(upload: Upload | None = None) -> None:
    """Show the uploaded ECG; with an argument, this one replaces the former."""
    if upload is not None:
        st.session_state[_UPLOAD] = upload
        st.session_state[_UPLOAD_OF] = key_of(gallery())
    st.session_state[_SHOWS_UPLOAD] = True


def uploaded() -> Upload | None:
    """What was uploaded in this session, whether or not it is shown."""
    return st.session_state.get(_UPLOAD)


def shown_upload() -> Upload | None:
    """The uploaded ECG where it is what the page shows."""
    return uploaded() if st.session_state.get(_SHOWS_UPLOAD) else None


def describe_upload(person: Person) -> None:
    """Tell whose ECG was uploaded: the heads read it anew, the encoder does not.

    Heads of another gallery than the upload's cannot: what was predicted then stays.
    """
    if (upload := uploaded()) is None:
        return
    if st.session_state[_UPLOAD_OF] != key_of(gallery()):
        inspection = replace(upload.inspection, person=person)
    else:
        # Imported here: the search index and the filters beside it take seconds to load.
        from ptacl.gallery.informed import described

        inspection = described(gallery(), upload.inspection, person)
    st.session_state[_UPLOAD] = replace(upload, inspection=inspection)
