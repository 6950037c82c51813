"""Tray of the cines uploaded in this session, to open and remove."""

from ...panels import upload_tray
from ...session import cines


def show() -> None:
    """Show an entry per cine with the selected one marked; nothing without cines."""
    forget = upload_tray.Action(
        "Forget", cines.forget, "Remove this cine, its contours and its results"
    )
    upload_tray.show(
        f"Cines of this session; the last {cines.MOST} are kept until it ends",
        cines.tray(),
        cines.selected(),
        cines.show,
        [forget],
    )
