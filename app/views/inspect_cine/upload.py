"""Upload of a cine: files become a work in the background, whose result the page takes.

A file that is refused gives its reason; the former result stays on the page.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import streamlit as st

from ptacl.errors import PtaclError
from ptacl.io.containers.memory import MemoryFiles
from ptacl.io.plausibility import RR_MS

from ...session import cine_work, cines
from ...text import failures
from ...text.cine_sentences import refusal
from ...text.labels import literal
from ...text.progress_steps import cine_step

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator
    from streamlit.runtime.uploaded_file_manager import UploadedFile

MOST_MB = 200
"""Of one upload, all its files together."""
_ROUND = "_cine_round"
"""Counts uploads: a new number gives the uploader a new key, which empties it."""
_REFUSED = "_refused_cine"
_POLL_S = 0.3
_FILES, _FOLDER = "files or a zip", "a folder"
_NEEDS_RR = ("cine.no_rr_interval", "cine.implausible_times")
"""Codes of cines that can be read with an R–R interval."""
KINDS = (
    "DICOM series as a folder or a zip · NIfTI (.nii, .nii.gz), one 4D file or the pair of "
    "end-diastole and end-systole; detected by content. Short-axis cines only."
)


@dataclass(frozen=True, slots=True)
class _Refused:
    """The last upload, which could not be read."""

    message: str
    files: MemoryFiles | None = None
    """Kept where the R–R interval would make them readable."""


def drop_zone() -> DeltaGenerator:
    """Show the uploader and start what was dropped; return the place of the progress."""
    left, right = st.columns([1, 1], gap="large")
    with left:
        zone, slot = st.empty(), st.empty()
        files = _uploader(zone)
        st.caption(KINDS)
    if files:
        st.session_state[_ROUND] += 1
        _accept(files)
        files.clear()  # the widget that held them is gone with its key
        _uploader(zone)
    with right:
        _introduction()
    if refused := st.session_state.get(_REFUSED):
        slot.error(literal(refused.message), icon=":material/error:")
        if refused.files is not None:
            _ask_for_rr(refused.files)
    return slot


def _ask_for_rr(files: MemoryFiles) -> None:
    """Show a form for the R–R interval, which is never guessed."""
    low, high = map(int, RR_MS)
    row = st.form(f"rr-{st.session_state[_ROUND]}", border=False).container(
        horizontal=True, vertical_alignment="bottom", gap="small"
    )
    rr_ms = row.container(width=220).number_input(
        "R–R interval of the scan (ms)", low, high, None, help=f"{low} to {high}"
    )
    read = row.form_submit_button("Read")
    if read and rr_ms is not None:
        st.session_state[_REFUSED] = None
        cine_work.begin(files, float(rr_ms))


def _introduction() -> None:
    st.radio(
        "The button chooses",
        [_FILES, _FOLDER],
        key="browse",
        horizontal=True,
        help="Either may be dropped; only the button has to know.",
    )
    st.markdown(
        "The segmenter draws the contours of both ventricles in every slice and frame, and volumes "
        "are measured on them. Every contour can be corrected. Files stay in the memory of this "
        "browser session."
    )
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown("Or try one:", width="content")
        st.button("simulated heart", key="example-cine", on_click=_begin_example)


def _begin_example() -> None:
    st.session_state[_REFUSED] = None
    cine_work.begin_example()


def _uploader(zone: DeltaGenerator) -> list[UploadedFile]:
    by_folder = st.session_state.get("browse") == _FOLDER
    several: Literal[True, "directory"] = "directory" if by_folder else True
    number = st.session_state.setdefault(_ROUND, 0)
    return zone.file_uploader(
        "Drop a cine: a DICOM folder, a zip, or NIfTI",
        accept_multiple_files=several,
        key=f"cine-{number}-{'folder' if by_folder else 'files'}",
        max_upload_size=MOST_MB,
        help="Kept only in the memory of this browser session.",
    )


def _accept(sent: list[UploadedFile]) -> None:
    """Start the work on files, unless they are too large."""
    size_mb = sum(file.size for file in sent) / 1e6
    if size_mb > MOST_MB:
        st.session_state[_REFUSED] = _Refused(
            f"These files hold {size_mb:,.0f} MB; the page takes up to {MOST_MB}. Drop the "
            "short-axis cine alone, or use `ptacl segment`, which takes more."
        )
        return
    st.session_state[_REFUSED] = None
    # `getvalue` gives the bytes that the server holds, no copy of them.
    cine_work.begin(MemoryFiles([(file.name, file.getvalue()) for file in sent]))


def finish(slot: DeltaGenerator) -> None:
    """Wait for the work with its progress and take its result; a click meanwhile loses nothing.

    Args:
        slot: place of the progress.
    """
    work = cine_work.current()
    if work is None:
        return
    while not work.background.wait(_POLL_S):
        share, text = cine_step(work.background.doing, work.background.share, work.elapsed_s())
        slot.progress(share, literal(f"{work.title}: {text}"))
    cine_work.end()
    try:
        cines.add(work.title, work.background.result(), is_example=work.is_example)
    except PtaclError as error:
        answerable = error.code in _NEEDS_RR and work.unread
        st.session_state[_REFUSED] = _Refused(
            refusal(error), work.unread[0] if answerable else None
        )
    except Exception as error:
        text = failures.message(error, f"while reading {work.title}")
        st.session_state[_REFUSED] = _Refused(f"{text} The result below is the former one.")
    st.rerun()
