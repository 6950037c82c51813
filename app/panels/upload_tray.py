"""Tray of the uploads of a session: an entry each, to open, and what else can be done with it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import streamlit as st

from ..text.labels import literal


class Upload(Protocol):
    """What an entry shows."""

    @property
    def token(self) -> str:
        """Identifier of the upload."""

    @property
    def title(self) -> str:
        """Name of the file or folder."""


@dataclass(frozen=True)
class Action:
    """A button beside the name of an upload."""

    label: str
    run: Callable[[str], None]
    """Called with the token of the upload."""
    help: str
    disabled: Callable[[str], bool] = lambda _: False
    """Whether the button cannot be pressed; it keeps its position all the same, so that a second
    click does not press its neighbour."""


def show(
    caption: str,
    uploads: Sequence[Upload],
    selected: str | None,
    open_upload: Callable[[str], None],
    actions: Sequence[Action],
) -> None:
    """Show an entry per upload with the selected one marked; nothing without uploads.

    Args:
        caption: above the entries.
        uploads: of this session.
        selected: token of the upload that is shown.
        open_upload: called with the token of an upload that is to be shown.
        actions: further buttons of each entry.
    """
    if not uploads:
        return
    st.caption(caption)
    with st.container(horizontal=True, gap="small", key="tray"):
        for upload in uploads:
            _entry(upload, upload.token == selected, open_upload, actions)


def _entry(
    upload: Upload,
    is_shown: bool,
    open_upload: Callable[[str], None],
    actions: Sequence[Action],
) -> None:
    token, title = upload.token, literal(upload.title)
    with st.container(
        horizontal=True, width="content", gap="xsmall", key=f"tray-{token}", border=True
    ):
        st.button(
            f"**{title}**" if is_shown else title,
            key=f"open-{token}",
            icon=":material/visibility:" if is_shown else ":material/upload_file:",
            on_click=open_upload,
            args=(token,),
        )
        for action in actions:
            st.button(
                action.label, key=f"{action.label.lower()}-{token}", type="tertiary",
                on_click=action.run, args=(token,), help=action.help,
                disabled=action.disabled(token),
            )  # fmt: skip
