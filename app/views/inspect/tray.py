"""The tray: the ECGs that were uploaded in this session, to open, compare and forget."""

import streamlit as st

from ...session import compared_ecg, selection, uploads
from ...text.labels import literal


def show() -> None:
    """One entry an upload, the one that is shown marked; nothing where there is none."""
    held = uploads.tray()
    if not held:
        return
    st.caption(f"Uploaded in this session, gone with it; the last {uploads.MOST} are kept")
    with st.container(horizontal=True, gap="small", key="tray"):
        for upload in held:
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
        # Each stays where it is: what moved under the pointer might be forgotten by a second click.
        st.button(
            "Compare", key=f"compare-{token}", type="tertiary", on_click=compared_ecg.choose,
            args=(token,), help="Lay this ECG over the one that is shown",
            disabled=is_shown or compared_ecg.chosen() == token,
        )  # fmt: skip
        st.button(
            "Forget", key=f"forget-{token}", type="tertiary", on_click=uploads.forget,
            args=(token,), help="Drop this ECG and all that was made of it",
        )  # fmt: skip
