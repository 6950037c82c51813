"""What outlives a rerun: opened galleries and models, what is shown, the query string.

A session holds ids, and the ECGs that were uploaded in it (`uploads.py`); arrays stay in the
shared gallery.
"""

import secrets
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import asked
import streamlit as st
from background import Background, Report
from places import Stamp, galleries, stamp
from warming import keep

from ptacl.errors import PtaclError
from ptacl.types import Inspection

if TYPE_CHECKING:
    from ptacl.gallery import Gallery
    from ptacl.inspection import Model

Key = tuple[str, int, Stamp]
"""Folder of a gallery, its number of subjects, and when it changed."""
GALLERY = "gallery"
SUBJECT = "subject"
"""In the address bar: a subject of the gallery, or the token of an uploaded ECG."""
_TOKEN = "upload-"
"""Begins every token; the rest of one is random and means nothing."""
UPLOADS = "_uploads"
"""The uploaded ECGs of this session by their tokens (`uploads.py`)."""
_SHOWN = "_shown"
"""Subject or token that the person chose last; what a page shows that can show it."""
_ADDRESSED = "_addressed"
"""What the address bar said after the last run: another value is a link, or a way back."""
_PATH = "_path"
"""Of the page that the last run drew."""
_NAMED = "_named_by_page"
"""Subject that the page of this run shows."""
_LAST_SUBJECT = "_last_subject"
_WARM_UP_DELAY_S = 3.0
"""The first page is drawn before torch takes the processor."""
_UNNOTICED_S = 0.3
"""Whatever takes longer says that it is going on."""
_PAGE_PX = 640


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


def new_token() -> str:
    """A token for an uploaded ECG, which the address bar may hold."""
    return f"{_TOKEN}{secrets.token_hex(8)}"


def is_token(text: str | None) -> bool:
    """Whether a value of the address bar stands for an uploaded ECG."""
    return text is not None and text.startswith(_TOKEN)


def shown() -> str | None:
    """Subject or token that is to be shown: what a link asks for, else what was chosen last."""
    linked = st.query_params.get(SUBJECT)
    if linked is not None and linked != st.session_state.get(_ADDRESSED):
        st.session_state[_SHOWN] = st.session_state[_ADDRESSED] = linked
    return chosen()


def chosen() -> str | None:
    """Subject or token that was chosen last, whatever this page's address asks for."""
    return st.session_state.get(_SHOWN)


def show(wanted: str) -> None:
    """Show a subject of the gallery, or an uploaded ECG by its token."""
    st.session_state[_SHOWN] = wanted


def write_address(wanted: str) -> None:
    """Let the address bar name what the page shows."""
    st.session_state[_ADDRESSED] = wanted
    if st.query_params.get(SUBJECT) != wanted:  # each writing is a step of the browser's history
        st.query_params[SUBJECT] = wanted


class NotKept(PtaclError):
    """What is to be shown is an uploaded ECG that this session does not hold."""


def expect_kept() -> None:
    """Stop a page that would show another heart in the place of an upload that is gone.

    Raises:
        NotKept: the address names an uploaded ECG that this session does not hold.
    """
    wanted = shown()
    is_asked_for = wanted == st.query_params.get(SUBJECT)
    if is_asked_for and is_token(wanted) and wanted not in st.session_state.get(UPLOADS, {}):
        raise NotKept(
            "This was an uploaded ECG; it is not kept. An upload stays in the memory of the "
            "browser tab that sent it: a reload, another tab or Forget ends it. Drop the file "
            "again, or choose a heart of the gallery."
        )


def choose_subject(opened: "Gallery", label: str = "Subject") -> str:
    """Let the person choose a subject; the choice is in the address bar and stays between pages.

    Where an uploaded ECG is what is shown, this page cannot show it: the last subject stands here.

    Raises:
        NotKept: the address asks for an uploaded ECG that is gone; a subject can still be chosen.
    """
    ids = list(opened.table.index)
    try:
        expect_kept()
    except NotKept:
        choose_instead(opened, label)
        raise
    wanted = (shown(), st.session_state.get(_LAST_SUBJECT), _first_shown(opened))
    # Assigned in every run: on another page the selection is another widget, and starts empty.
    st.session_state[SUBJECT] = next(subject for subject in wanted if subject in ids)
    chosen = st.selectbox(label, ids, key=SUBJECT, on_change=_show_chosen, help="Type to search.")
    st.session_state[_LAST_SUBJECT] = st.session_state[_NAMED] = chosen
    if not is_token(shown()):
        show(chosen)
    write_address(chosen)
    return chosen


def choose_instead(opened: "Gallery", label: str) -> None:
    """Let the person choose a subject where an uploaded ECG is shown; nobody is chosen yet."""
    st.session_state[SUBJECT] = None
    st.selectbox(
        label, list(opened.table.index), None, key=SUBJECT, on_change=_show_chosen,
        placeholder="Type to search", help="Type to search.",
    )  # fmt: skip


def _show_chosen() -> None:
    if st.session_state[SUBJECT] is not None:
        show(st.session_state[SUBJECT])


def _first_shown(opened: "Gallery") -> str:
    """The subject of a page that nobody has chosen one for."""
    return opened.examples[0].subject_id if opened.examples else opened.table.index[0]


def linked_to_nobody(opened: "Gallery") -> bool:
    """Whether the address names a subject that the gallery does not hold."""
    linked = st.query_params.get(SUBJECT)
    return linked is not None and not is_token(linked) and linked not in opened.table.index


def last_subject() -> str | None:
    """The subject that was chosen last on any page."""
    return st.session_state.get(_LAST_SUBJECT)


def choose(subject_id: str) -> None:
    """Choose a subject on a page that has no choice of its own; the other pages open it."""
    show(subject_id)
    st.session_state[_LAST_SUBJECT] = subject_id


def begin_page(path: str) -> None:
    """Begin a run: what another page showed, and had in its address, is no longer so.

    The menu opens a page with a bare address: a subject in it was asked for by a link.
    """
    st.session_state[_NAMED] = None
    if st.session_state.get(_PATH) != path:
        st.session_state[_PATH] = path
        st.session_state[_ADDRESSED] = None


def named_by_page() -> str | None:
    """The subject that this page shows, as far as it has said so."""
    return st.session_state.get(_NAMED)
