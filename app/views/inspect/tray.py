"""Tray of the ECGs uploaded in this session, to open, compare and remove."""

from ...panels import upload_tray
from ...session import compared_ecg, selection, uploads


def show() -> None:
    """Show an entry per upload with the selected one marked; nothing without uploads."""
    selected = selection.shown()
    upload_tray.show(
        f"Uploads of this session; the last {uploads.MOST} are kept until it ends",
        uploads.tray(),
        selected,
        uploads.show,
        [
            upload_tray.Action(
                "Compare", compared_ecg.choose, "Overlay this ECG on the one that is shown",
                disabled=lambda token: token in (selected, compared_ecg.chosen()),
            ),
            upload_tray.Action("Forget", uploads.forget, "Remove this ECG and its results"),
        ],
    )  # fmt: skip
