"""Tray of the ECGs uploaded in this session, to open, compare and remove."""

import streamlit as st

from ...session import compared_ecg, selection, uploads
from ...text.labels import literal


def show() -> None:
    """Show an entry per upload with the selected one marked; nothing without uploads."""
    stored_uploads = uploads.tray()
    if not stored_uploads:
        return
    st.caption(f"Uploads of this session; the last {uploads.MOST} are kept until it ends")
    with st.container(horizontal=True, gap="small", key="tray"):
        for upload in stored_uploads:
            _entry(upload, is_shown=upload.token == selection.shown())


def _entry(upload: uploads.Upload, *, is_shown: bool) -> None:
    token, title = upload.token, literal(upload.title)
    with st.container(
        horizontal=True, width="content", gap="xsmall", key=f"tray-{token}", border=True
    ):
        st.button(
            f"**{title}**" if is_shown else title,
            key=f"open-{token}",
            icon=":material/visibility:" if is_shown else ":material/upload_file:",
            on_click=uploads.show,
            args=(token,),
        )
        # Buttons keep their position: a second click must not hit Forget.
        st.button(
            "Compare", key=f"compare-{token}", type="tertiary", on_click=compared_ecg.choose,
            args=(token,), help="Overlay this ECG on the one that is shown",
            disabled=is_shown or compared_ecg.chosen() == token,
        )  # fmt: skip
        st.button(
            "Forget", key=f"forget-{token}", type="tertiary", on_click=uploads.forget,
            args=(token,), help="Remove this ECG and its results",
        )  # fmt: skip
