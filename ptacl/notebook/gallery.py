"""A gallery in a notebook: its facts, its map, and its table."""

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from jaxtyping import Float
from markupsafe import Markup

from ptacl.gallery import Gallery
from ptacl.notebook.axes import new_axes
from ptacl.notebook.colours import CMR, ECG
from ptacl.notebook.facts import excerpt_html, record_html
from ptacl.notebook.markup import NOTEBOOK
from ptacl.phenotypes import COVARIATE_KEYS

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MOST_POINTS = 4000
"""Points of the map in the HTML; of a larger gallery every n-th subject is drawn."""
SIDE = 320


def html(gallery: Gallery) -> Markup:
    """Return the facts of a gallery with its map and its first rows."""
    keys = [entry.key for entry in gallery.phenotypes]
    facts = [
        ("Subjects", f"{len(gallery)} of {gallery.store_name}"),
        ("Model", gallery.checkpoint_name),
        ("Phenotypes", ", ".join(entry.name for entry in gallery.phenotypes)),
        ("Lead sets", "one lead is enough" if gallery.reads_any_leads else "12 leads"),
    ]
    return record_html(
        f"Gallery {gallery.name}", facts, _map_svg(gallery),
        excerpt_html(gallery.table, ["subject_id", *COVARIATE_KEYS, *keys]),
        synthetic=gallery.synthetic,
    )  # fmt: skip


def plot(gallery: Gallery, axes: "Axes | None" = None) -> "Axes":
    """Draw the map: a point for the ECG and one for the CMR of each subject."""
    axes = new_axes(axes)
    for positions, colour, label in _layers(gallery):
        x, y = positions.T
        axes.scatter(x, y, s=6, color=colour, label=label, linewidths=0)
    axes.set(xticks=[], yticks=[], title=f"{gallery.name}: {len(gallery)} subjects")
    axes.legend()
    return axes


def frame(gallery: Gallery) -> pd.DataFrame:
    """Return a row a subject: covariates, measured and predicted phenotypes, intervals."""
    return gallery.table.copy()


def _layers(gallery: Gallery) -> list[tuple[Float[np.ndarray, "subjects 2"], str, str]]:
    return [(gallery.map_ecg, ECG, "ECG"), (gallery.map_cmr, CMR, "CMR")]


def _map_svg(gallery: Gallery) -> Markup:
    """Return the map as a picture of points."""
    step = -(-2 * len(gallery) // MOST_POINTS)
    both = np.concatenate([gallery.map_ecg, gallery.map_cmr])
    low, span = both.min(axis=0), np.ptp(both, axis=0).max() or 1.0
    layers = []
    for positions, colour, label in _layers(gallery):
        points = 8 + (positions[::step] - low) / span * (SIDE - 16)
        path = "".join(f"M{x:.0f} {SIDE - y:.0f}h0" for x, y in points)
        layers.append({"path": path, "colour": colour, "label": label})
    return NOTEBOOK.render("map.svg", side=SIDE, layers=layers)
