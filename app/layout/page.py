"""The frame around every page: mark, context card, badge, question as title, footer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import streamlit as st

import ptacl
from ptacl.errors import PtaclError
from ptacl.wording import DISCLAIMER

from ..session import galleries, selection, unknown_links, uploads
from ..session.discovery import without_gallery
from ..text import failures
from ..text.glossary import explained
from ..text.sentences import SYNTHETIC, SYNTHETIC_HELP, listed, literal

if TYPE_CHECKING:
    import pandas as pd
    from streamlit.delta_generator import DeltaGenerator

    from ptacl.gallery import Gallery

HERE = Path(__file__).parent
MARK = str(HERE / "mark.svg")
_JOINED = "\N{WORD JOINER}"
_NOBODY = (
    "This link names a subject that the gallery does not hold: it may be of another gallery, or "
    "have withdrawn. Another subject is shown; choose one below."
)
_UNKNOWN = (
    "This link asks for something that is not known here ({}): it may be of another gallery or "
    "version. In its place stands what the page shows without a link."
)
_ICONS = {
    "good": (":material/check_circle:", "green"),
    "check": (":material/warning:", "orange"),
    "withheld": (":material/block:", "red"),
    "info": (":material/info:", "blue"),
}


def dress(path: str) -> None:
    """Draw what no page owns: style, mark, and the sidebar's context card.

    Args:
        path: of the page in the address.
    """
    unknown_links.begin()
    selection.begin_page(path)
    st.logo(str(HERE / "wordmark.svg"), size="large", icon_image=MARK)
    with st.sidebar:
        st.html(_styled())
        galleries.gallery_choice()


@st.cache_data(show_spinner=False)
def _styled() -> str:
    """Our style sheets in an element that shows nothing.

    Streamlit keeps a sheet without an element apart from the page, where a load may miss it.
    """
    files = (HERE / "style.css", HERE.parent / "panels" / "volumes.css")
    sheets = "".join(file.read_text("utf-8") for file in files)
    return f"<style>{sheets}</style><i hidden></i>"


def show(question: str, draw: Callable[[Gallery], None]) -> None:
    """Draw a page: its question as title, its panels by ``draw``, its footer.

    Whatever a person can put right (`PtaclError`) becomes one message in its place.
    """
    with st.container(horizontal=True, vertical_alignment="center"):
        st.title(question, anchor=False, width="content")
        badge = st.empty()
    for missing in without_gallery():
        st.warning(missing, icon=":material/folder_off:")
    opened, note_of_link = None, st.empty()
    try:
        opened = galleries.gallery()
        if opened.synthetic:
            with badge:
                synthetic_badge()
        if selection.linked_to_nobody(opened):
            unknown_links.answer(selection.SUBJECT, known=True)  # said here, in more words
            st.warning(_NOBODY, icon=":material/person_off:")
        draw(opened)
    except selection.NotKept as error:
        st.info(literal(str(error)), icon=":material/upload_file:")
    except PtaclError as error:
        st.error(literal(str(error)), icon=":material/error:")
    except Exception as error:
        said = failures.told(error, "here; nothing you did was wrong")
        st.error(f"{said} Reload the page, or choose another subject.", icon=":material/error:")
    if unknown := unknown_links.unknown():
        said = _UNKNOWN.format(literal(listed(unknown)))
        note_of_link.warning(said, icon=":material/link_off:")
    if opened is not None:
        _context_card(opened)
    _footer(opened)


def synthetic_badge() -> None:
    """The violet word that stands wherever simulated hearts are shown."""
    st.badge(SYNTHETIC, icon=":material/science:", color="violet", help=SYNTHETIC_HELP)


def verdicts(*judgements: tuple[str, tuple[str, str]]) -> None:
    """Lines of judgement: icon, word and sentence, so that colour never stands alone.

    Args:
        judgements: what is judged, then its state (``good``, ``check``, ``withheld``) and sentence.
    """
    lines = []
    for subject, (found, sentence) in judgements:
        icon, colour = _ICONS[found]
        lines.append(f"**{subject}** :{colour}[{icon} {found}] · {sentence}")
    st.markdown("  \n".join(lines))


def caveats(title: str, found: Sequence[tuple[str, str]]) -> None:
    """What must be known before the numbers are trusted: a line each under one title.

    Args:
        title: stands above them.
        found: state (``withheld``, ``check``, ``info``) and sentence; may hold text of a file.
    """
    lines = []
    for state_, sentence in found:
        icon, colour = _ICONS[state_]
        lines.append(f"- :{colour}[{icon} {state_}] · {literal(' '.join(sentence.split()))}")
    with st.container(key="caveats", gap=None):
        st.markdown("\n".join([f"**{title}**\n", *lines]))


def section(title: str, text: str = "") -> None:
    """A panel's heading with its one line of explanation."""
    st.subheader(title, anchor=False)
    if text:
        note(text)


def note(text: str) -> None:
    """A line of explanation whose terms tell their meaning on hover, focus and tap.

    Args:
        text: Markdown of ours; what comes from a file has gone through `words.literal`.
    """
    st.caption(explained(text), unsafe_allow_html=True)


def fold(title: str, key: str) -> DeltaGenerator | None:
    """A panel that stands closed; None until somebody opens it.

    What stands in it is made and sent only then: a page has many tables that few people read.
    """
    panel = st.expander(title, key=key, on_change="rerun", bind="query-params")
    return panel if panel.open else None


def table(rows: pd.DataFrame, look: Literal["", "small", "many", "intervals"] = "") -> None:
    """A small table of words and numbers, its index as row headers; cells are escaped.

    HTML, not `st.table`, which reads every cell as Markdown and brings Arrow's readers: both cost
    a page more time than all of its numbers.

    Args:
        rows: the name of the index stands above the row headers.
        look: ``small`` for narrow panels, ``many`` for many columns of values with their
            intervals, ``intervals`` for the clinic's measurements.
    """
    cornered = rows.rename_axis(index=None, columns=rows.index.name)
    drawn = cornered.to_html(border=0, classes=f"numbers {look}".strip(), na_rep="")
    if look == "many":  # a line breaks before an interval, not in it
        drawn = drawn.replace("–", f"{_JOINED}–{_JOINED}")
    st.html(f'<div class="wide" tabindex="0">{drawn}</div>')


def decimals(rows: pd.DataFrame, digits: int = 1) -> dict[str, Any]:
    """Column config that shows every fraction of a dataframe with as many digits."""
    fractions = rows.select_dtypes("float").columns
    number = st.column_config.NumberColumn(format=f"%.{digits}f")
    return dict.fromkeys(fractions, number)


def _context_card(opened: Gallery) -> None:
    trained = "simulated hearts" if opened.trained_on_simulated else "a real cohort"
    lines = {
        "Model": f"{opened.checkpoint_name}, trained on {trained}",
        "Gallery": f"{opened.name}, {len(opened):,} hearts",
        "Store": opened.store_name,
        **_on_the_page(opened),
    }
    with st.sidebar.container(key="context_card"):
        st.caption("  \n".join(f"**{title}** {text}" for title, text in lines.items()))
        if opened.synthetic:
            synthetic_badge()


def _on_the_page(opened: Gallery) -> dict[str, str]:
    """What this page shows, and which upload is open beside it; nobody who has withdrawn."""
    subject, upload = selection.named_by_page(), uploads.held(selection.chosen())
    lines = {"Subject": subject} if subject in opened.table.index else {}
    if upload is not None:
        said = f"{literal(upload.title)}, in this session only"
        return lines | {"Uploaded ECG" if lines else "ECG": said}
    if selection.is_token(selection.chosen()):
        return lines | {"ECG": "an upload that is not kept"}
    last = selection.last_subject()
    return lines or ({"Subject": last} if last in opened.table.index else {})


def _footer(opened: Gallery | None) -> None:
    model = f" · model {opened.checkpoint_name}" if opened else ""
    st.divider()
    st.caption(f"{DISCLAIMER}{model} · PTACL {ptacl.__version__} · press ? for the keys")
