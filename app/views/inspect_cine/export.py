"""Download of contours and measurements."""

import streamlit as st

from ...report.cine_export import to_zip
from ...session.cines import CineUpload

_CONTENTS = (
    "Masks as NIfTI (right ventricle 1, myocardium 2, left ventricle 3), areas and volumes of "
    "every frame as CSV, and the measurements as JSON, which names the frames that were corrected "
    "by hand."
)


def show(upload: CineUpload) -> None:
    """Show the download, which is made on demand."""
    st.download_button(
        "Save contours and measurements (zip)",
        lambda: to_zip(upload.inspection),
        file_name="ptacl-cine.zip",
        mime="application/zip",
        on_click="ignore",
        help=_CONTENTS,
    )
