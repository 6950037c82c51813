"""Tray of the cines uploaded in this session, to open and remove."""

import streamlit as st

from ...session import cines
from ...text.labels import literal


def show() -> None:
    """Show an entry per cine; nothing without cines."""
    uploads = cines.tray()
    if not uploads:
        return
    selected = cines.selected()
    st.caption(f"Cines of this session; the last {cines.MOST} are kept until it ends")
    with st.container(horizontal=True, gap="small", key="tray"):
        for upload in uploads:
            _entry(upload, is_shown=upload.token == selected)


def _entry(upload: cines.CineUpload, *, is_shown: bool) -> None:
    token, title = upload.token, literal(upload.title)
    with st.container(
        horizontal=True, width="content", gap="xsmall", key=f"tray-{token}", border=True
    ):
        st.button(
            f"**{title}**" if is_shown else title,
            key=f"open-{token}",
            icon=":material/visibility:" if is_shown else ":material/upload_file:",
            on_click=cines.show,
            args=(token,),
        )
        st.button(
            "Forget", key=f"forget-{token}", type="tertiary", on_click=cines.forget,
            args=(token,), help="Remove this cine, its contours and its results",
        )  # fmt: skip
