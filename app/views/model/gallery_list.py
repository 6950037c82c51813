"""The panel of what else can be shown: every gallery that was found, with its checkpoint."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from ptacl.errors import PtaclError
from ptacl.gallery import read_manifest

from ...layout import page
from ...session.discovery import galleries

if TYPE_CHECKING:
    from ptacl.gallery import Gallery

_WHERE = (
    "More are found beside the app under checkpoints/, in the folders that PTACL_CHECKPOINTS and "
    "PTACL_GALLERIES name, and after the two dashes of `streamlit run app/main.py -- FOLDER`."
)


def section(gallery: Gallery) -> None:
    """Checkpoint and store of each gallery; the one on the page is marked."""
    found = galleries()
    how = "Choose another in the sidebar. " if len(found) > 1 else "It is the only one found. "
    page.section("What is shown, and what else could be", how + _WHERE)
    rows = {name: _row(folder, shown=folder == gallery.path) for name, folder in found.items()}
    columns = ["Checkpoint", "Store", "Subjects", ""]
    page.table(pd.DataFrame.from_dict(rows, "index", columns=columns).rename_axis("Gallery"))


def _row(folder: Path, *, shown: bool) -> tuple[str, str, str, str]:
    try:
        manifest = read_manifest(folder)
    except PtaclError:
        return "–", "–", "–", "damaged or of another version"
    subjects = f"{manifest.subjects:,}"
    return manifest.checkpoint_name, manifest.store_name, subjects, "shown" if shown else ""
