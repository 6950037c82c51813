"""Panel of all available galleries with their checkpoints."""

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
    "Searched: checkpoints/ in the repository, the folders in PTACL_CHECKPOINTS and "
    "PTACL_GALLERIES, and those given to `streamlit run app/main.py -- FOLDER`."
)


def section(gallery: Gallery) -> None:
    """Show checkpoint and store of each gallery, with the current one marked."""
    by_name = galleries()
    how = "Choose another in the sidebar. " if len(by_name) > 1 else "This is the only one. "
    page.section("Galleries", how + _WHERE)
    rows = {name: _row(folder, shown=folder == gallery.path) for name, folder in by_name.items()}
    columns = ["Checkpoint", "Store", "Subjects", ""]
    page.table(pd.DataFrame.from_dict(rows, "index", columns=columns).rename_axis("Gallery"))


def _row(folder: Path, *, shown: bool) -> tuple[str, str, str, str]:
    try:
        manifest = read_manifest(folder)
    except PtaclError:
        return "–", "–", "–", "damaged or of another version"
    subjects = f"{manifest.subjects:,}"
    return manifest.checkpoint_name, manifest.store_name, subjects, "shown" if shown else ""
