"""Representations of records in notebooks: HTML, matplotlib plots and tables.

`ptacl.display` calls the three functions below. Each shown type has a module of its own with
whichever of `html`, `plot` and `frame` it offers.
"""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

MODULES = {
    "Ecg": "ecg",
    "Cine": "cine",
    "Inspection": "inspection",
    "Embeddings": "embeddings",
    "Gallery": "gallery",
    "Store": "store",
    "Model": "model",
}
"""Module of this package by the name of the type that it shows."""


def html_of(record: object) -> str:
    """Return the HTML of a record, for `_repr_html_`."""
    return str(_module(record).html(record))


def plot_of(record: object, axes: "Axes | None") -> "Axes":
    """Draw a record on axes, those of a new figure by default, and return them."""
    return _module(record).plot(record, axes)


def frame_of(record: object) -> "pd.DataFrame":
    """Return a record as a table."""
    return _module(record).frame(record)


def _module(record: object) -> Any:
    name = next(MODULES[cls.__name__] for cls in type(record).__mro__ if cls.__name__ in MODULES)
    return importlib.import_module(f"ptacl.notebook.{name}")
