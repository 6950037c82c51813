"""The large arrays of a gallery: read from disk, or rebuilt from the simulation's seed."""

from pathlib import Path

import pandas as pd

from ptacl.gallery import format as layout
from ptacl.gallery.signals.arrays import FILES, Heart, Signals, TimeSteps, write_signals
from ptacl.gallery.signals.gradual import GradualSignals
from ptacl.gallery.signals.rebuild import Progress, cached_folder, render_subjects
from ptacl.gallery.signals.stored import read_signals

__all__ = [
    "FILES",
    "GradualSignals",
    "Heart",
    "Progress",
    "Signals",
    "TimeSteps",
    "open_signals",
    "render_subjects",
    "write_signals",
]


def open_signals(
    gallery: Path, manifest: layout.GalleryManifest, table: pd.DataFrame
) -> Signals | GradualSignals:
    """Map the signals of a gallery; simulated ones that were left out can be rebuilt gradually.

    Args:
        gallery: its folder.
        manifest: its description.
        table: its subjects.

    Raises:
        PtaclError: signals are missing and cannot be rebuilt.
    """
    folder = gallery / layout.SIGNALS
    if not folder.is_dir():
        folder = cached_folder(manifest, table)
        if manifest.simulation is None or not folder.is_dir():
            return GradualSignals(gallery, manifest, table, folder)
    return read_signals(folder, gallery, len(table))
