"""Reports of all recordings of a batch as one zip."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

import streamlit as st

from ptacl.errors import PtaclError
from ptacl.reporting.details import ReportDetails
from ptacl.types import Ecg

from ...panels import person_form
from ...report.documents import BATCH, document
from ...session import galleries

if TYPE_CHECKING:
    from ptacl.gallery import Gallery

Read = Callable[[], Ecg]
_ZIP = "_reports"
"""Zip of the last batch with the key of the batch."""


def show(gallery: Gallery, key: str, recordings: Mapping[str, Read]) -> None:
    """Show the button that makes the reports, then their download.

    Args:
        gallery: of the model.
        key: of the batch.
        recordings: name of each recording that was read → a function that reads it again.
    """
    if not recordings:
        return
    made: tuple[str, bytes] | None = st.session_state.get(_ZIP)
    if made is None or made[0] != key:
        st.button(
            "Make reports (PDF and JSON)",
            on_click=lambda: st.session_state.update({_ZIP: (key, b"")}),
            icon=":material/folder_zip:",
        )
        return
    content = made[1] or _made(gallery, recordings)
    st.session_state[_ZIP] = (key, content)
    name = ReportDetails().file_name("zip", stem="ptacl-reports")
    st.download_button(
        f"Save {len(recordings)} reports (zip)",
        content,
        file_name=name,
        mime="application/zip",
        on_click="ignore",
    )


def _made(gallery: Gallery, recordings: Mapping[str, Read]) -> bytes:
    bar = st.progress(0.0, "Making the reports …")
    model = galleries.model()

    def files(name: str, read: Read) -> Mapping[str, str | bytes]:
        ecg = read()
        inspection = model.inspect(ecg, person_form.stated(ecg))
        details = ReportDetails(name)
        return {
            ending: document(ending, gallery, inspection, details, model=lambda: model)
            for ending in BATCH
        }

    content = zipped(
        recordings, files, lambda done: bar.progress(done / len(recordings), "Making the reports …")
    )
    bar.empty()
    return content


def zipped(
    recordings: Mapping[str, Read],
    files: Callable[[str, Read], Mapping[str, str | bytes]],
    progress: Callable[[int], object],
) -> bytes:
    """Return a zip with the files of each recording; one that fails is named in `failed.txt`.

    Args:
        recordings: name → a function that reads it.
        files: makes the files of a recording, by ending.
        progress: called with the number of recordings done.
    """
    packed, failed = io.BytesIO(), list[str]()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for done, (name, read) in enumerate(recordings.items(), 1):
            try:
                for ending, content in files(name, read).items():
                    archive.writestr(f"{_safe(name)}.{ending}", content)
            except PtaclError as error:
                failed.append(f"{name}: {error}")
            progress(done)
        if failed:
            archive.writestr("failed.txt", "\n".join(failed))
    return packed.getvalue()


def _safe(name: str) -> str:
    """Return a name that stays inside the zip, on every system."""
    parts: Sequence[str] = name.replace("\\", "/").split("/")
    kept = [part for part in parts if part not in ("", ".", "..")]
    return "".join("_" if letter in '<>:"|?*' else letter for letter in "_".join(kept))
