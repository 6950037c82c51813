"""How records show themselves: a short text, and HTML, plots and tables on demand.

Records are defined at the bottom of the package and drawn at its top (`ptacl.notebook`), which is
imported when something is drawn.
"""

import importlib
from typing import TYPE_CHECKING, Any

from ptacl.display.short_repr import LONGEST_REPR as LONGEST_REPR
from ptacl.display.short_repr import ShortRepr as ShortRepr
from ptacl.display.short_repr import short_repr as short_repr
from ptacl.display.short_repr import shortened as shortened

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes


def _notebook() -> Any:
    return importlib.import_module("ptacl.notebook")


class HasHtml:
    """A record with an HTML representation."""

    __slots__ = ()

    def _repr_html_(self) -> str:
        """Return HTML for a notebook, at most 200 kB; text of files is escaped."""
        return _notebook().html_of(self)


class HasPlot:
    """A record that matplotlib can draw."""

    __slots__ = ()

    def plot(self, axes: "Axes | None" = None) -> "Axes":
        """Draw the record with matplotlib.

        An ECG in millimetres of paper (25 mm/s, 10 mm/mV), a cine's frames at the R wave and at
        mid-cycle, the predictions of an inspection on their reference intervals, a gallery as its
        map.

        Args:
            axes: to draw on; a new figure by default.

        Returns:
            The axes.
        """
        return _notebook().plot_of(self, axes)


class HasFrame:
    """A record that has a table."""

    __slots__ = ()

    def to_frame(self) -> "pd.DataFrame":
        """Return the record as a table; a copy, which may be changed.

        Returns:
            Of an ECG the leads in mV by time in s; of an inspection a row for each predicted
            phenotype, in its unit; of embeddings, a store or a gallery a row for each subject.
        """
        return _notebook().frame_of(self)
