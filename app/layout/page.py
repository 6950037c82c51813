"""Layout shared by all pages: logo, context card, badge, title, messages and footer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import streamlit as st

import ptacl
from ptacl.errors import PtaclError
from ptacl.notebook.volumes_html import STYLE as VOLUMES
from ptacl.wording import DISCLAIMER

from ..session import address_bar, cines, galleries, selection, unknown_links, uploads
from ..session.discovery import folder_problems
from ..text import failures
from ..text.glossary import explained
from ..text.labels import listed, literal
from ..text.markup import read_style, render
from ..text.sentences import SYNTHETIC, SYNTHETIC_HELP
from . import rebuilding
from .table_html import table_html

if TYPE_CHECKING:
    import pandas as pd
    from streamlit.delta_generator import DeltaGenerator

    from ptacl.gallery import Gallery

HERE = Path(__file__).parent
MARK = str(HERE / "mark.svg")
_UNKNOWN_SUBJECT = (
    "This link names a subject that the gallery does not hold: it may be of another gallery, or "
    "have withdrawn. Another subject is shown; choose one below."
)
_UNKNOWN = (
    "This link has values that are not known here ({}): it may be of another gallery or version. "
    "The page shows its default instead."
)
_ICONS = {
    "good": (":material/check_circle:", "green"),
    "check": (":material/warning:", "orange"),
    "withheld": (":material/block:", "red"),
    "info": (":material/info:", "blue"),
}


def begin_page(path: str) -> None:
    """Begin a page: style sheets, logo, and the choice of the gallery in the sidebar.

    Args:
        path: of the page in the address.
    """
    selection.begin_page(path)
    unknown_links.begin()
    st.logo(str(HERE / "wordmark.svg"), size="large", icon_image=MARK)
    with st.sidebar:
        st.html(_styled())
        galleries.gallery_choice()


@st.cache_data(show_spinner=False)
def _styled() -> str:
    """Return the style sheets in an element that shows nothing.

    Streamlit moves a sheet without an element out of the page, where a reload may miss it.
    """
    panels = ("answer", "impression")
    sheets = ("layout/style.css", *(f"panels/{name}.css" for name in panels))
    return render("layout/styles.html", css=read_style(*sheets) + VOLUMES)


def show(question: str, draw: Callable[[Gallery], None]) -> None:
    """Draw a page: its title, its panels, its footer.

    An error that the user can correct (`PtaclError`) becomes a message in place of the panels.

    Args:
        question: title of the page.
        draw: draws the panels.
    """
    with st.container(horizontal=True, vertical_alignment="center"):
        st.title(question, anchor=False, width="content")
        badge = st.empty()
    for missing in folder_problems():
        st.warning(missing, icon=":material/folder_off:")
    opened, link_note = None, st.empty()
    try:
        opened = galleries.gallery()
        if opened.synthetic:
            with badge:
                synthetic_badge()
        if selection.links_to_unknown_subject(opened):
            # The warning below is more specific.
            unknown_links.answer(selection.SUBJECT, known=True)
            st.warning(_UNKNOWN_SUBJECT, icon=":material/person_off:")
        draw(opened)
    except selection.UploadGone as error:
        st.info(literal(str(error)), icon=":material/upload_file:")
    except PtaclError as error:
        st.error(literal(str(error)), icon=":material/error:")
    except Exception as error:
        text = failures.message(error, "here; it was not caused by your input")
        st.error(f"{text} Reload the page, or choose another subject.", icon=":material/error:")
    address_bar.write_deferred()
    if unknown := unknown_links.unknown():
        text = _UNKNOWN.format(literal(listed(unknown)))
        link_note.warning(text, icon=":material/link_off:")
    if opened is not None:
        _context_card(opened)
        rebuilding.show(opened)
    _footer(opened)


def synthetic_badge() -> None:
    """Show the violet badge that marks simulated hearts."""
    st.badge(SYNTHETIC, icon=":material/science:", color="violet", help=SYNTHETIC_HELP)


def verdicts(*judgements: tuple[str, tuple[str, str]]) -> None:
    """Show verdicts as lines of icon, word and sentence, so that colour is never the only sign.

    Args:
        judgements: subject of each, then its state (``good``, ``check``, ``withheld``) and
            sentence.
    """
    lines = []
    for subject, (state, sentence) in judgements:
        icon, colour = _ICONS[state]
        lines.append(f"**{subject}** :{colour}[{icon} {state}] · {sentence}")
    st.markdown("  \n".join(lines))


def caveats(title: str, entries: Sequence[tuple[str, str]], key: str = "caveats") -> None:
    """Show caveats, a line each under one title.

    Args:
        title: of the list.
        entries: state (``withheld``, ``check``, ``info``) and sentence, which may hold text of a
            file.
        key: of the list, which begins with ``caveats``.
    """
    lines = []
    for state, sentence in entries:
        icon, colour = _ICONS[state]
        lines.append(f"- :{colour}[{icon} {state}] · {literal(' '.join(sentence.split()))}")
    with st.container(key=key, gap=None):
        st.markdown("\n".join([f"**{title}**\n", *lines]))


def section(title: str, text: str = "") -> None:
    """Show the heading of a panel, with a line of explanation."""
    st.subheader(title, anchor=False)
    if text:
        note(text)


def note(text: str) -> None:
    """Show a line of explanation with tooltips of its terms on hover, focus and tap.

    Args:
        text: Markdown; text of a file must have passed `labels.literal`.
    """
    st.caption(explained(text), unsafe_allow_html=True)


def fold(title: str, key: str) -> DeltaGenerator | None:
    """Return a collapsible panel, or None while it is closed.

    Its content is made and sent only when it is opened.

    Args:
        title: of the panel.
        key: of its state, also in the address bar.
    """
    panel = st.expander(title, key=key, on_change="rerun", bind="query-params")
    return panel if panel.open else None


def table(rows: pd.DataFrame, look: Literal["", "small", "many", "intervals"] = "") -> None:
    """Show a small table of text and numbers with the index as row headers.

    HTML, as `st.table` renders every cell as Markdown and loads Arrow in the browser, which is
    slow.

    Args:
        rows: the name of the index is the heading of the row headers.
        look: ``small`` for narrow panels, ``many`` for many columns of values with their
            intervals, ``intervals`` for the ECG measurements.
    """
    # Where there are many columns, a line breaks before an interval, not in it.
    drawn = table_html(rows, f"numbers {look}".strip(), keep_ranges=look == "many")
    st.html(render("layout/scrolled_table.html", table=drawn))


def decimals(rows: pd.DataFrame, digits: int = 1) -> dict[str, Any]:
    """Return a column configuration that shows all fractions with the same number of digits."""
    fractions = rows.select_dtypes("float").columns
    number = st.column_config.NumberColumn(format=f"%.{digits}f")
    return dict.fromkeys(fractions, number)


def _context_card(opened: Gallery) -> None:
    trained = "simulated hearts" if opened.trained_on_simulated else "a real cohort"
    lines = {
        "Model": f"{literal(opened.checkpoint_name)}, trained on {trained}",
        "Gallery": f"{literal(opened.name)}, {len(opened):,} hearts",
        "Store": literal(opened.store_name),
        **_on_the_page(opened),
        **_cine_line(),
    }
    with st.sidebar.container(key="context_card"):
        st.caption("  \n".join(f"**{title}** {text}" for title, text in lines.items()))
        if opened.synthetic:
            synthetic_badge()


def _on_the_page(opened: Gallery) -> dict[str, str]:
    """Return the subject and the uploaded ECG that the card names; no withdrawn subject."""
    lines = _subject_line(opened, selection.named_by_page())
    upload = uploads.find(selection.chosen())
    if upload is not None:
        text = f"{literal(upload.title)}, in this session only"
        return lines | {"Uploaded ECG" if lines else "ECG": text}
    if selection.is_token(selection.chosen()):
        return lines | {"ECG": "an upload that is not kept"}
    return lines or _subject_line(opened, selection.last_subject())


def _cine_line() -> dict[str, str]:
    cine = cines.find(cines.selected())
    return {} if cine is None else {"Cine": f"{literal(cine.title)}, in this session only"}


def _subject_line(opened: Gallery, subject: str | None) -> dict[str, str]:
    if subject is None or subject not in opened.table.index:
        return {}
    return {"Subject": literal(subject)}


def _footer(opened: Gallery | None) -> None:
    model = f" · model {literal(opened.checkpoint_name)}" if opened else ""
    st.divider()
    st.caption(f"{DISCLAIMER}{model} · PTACL {ptacl.__version__} · press ? for keyboard shortcuts")
